package messaging

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// MaxSMS is how many characters an SMS may have, all parts together (Twilio's error 21617).
const MaxSMS = 1600

// Encoding is how phones write an SMS.
type Encoding string

// The encodings.
const (
	GSM7 Encoding = "GSM-7" // 3GPP TS 23.038: 160 letters in one SMS, 153 in each part of a longer one
	UCS2 Encoding = "UCS-2" // everything else: 70 and 67
)

// How much fits, in septets of GSM-7 and in UTF-16 code units of UCS-2. The rest of each part of a
// longer SMS says to which one it belongs.
const (
	gsmSingle, gsmPart = 160, 153
	ucsSingle, ucsPart = 70, 67
)

const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€" // each takes two septets: an escape, and itself
)

// SMSCount says how large an SMS is. Providers charge each part as one SMS.
type SMSCount struct {
	Encoding   Encoding
	Characters int // as Twilio counts them against MaxSMS: UTF-16 code units
	Units      int // septets, or UTF-16 code units
	Parts      int // 0 for an empty text
	Remaining  int // units that still fit without another part
	Offending  []Offending
}

// Offending is a character that GSM-7 does not know, so that the whole SMS becomes UCS-2.
type Offending struct {
	Char     rune
	Position int    // 1 for the first character of the text
	Instead  string // what people may write in its place; "" when nothing is like it
}

// TooLong says that no provider takes it.
func (c SMSCount) TooLong() bool { return c.Characters > MaxSMS }

// String names the character, also one that can't be seen.
func (o Offending) String() string {
	if name, ok := unseen[o.Char]; ok {
		return name
	}
	return fmt.Sprintf("“%c”", o.Char)
}

var unseen = map[rune]string{
	'\u00a0': "a no-break space", '\u202f': "a narrow no-break space", '\u2009': "a thin space", '\u200b': "a zero-width space",
	'\u200d': "a zero-width joiner", '\ufe0f': "an emoji variation selector", '\ufeff': "a byte order mark", '\u2028': "a line separator",
	'\u00ad': "a soft hyphen", '\t': "a tab",
}

// instead is what people may write in place of characters that word processors put in.
var instead = map[rune]string{
	'‘': "'", '’': "'", '‚': "'", '“': `"`, '”': `"`, '„': `"`, '–': "-", '—': "-", '‐': "-", '−': "-", '…': "...", '•': "-",
	'\u00a0': " ", '\u202f': " ", '\u2009': " ", '\t': " ", '\u2028': "\n", '`': "'", '´': "'", 'ç': "Ç", 'á': "à", 'í': "ì", 'ó': "ò", 'ú': "ù",
}

// CountSMS counts a text as providers do. A character of two units never stands in two parts, so a
// text can need one part more than its units say.
func CountSMS(text string) SMSCount {
	count := SMSCount{Encoding: GSM7, Offending: offending(text)}
	single, part, size := gsmSingle, gsmPart, septets
	if len(count.Offending) > 0 {
		count.Encoding, single, part, size = UCS2, ucsSingle, ucsPart, utf16.RuneLen
	}
	inPart := 0 // units in the last part of a longer SMS
	for _, r := range text {
		units := size(r)
		count.Units += units
		count.Characters += utf16.RuneLen(r)
		if inPart += units; inPart > part || count.Parts == 0 {
			inPart = units
			count.Parts++
		}
	}
	if count.Units <= single {
		count.Parts, inPart, part = min(count.Parts, 1), count.Units, single
	}
	count.Remaining = part - inPart
	return count
}

func septets(r rune) int {
	if strings.ContainsRune(gsmExtension, r) {
		return 2
	}
	return 1
}

func offending(text string) []Offending {
	var found []Offending
	position := 0
	for _, r := range text {
		position++
		if !strings.ContainsRune(gsmBasic, r) && !strings.ContainsRune(gsmExtension, r) {
			found = append(found, Offending{Char: r, Position: position, Instead: instead[r]})
		}
	}
	return found
}

package crm

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/mauntic/mauntic/domain"
)

// maxImportFile bounds an uploaded file.
const maxImportFile = 256 << 20

// importText reads a file as UTF-8, whatever it is written in: UTF-8 and UTF-16 with a byte order
// mark, UTF-8 without, and Windows-1252 (of which Latin-1 is a part) wherever bytes are not UTF-8.
type importText struct {
	io.Reader
	western *western
	utf16   bool
}

// newImportText looks at the beginning of a file and refuses what is no text.
func newImportText(file io.Reader) (*importText, error) {
	raw := bufio.NewReaderSize(&limitedFile{file: file, left: maxImportFile}, 64<<10)
	head, err := raw.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	text := &importText{western: &western{oldMac: !bytes.ContainsRune(head, '\n')}}
	switch {
	case len(head) == 0:
		return nil, domain.Invalid("file", "The file is empty.")
	case isArchive(head):
		return nil, domain.Invalid("file", "This is a spreadsheet or an archive. Save it as CSV and upload that.")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return nil, domain.Invalid("file", "This is a PDF. Upload a CSV file.")
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		text.utf16 = true
		text.Reader = transform.NewReader(raw, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
		return text, nil
	case zeroBytes(head, 1):
		return utf16Text(text, raw, unicode.LittleEndian), nil
	case zeroBytes(head, 0):
		return utf16Text(text, raw, unicode.BigEndian), nil
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		if _, err := raw.Discard(3); err != nil {
			return nil, err
		}
	}
	text.Reader = transform.NewReader(raw, text.western)
	return text, nil
}

// archives are the first bytes of what spreadsheets save by themselves and of packed files: zip, old
// Office, gzip, bzip2, xz, 7z, rar, Zstandard.
var archives = []string{"PK\x03\x04", "PK\x05\x06", "\xd0\xcf\x11\xe0", "\x1f\x8b", "BZh", "\xfd7zXZ", "7z\xbc\xaf", "Rar!", "\x28\xb5\x2f\xfd"}

func isArchive(head []byte) bool {
	return slices.ContainsFunc(archives, func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) })
}

// zeroBytes says whether nearly every second byte of a text, from one on, is zero and hardly any
// other: it is UTF-16 without a byte order mark.
func zeroBytes(head []byte, from int) bool {
	head = head[:min(len(head), 4096)]
	zeros, others := 0, 0
	for i, b := range head {
		switch {
		case b != 0:
		case i%2 == from:
			zeros++
		default:
			others++
		}
	}
	return len(head) >= 8 && zeros*5 > len(head)*2 && others == 0
}

func utf16Text(text *importText, raw io.Reader, order unicode.Endianness) *importText {
	text.utf16 = true
	text.Reader = transform.NewReader(raw, unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder())
	return text
}

// encoding names what the text was written in, as far as it has been read.
func (t *importText) encoding() string {
	switch {
	case t.utf16:
		return "UTF-16"
	case t.western.met:
		return windows1252
	}
	return "UTF-8"
}

const windows1252 = "Windows-1252"

// charmaps are the encodings of one byte a letter that people may have meant where a file is not
// UTF-8. Such a file is stored as if it were Windows-1252, which gives every byte back.
var charmaps = map[string]*charmap.Charmap{
	"Windows-1250": charmap.Windows1250, "Windows-1251": charmap.Windows1251, "Windows-1253": charmap.Windows1253,
	"Windows-1254": charmap.Windows1254, "Windows-1257": charmap.Windows1257, "ISO-8859-2": charmap.ISO8859_2,
	"KOI8-R": charmap.KOI8R, "Macintosh": charmap.Macintosh, "CP850": charmap.CodePage850,
}

// ReadableAs lists what a file of Windows-1252 may be read as instead.
var ReadableAs = slices.Sorted(maps.Keys(charmaps))

// recode reads a text that was taken for Windows-1252 in another encoding. A text with other letters
// was UTF-8 and stays.
func recode(text, readAs string) string {
	to, known := charmaps[readAs]
	if !known || isASCII(text) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			return text
		}
		out.WriteRune(to.DecodeByte(b))
	}
	return out.String()
}

// western passes UTF-8 through and turns every other byte from Windows-1252 into UTF-8.
type western struct {
	transform.NopResetter
	met    bool // such a byte was there
	oldMac bool // lines end with a carriage return only
}

// Transform implements transform.Transformer.
func (w *western) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	for read < len(src) {
		char, size := rune(src[read]), 1
		if char >= utf8.RuneSelf {
			if char, size = utf8.DecodeRune(src[read:]); char == utf8.RuneError && size == 1 {
				if !atEOF && !utf8.FullRune(src[read:]) {
					return written, read, transform.ErrShortSrc
				}
				char, w.met = charmap.Windows1252.DecodeByte(src[read]), true
			}
		}
		if w.oldMac && char == '\r' {
			char = '\n'
		}
		if written+utf8.RuneLen(char) > len(dst) {
			return written, read, transform.ErrShortDst
		}
		written += utf8.EncodeRune(dst[written:], char)
		read += size
	}
	return written, read, nil
}

// limitedFile answers TooLarge once more than left bytes were read.
type limitedFile struct {
	file io.Reader
	left int64
}

func (l *limitedFile) Read(p []byte) (int, error) {
	n, err := l.file.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, domain.TooLarge("file", "The file is larger than %d MB. Split it into several.", maxImportFile>>20)
	}
	return n, err
}

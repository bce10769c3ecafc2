package crm

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/mauntic/mauntic/domain"
)

var aliasPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// maxAlias is the length that aliasPattern allows.
const maxAlias = 64

// reservedAliases are names that messages, conditions, searches and imports already give to
// something else.
var reservedAliases = []string{
	"id", "ids", "name", "firstname", "lastname", "email", "phone", "phone_e164", "company", "position", "points", "stage", "owner",
	"owner_id", "timezone", "time_zone", "locale", "preferred_channel", "channel", "fields", "tag", "tags", "segment",
	"segments", "contact", "contacts", "organization", "journey", "campaign", "webhook", "message", "unsubscribe_url", "view_url",
	"do_not_contact", "do_not_email", "dnc", "created", "created_at", "updated", "updated_at", "changed", "is", "has", "not", "and", "or", "true",
	"false", "nil", "empty", "blank", "common", "search", "import_id",
}

// aliasProblem says in a sentence why a field can't be called so, or nil.
func aliasProblem(alias string) *domain.Phrase {
	if !aliasPattern.MatchString(alias) {
		return domain.Say("%.80q can't name a custom field: use small letters, digits and _, at most %d, beginning with a letter.", alias, maxAlias)
	}
	if slices.Contains(reservedAliases, alias) {
		return domain.Say("%q is the name of a standard field; choose another for the custom field.", alias)
	}
	return nil
}

// fieldAlias spells a label as an alias: "Größe (EU)" is groesse_eu. It may be reserved.
func fieldAlias(label string) string {
	alias := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '_'
	}, plainLetters(germanLetters.Replace(strings.ToLower(strings.TrimSpace(label)))))
	alias = strings.Trim(alias, "_")
	for strings.Contains(alias, "__") {
		alias = strings.ReplaceAll(alias, "__", "_")
	}
	if alias == "" || alias[0] < 'a' {
		alias = "field_" + alias
	}
	return strings.TrimRight(alias[:min(len(alias), maxAlias)], "_")
}

var germanLetters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// plainLetters writes text in small letters without accents.
func plainLetters(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text)))
}

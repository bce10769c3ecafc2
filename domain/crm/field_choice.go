package crm

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// choice finds an option by its value, or by value or label whatever the case.
func (f Field) choice(text string) (value string, problem *domain.Phrase) {
	for _, option := range f.Options {
		if option.Value == text {
			return option.Value, nil
		}
	}
	for _, option := range f.Options {
		if strings.EqualFold(option.Value, text) || strings.EqualFold(option.Label, text) {
			return option.Value, nil
		}
	}
	return "", domain.Say("“%s” is not one of the choices: %s.", shorten(text, 60), f.offers())
}

// offers names the first options.
func (f Field) offers() domain.List {
	const most = 8
	var labels domain.List
	for _, option := range f.Options[:min(len(f.Options), most)] {
		labels = append(labels, shorten(option.Label, 60))
	}
	if len(f.Options) > most {
		labels = append(labels, domain.Say("and %s more", domain.Number(len(f.Options)-most)))
	}
	return labels
}

// normalChoices reads a list of options: a JSON array, the values of a form, or text with bars,
// semicolons or commas between them. They are kept in the order of the options, each once.
func (f Field) normalChoices(given any) (value any, problem *domain.Phrase) {
	wanted, problem := f.listed(given)
	if problem != nil {
		return nil, problem
	}
	chosen := map[string]bool{}
	for _, text := range wanted {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		value, problem := f.choice(text)
		if problem != nil {
			return nil, problem
		}
		chosen[value] = true
	}
	if len(chosen) == 0 {
		return nil, nil
	}
	list := make([]any, 0, len(chosen))
	for _, option := range f.Options {
		if chosen[option.Value] {
			list = append(list, option.Value)
		}
	}
	return list, nil
}

func (f Field) listed(given any) (list []string, problem *domain.Phrase) {
	switch v := given.(type) {
	case []string:
		return v, nil
	case []any:
		for _, member := range v {
			text, problem := plainText(member)
			if problem != nil {
				return nil, domain.Say("This field holds a list of texts.")
			}
			list = append(list, text)
		}
		return list, nil
	}
	text, problem := plainText(given)
	if problem != nil {
		return nil, problem
	}
	return f.split(strings.TrimSpace(text)), nil
}

// split takes a text apart where it has to be: an option may hold a comma itself.
func (f Field) split(text string) []string {
	var list []string
	if strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &list) == nil {
		return list
	}
	if _, problem := f.choice(text); problem == nil {
		return []string{text}
	}
	for _, sign := range []string{"|", ";", ","} {
		if strings.Contains(text, sign) {
			return strings.Split(text, sign)
		}
	}
	return []string{text}
}

// The words for true and false that every boolean field knows, besides its own.
var (
	yesWords = []string{"yes", "true", "1", "y", "on"}
	noWords  = []string{"no", "false", "0", "n", "off"}
)

func (f Field) readBoolean(text string) (value any, problem *domain.Phrase) {
	yes, no := f.yesNo()
	word := strings.ToLower(text)
	switch {
	case strings.EqualFold(text, yes):
		return true, nil
	case strings.EqualFold(text, no):
		return false, nil
	case slices.Contains(yesWords, word):
		return true, nil
	case slices.Contains(noWords, word):
		return false, nil
	}
	return nil, domain.Say("Write %s or %s here.", yes, no)
}

// yesNo are the words that stand for true and false.
func (f Field) yesNo() (yes, no string) {
	yes, no = f.Settings.Yes, f.Settings.No
	if yes == "" {
		yes = "Yes"
	}
	if no == "" {
		no = "No"
	}
	return yes, no
}

var (
	numberPattern = regexp.MustCompile(`^[+-]?(\d{1,15}(\.\d{0,30})?|\.\d{1,30})$`)
	commaPattern  = regexp.MustCompile(`^[+-]?\d[\d.,' ]*$`)
)

// readNumber reads a number with a decimal point. It is rounded to the decimals of the field, halves
// away from zero.
func (f Field) readNumber(text string) (value any, problem *domain.Phrase) {
	if !numberPattern.MatchString(text) {
		if strings.ContainsAny(text, ",' ") && commaPattern.MatchString(text) {
			return nil, domain.Say("Write the number with a decimal point and nothing between thousands, such as 1234.5: a comma means different things in different countries.")
		}
		return nil, domain.Say("“%s” is not a number of at most 15 digits, such as 1234.5.", shorten(text, 40))
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, domain.Say("This is not a number.")
	}
	number, err := strconv.ParseFloat(exact.FloatString(f.Settings.Decimals), 64)
	if err != nil {
		return nil, domain.Say("This is not a number.")
	}
	return number + 0, nil // never −0
}

package domain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Kept is a phrase as rows keep it: its English and, behind a separator, the text and what fills its
// places, so that pages say it in the language of whoever reads the row. Without the separator it is
// plain English: a phrase without places, or what was written before phrases were kept. fmt writes the
// English; JSON and SQL get all of it, so that it comes back whole.
type Kept string

// keptBreak stands between the English and what it was put together from.
const keptBreak = "\x1f"

// Keep returns a phrase to be kept. The format is a literal, as that of Say.
func Keep(format string, args ...any) Kept {
	if len(args) == 0 && !strings.Contains(format, "%") {
		return Kept(format)
	}
	return Say(format, args...).Kept()
}

// KeepWords keeps words that are nobody's to translate.
func KeepWords(text string) Kept { return Quote(text).Kept() }

// Kept returns the phrase as rows keep it.
func (p *Phrase) Kept() Kept {
	english := strings.ReplaceAll(p.String(), keptBreak, " ")
	if p == nil || p.Format == "" || len(p.Args) == 0 && p.Format == english {
		return Kept(english)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // whoever reads the row in the database sees what is there

	if err := encoder.Encode(keptParts(p)); err != nil { // an argument is no data
		return Kept(english)
	}
	return Kept(english + keptBreak + strings.TrimSuffix(out.String(), "\n"))
}

// English is what the phrase says in English.
func (k Kept) English() string {
	english, _, _ := strings.Cut(string(k), keptBreak)
	return english
}

// Phrase puts the phrase together again. Text with a % that was not kept with places is somebody's own.
func (k Kept) Phrase() *Phrase {
	english, coded, whole := strings.Cut(string(k), keptBreak)
	switch {
	case !whole && strings.Contains(english, "%"):
		return Quote(english)
	case !whole:
		return &Phrase{Format: english, english: english}
	}
	var parts []any
	decoder := json.NewDecoder(strings.NewReader(coded))
	decoder.UseNumber()
	if decoder.Decode(&parts) != nil || len(parts) == 0 {
		return Quote(english)
	}
	p := revivePhrase(parts)
	p.english = english
	return p
}

// Format implements fmt.Formatter, which comes before everything else that fmt knows.
func (k Kept) Format(state fmt.State, verb rune) {
	fmt.Fprintf(state, fmt.FormatString(state, verb), k.English())
}

// keptParts are the format of a phrase, or both of one about a number, and then what fills its places.
func keptParts(p *Phrase) []any {
	parts := make([]any, 1, 1+len(p.Args))
	parts[0] = p.Format
	if p.One != "" {
		parts[0] = []string{p.One, p.Format}
	}
	for _, arg := range p.Args {
		parts = append(parts, keptArg(arg))
	}
	return parts
}

// special is an argument that JSON has no form of its own for; one of its fields is set.
type special struct {
	Figure *int       `json:"n,omitempty"`
	At     *time.Time `json:"at,omitempty"`
	Layout string     `json:"as,omitempty"`
	Number *float64   `json:"d,omitempty"`
	Places int        `json:"places,omitempty"`
	List   []any      `json:"list,omitempty"`
	Clause any        `json:"clause,omitempty"`
}

func keptArg(arg any) any {
	switch v := arg.(type) {
	case *Phrase:
		if v == nil || v.Format == "" {
			return v.String()
		}
		return keptParts(v)
	case Figure:
		return special{Figure: &v.N}
	case Moment:
		return special{At: &v.At, Layout: v.Layout}
	case Decimal:
		return special{Number: &v.N, Places: v.Places}
	case List:
		list := make([]any, len(v))
		for i, one := range v {
			list[i] = keptArg(one)
		}
		return special{List: list}
	case Clause:
		return special{Clause: keptArg(v.Of)}
	case interface{ Phrase() *Phrase }:
		return keptArg(v.Phrase())
	case error, fmt.Stringer:
		return fmt.Sprint(v)
	}
	return arg
}

func revivePhrase(parts []any) *Phrase {
	args := make([]any, len(parts)-1)
	for i, part := range parts[1:] {
		args[i] = reviveArg(part)
	}
	switch format := parts[0].(type) {
	case string:
		return Say(format, args...)
	case []any:
		if len(format) == 2 && len(args) > 0 {
			if n, ok := args[0].(Figure); ok {
				return SayN(n.N, fmt.Sprint(format[0]), fmt.Sprint(format[1])).With(args...)
			}
		}
	}
	return Quote("")
}

func reviveArg(part any) any {
	switch v := part.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		n, _ := v.Float64()
		return n
	case []any:
		if len(v) == 0 {
			return Quote("")
		}
		return revivePhrase(v)
	case map[string]any:
		return reviveSpecial(v)
	}
	return part
}

func reviveSpecial(v map[string]any) any {
	if list, ok := v["list"].([]any); ok {
		all := make(List, len(list))
		for i, one := range list {
			all[i] = reviveArg(one)
		}
		return all
	}
	switch {
	case v["n"] != nil:
		n, _ := reviveArg(v["n"]).(int)
		return Figure{n}
	case v["at"] != nil:
		at, _ := time.Parse(time.RFC3339, fmt.Sprint(v["at"]))
		return Moment{At: at, Layout: fmt.Sprint(v["as"])}
	case v["d"] != nil:
		return reviveDecimal(v)
	case v["clause"] != nil:
		of, ok := reviveArg(v["clause"]).(*Phrase)
		if !ok {
			of = Quote(fmt.Sprint(v["clause"]))
		}
		return Clause{of}
	}
	return ""
}

func reviveDecimal(v map[string]any) Decimal {
	n, _ := strconv.ParseFloat(fmt.Sprint(v["d"]), 64)
	places, _ := strconv.Atoi(fmt.Sprint(v["places"])) // left out: none
	return Decimal{N: n, Places: places}
}

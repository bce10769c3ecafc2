package search_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

var known = search.Commands{
	{Name: "tag", Example: "tag:news"},
	{Name: "owner", Example: "owner:anna"},
	{Name: "is", Kind: search.Choice, Example: "is:mine", Values: []search.Value{{Value: "mine"}, {Value: "unowned"}, {Value: "big spender", Label: "Whale"}}},
	{Name: "points", Kind: search.Number, Example: "points:>10"},
	{Name: "created", Kind: search.Date, Example: "created:>2026-01-01"},
	{Name: "ids", Kind: search.IDs, Example: "ids:1,2,3"},
}

type (
	and = search.And
	or  = search.Or
	not = search.Not
	w   = search.Word
	cmd = search.Term
)

func TestSearchesAreReadAsTrees(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]search.Expr{
		"":                         nil,
		"  \t ":                    nil,
		"anna":                     w{Text: "anna"},
		"anna berg":                and{w{Text: "anna"}, w{Text: "berg"}},
		"anna AND berg":            and{w{Text: "anna"}, w{Text: "berg"}},
		"anna OR berg":             or{w{Text: "anna"}, w{Text: "berg"}},
		"anna or berg":             and{w{Text: "anna"}, w{Text: "or"}, w{Text: "berg"}},
		"a b OR c":                 or{and{w{Text: "a"}, w{Text: "b"}}, w{Text: "c"}},
		"a (b OR c)":               and{w{Text: "a"}, or{w{Text: "b"}, w{Text: "c"}}},
		"(a OR b) OR (c)":          or{w{Text: "a"}, w{Text: "b"}, w{Text: "c"}},
		"(a b) c":                  and{w{Text: "a"}, w{Text: "b"}, w{Text: "c"}},
		"ORange":                   w{Text: "ORange"},
		`"Anna Berg"`:              w{Text: "Anna Berg"},
		`"say \"hi\""`:             w{Text: `say "hi"`},
		`"OR"`:                     w{Text: "OR"},
		"+anna":                    w{Text: "anna", Whole: true},
		`+"anna berg"`:             w{Text: "anna berg", Whole: true},
		"+49 30":                   and{w{Text: "+49"}, w{Text: "30"}},
		"!anna":                    not{w{Text: "anna"}},
		"!!anna":                   w{Text: "anna"},
		"! (a OR b)":               not{or{w{Text: "a"}, w{Text: "b"}}},
		"tag:news":                 cmd{Command: "tag", Value: "news"},
		"TAG:News":                 cmd{Command: "tag", Value: "News"},
		`tag:"big customers"`:      cmd{Command: "tag", Value: "big customers", Literal: true},
		"tag:!news":                not{cmd{Command: "tag", Value: "news"}},
		"!tag:!news":               cmd{Command: "tag", Value: "news"},
		"!tag:*":                   not{cmd{Command: "tag", Value: "*"}},
		"is:MINE":                  cmd{Command: "is", Value: "mine"},
		"is:whale":                 cmd{Command: "is", Value: "big spender", Literal: true},
		"points:>=10":              cmd{Command: "points", Op: search.AtLeast, Value: "10"},
		"points:-3.5":              cmd{Command: "points", Value: "-3.5"},
		`points:<"10"`:             cmd{Command: "points", Op: search.Less, Value: "10"},
		"created:>2026-01-31":      cmd{Command: "created", Op: search.More, Value: "2026-01-31"},
		"created:>=-7d":            cmd{Command: "created", Op: search.AtLeast, Value: "-7d"},
		"ids:1,2,3":                cmd{Command: "ids", Value: "1,2,3"},
		"12:30":                    w{Text: "12:30"},
		"https://example.com/?a=b": w{Text: "https://example.com/?a=b"},
		"Zoë@bücher.example":       w{Text: "Zoë@bücher.example"},
		"tag:a OR tag:b !is:mine": or{
			cmd{Command: "tag", Value: "a"}, and{cmd{Command: "tag", Value: "b"}, not{cmd{Command: "is", Value: "mine"}}},
		},
	} {
		got, err := search.Parse(text, known)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %#v, %v; want %#v", text, got, err, want)
		}
	}
}

func TestWhatIsWrongIsSaidWithItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text    string
		at      int
		says    string
		suggest string
	}{
		{"anna tga:news", 5, "There is no search command “tga:” here, at position 6. Did you mean “tag:”?", "tag:"},
		{"ü point:3", 2, "There is no search command “point:” here, at position 3. Did you mean “points:”?", "points:"},
		{"xyzzy:3", 0, "There is no search command “xyzzy:” here, at position 1. To look for the text itself", ""},
		{"is:mien", 3, "The search command “is:” does not know “mien”, at position 4. Did you mean “is:mine”?", "is:mine"},
		{"is:green", 3, "It knows mine, unowned, big spender.", ""},
		{"tag:", 0, "The search command “tag:” at position 1 has no value. Write it like tag:news.", ""},
		{`a tag:""`, 2, "has no value", ""},
		{"anna or (berg", 8, "The bracket at position 9 is never closed.", ""},
		{"anna)", 4, "The bracket at position 5 closes nothing.", ""},
		{"a ()", 2, "There is nothing inside the brackets at position 3.", ""},
		{`über "x`, 5, "The quotation mark at position 6 is never closed.", ""},
		{`""`, 0, "There is nothing between the quotation marks at position 1.", ""},
		{"OR a", 0, "The OR at position 1 needs something on each side of it.", ""},
		{"a OR", 2, "The OR at position 3", ""},
		{"a OR " + "OR b", 5, "The OR at position 6", ""},
		{"a (b OR )", 5, "The OR at position 6", ""},
		{"AND a", 0, "The AND at position 1", ""},
		{"a AND", 2, "The AND at position 3", ""},
		{"a AND OR b", 2, "The AND at position 3", ""},
		{"a !", 2, "There is nothing after the ! at position 3.", ""},
		{"points:many", 7, "“many” at position 8 is not a number. Write it like points:>10.", ""},
		{"created:soon", 8, "“soon” at position 9 is not a date.", ""},
		{"created:2026-02-30", 8, "is not a date", ""},
		{"ids:1,x", 4, "is not a list of numbers", ""},
		{"ids:*", 4, "is not a list of numbers", ""},
		{"tag:>3", 5, "knows no more or less", ""},
		{"((((((a))))))", 5, "Brackets go at most 5 deep", ""},
		{strings.Repeat("a ", 31), 60, "at most 30 words and commands", ""},
		{strings.Repeat("a", 501), 500, "at most 500 characters, and this one has 501", ""},
		{"a\x00", 1, "control character at position 2", ""},
		{"a\xff", 0, "not readable text", ""},
	} {
		_, err := search.Parse(c.text, known)
		var problem *search.Error
		if !errors.As(err, &problem) {
			t.Errorf("%q is taken", c.text)
			continue
		}
		if problem.At != c.at || !strings.Contains(problem.Error(), c.says) || problem.Suggest != c.suggest {
			t.Errorf("%q: at %d, %q, suggests %q; want at %d, %q, %q", c.text, problem.At, problem.Error(), problem.Suggest, c.at, c.says, c.suggest)
		}
		if found, ok := errors.AsType[*domain.Error](err); !ok || found.Kind != domain.KindInvalid || found.Field != "search" {
			t.Errorf("%q: the error is not an invalid search: %#v", c.text, err)
		}
	}
}

func TestPartsCanBeTakenOut(t *testing.T) {
	t.Parallel()
	x, err := search.Parse(`anna tag:"big customers" (is:mine OR !points:>10)`, known)
	if err != nil || len(search.Parts(x)) != 3 {
		t.Fatalf("parts of %#v, %v", x, err)
	}
	for place, want := range []string{
		`tag:"big customers" (is:mine OR !points:>10)`,
		`anna (is:mine OR !points:>10)`,
		`anna tag:"big customers"`,
	} {
		if got := search.String(search.Without(x, place)); got != want {
			t.Errorf("without part %d: %q, want %q", place, got, want)
		}
	}
	if left := search.Without(cmd{Command: "tag", Value: "a"}, 0); left != nil || search.String(left) != "" {
		t.Errorf("nothing should be left, but %#v is", left)
	}
}

func TestThePlaceOfACursorIsFound(t *testing.T) {
	t.Parallel()
	for marked, want := range map[string]search.Place{ // | is the cursor
		"|":                      {},
		"an|na":                  {To: 4, Typed: "an"},
		"anna ta|":               {From: 5, To: 7, Typed: "ta"},
		"!ta|":                   {From: 1, To: 3, Typed: "ta"},
		"(ta|":                   {From: 1, To: 3, Typed: "ta"},
		"tag:|":                  {From: 4, To: 4, Command: known[0]},
		"tag:ne|ws x":            {From: 4, To: 8, Command: known[0], Typed: "ne"},
		`ü tag:"big c|ust" x`:    {From: 6, To: 16, Command: known[0], Typed: "big c"},
		`tag:"big |`:             {From: 4, To: 9, Command: known[0], Typed: "big "},
		"points:>=1|":            {From: 9, To: 10, Command: known[3], Typed: "1", Op: search.AtLeast},
		"tag:!ne|":               {From: 5, To: 7, Command: known[0], Typed: "ne"},
		"foo:ba|":                {To: 6, Typed: "foo:ba"},
		`tag:a OR "x y" owner:|`: {From: 21, To: 21, Command: known[1]},
	} {
		before, after, _ := strings.Cut(marked, "|")
		got := known.At(before+after, utf8.RuneCountInString(before))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", marked, got, want)
		}
	}
}

// FuzzParse proves that no text makes the reader panic, and that what it reads prints as a text that
// reads the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "anna berg", `+"a b" !c`, "tag:a OR (b !(c d))", `tag:!"x\"y"`, "points:>=10 created:<-7d ids:1,2", "is:whale", "+49", "((a)", "!!!a", `"OR" AND "+x"`,
		"tag:!!<x", `"a:b" +1`, "a OR b c OR !(d OR e)", "\u0085a", `\"`, "+(a)", `x"y"z`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if place := known.At(text, len(text)/2); place.From > place.To || place.To > utf8.RuneCountInString(text) {
			t.Fatalf("%q: place %+v", text, place)
		}
		x, err := search.Parse(text, known)
		if err != nil {
			var problem *search.Error
			if !errors.As(err, &problem) || problem.At < 0 || problem.At > utf8.RuneCountInString(text) {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		printed := search.String(x)
		if utf8.RuneCountInString(printed) > search.MaxLength {
			return // blanks were added
		}
		again, err := search.Parse(printed, known)
		if err != nil || !reflect.DeepEqual(x, again) {
			t.Fatalf("%q is printed as %q, which is read as %#v, %v; want %#v", text, printed, again, err, x)
		}
	})
}

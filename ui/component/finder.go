package component

import "strconv"

// FinderProps describe the search box of a list that is searched in a language.
type FinderProps struct {
	Label   string // "Search contacts"
	Suggest string // address that completes what is typed: Suggestions for ?search=…&at=…
	Help    []SearchHelp
}

// SearchHelp explains one command of a search language.
type SearchHelp struct{ Example, Hint string }

// Suggestion completes a search: it takes the place of the characters From…To.
type Suggestion struct {
	Insert string // "tag:news "
	Label  string // what is shown
	Hint   string // what it means; "" for nothing more
}

// SuggestionsProps are the completions of a search at a place.
type SuggestionsProps struct {
	List     string // id of the list that is searched
	From, To int    // characters of the text that a suggestion replaces
	Items    []Suggestion
}

func (l List) finderID() string { return l.ID + "-finder" }

// ProblemID is the id of the element that says what is wrong with a search: htmx puts answers with 422 there.
func (l List) ProblemID() string { return l.ID + "-problem" }

func suggestID(list string) string { return list + "-suggestions" }

func itoa(n int) string { return strconv.Itoa(n) }

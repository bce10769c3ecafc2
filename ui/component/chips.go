package component

// Chip is one filter of a list: what it asks for, and the address of the list without it.
type Chip struct {
	Label  string // "Tag: news"
	Remove string
}

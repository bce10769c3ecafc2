package component

// ColumnChoice is a column that people may show or hide.
type ColumnChoice struct {
	Key    string // sent as columns=Key, in the order that was chosen
	Label  string // finished text
	Chosen bool
}

// ColumnChooserProps describe which columns a list has and may have.
type ColumnChooserProps struct {
	Action  string         // takes columns, or reset=1, and sends the list anew
	Back    string         // address of the list as it is, sent as back
	Choices []ColumnChoice // the chosen ones in their order, then the rest
}

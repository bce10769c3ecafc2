package component

import "github.com/mauntic/mauntic/domain/identity"

// EmptyProps describe a list in which there is nothing yet.
type EmptyProps struct {
	Icon, Title string
	Needs       identity.Permission // to fill it
	Write       string              // says to those who have it what the list is for and how to begin
	Read        string              // says to others what will be here
}

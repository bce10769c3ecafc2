package crm

import (
	"context"
	"slices"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
)

// contactCommands are what every organization's contacts can be searched by, in the order of help.
var contactCommands = search.Commands{
	{Name: "tag", Hint: domain.Mark("Contacts with a tag"), Example: "tag:news"},
	{Name: "segment", Hint: domain.Mark("Contacts in a segment, by its alias"), Example: "segment:spring-fair"},
	{Name: "owner", Hint: domain.Mark("Contacts of a colleague, by name, email address or number"), Example: "owner:anna"},
	{Name: "stage", Hint: domain.Mark("Contacts in a stage"), Example: "stage:customer"},
	{Name: "is", Kind: search.Choice, Hint: domain.Mark("Contacts of a kind"), Example: "is:mine", Values: []search.Value{
		{Value: "mine"}, {Value: "unowned"}, {Value: "anonymous"}, {Value: "sample"},
	}},
	{Name: "has", Kind: search.Choice, Hint: domain.Mark("Contacts of whom something is known"), Example: "has:phone", Values: []search.Value{
		{Value: "email"}, {Value: "phone"}, {Value: "company"}, {Value: "tags"}, {Value: "notes"},
	}},
	{Name: "dnc", Kind: search.Choice, Hint: domain.Mark("Contacts who must not be reached by a channel"), Example: "dnc:email", Values: []search.Value{
		{Value: "email"}, {Value: "sms"}, {Value: "push"}, {Value: "any"},
	}},
	{Name: "points", Kind: search.Number, Hint: domain.Mark("Contacts by their points"), Example: "points:>10"},
	{Name: "created", Kind: search.Date, Hint: domain.Mark("Contacts by the day they came"), Example: "created:>=-7d"},
	{Name: "updated", Kind: search.Date, Hint: domain.Mark("Contacts by the day of their last change"), Example: "updated:<2026-01-01"},
	{Name: "email", Hint: domain.Mark("The email address holds this text, or looks like it"), Example: "email:*@example.com"},
	{Name: "name", Hint: domain.Mark("First and last name hold this text"), Example: "name:berg"},
	{Name: "firstname", Hint: domain.Mark("The first name holds this text"), Example: "firstname:anna"},
	{Name: "lastname", Hint: domain.Mark("The last name holds this text"), Example: "lastname:berg"},
	{Name: "phone", Hint: domain.Mark("The phone number holds these digits"), Example: "phone:+49"},
	{Name: "company", Hint: domain.Mark("The company's name holds this text"), Example: "company:acme"},
	{Name: "position", Hint: domain.Mark("The position holds this text"), Example: "position:editor"},
	{Name: "locale", Hint: domain.Mark("The language"), Example: "locale:de"},
	{Name: "import_id", Kind: search.IDs, Hint: domain.Mark("Contacts that an import created or changed"), Example: "import_id:12"},
	{Name: "ids", Kind: search.IDs, Hint: domain.Mark("Contacts by their numbers"), Example: "ids:1,2,3"},
}

// ContactCommands returns what contacts can be searched by in an organization with these custom fields. A
// field whose alias is a command already can't be searched.
func ContactCommands(fields []Field) search.Commands {
	all := slices.Clone(contactCommands)
	for _, field := range fields {
		if field.IsPublished && all.Find(field.Alias) == nil {
			all = append(all, field.command())
		}
	}
	return all
}

// command is how a custom field is searched.
func (f Field) command() search.Command {
	c := search.Command{Name: f.Alias, Hint: f.Label, Example: f.Alias + ":…"}
	switch f.Type {
	case FieldNumber:
		c.Kind, c.Example = search.Number, f.Alias+":>10"
	case FieldDate, FieldDatetime:
		c.Kind, c.Example = search.Date, f.Alias+":>=-7d"
	case FieldBoolean:
		c.Kind, c.Example = search.Choice, f.Alias+":yes"
		c.Values = []search.Value{{Value: "yes", Label: f.Settings.Yes}, {Value: "no", Label: f.Settings.No}}
	case FieldSelect, FieldMultiselect, FieldLookup:
		for _, option := range f.Options {
			c.Values = append(c.Values, search.Value(option))
		}
		if f.Type != FieldLookup && len(f.Options) > 0 {
			c.Kind = search.Choice
			c.Example = search.String(search.Term{Command: f.Alias, Value: f.Options[0].Value})
		}
	}
	return c
}

// Viewed returns q as the person who is calling sees it: is:mine means them, also when a job carries the
// query out later.
func (q ContactQuery) Viewed(ctx context.Context) ContactQuery {
	if q.Viewer == 0 {
		q.Viewer = identity.ActorFrom(ctx).User
	}
	return q
}

package crm

import (
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// ImportTarget is a contact that rows of a batch may be about, as it stands.
type ImportTarget struct {
	Contact
	Segments []SegmentID // of those that the file names
	Touched  bool        // by this import, in an earlier batch
}

// ImportedContact is a contact as an import leaves it.
type ImportedContact struct {
	Contact  Contact
	New      bool
	Fields   []string // the names of those that are different now, of a contact that was there
	Before   Contact  // of a contact that was there
	Tags     []string // to be given
	Segments []SegmentID
	Marks    []DoNotContact
	Repeats  []int64 // rows about a contact that an earlier row of the file was about
}

// Changed says whether the import does anything to the contact.
func (c ImportedContact) Changed() bool {
	return c.New || len(c.Fields)+len(c.Tags)+len(c.Segments)+len(c.Marks) > 0
}

// Values returns the changed fields as they were and as they are, as JSON keeps them.
func (c ImportedContact) Values() (before, after map[string]any) {
	before, after = make(map[string]any, len(c.Fields)), make(map[string]any, len(c.Fields))
	for _, name := range c.Fields {
		before[name], after[name] = c.Before.value(name), c.Contact.value(name)
	}
	return before, after
}

// importTally counts rows by what became of them.
type importTally struct{ created, updated, unchanged int }

// importPlan decides what becomes of the rows of a batch, in the order of the file. What is decided
// depends on nothing but the contacts as they stand and the rows, so that a dry run and the import
// agree, and where batches begin makes no difference.
type importPlan struct {
	reader   *rowReader
	settings ImportSettings
	at       time.Time
	byKey    map[string]*ImportedContact
	byID     map[ContactID]*ImportedContact
	touched  map[*ImportedContact]bool
	contacts []*ImportedContact
	segments map[*ImportedContact][]SegmentID // in which they are
	renamed  []string                         // keys that nobody has any more
	gone     map[string]bool                  // keys that earlier batches of a dry run left without a contact
	tally    importTally
	rejects  []Reject
}

func newPlan(reader *rowReader, at time.Time) *importPlan {
	return &importPlan{
		reader: reader, settings: reader.settings, at: at, byKey: map[string]*ImportedContact{}, byID: map[ContactID]*ImportedContact{},
		touched: map[*ImportedContact]bool{}, segments: map[*ImportedContact][]SegmentID{}, gone: map[string]bool{},
	}
}

func emailKey(address string) string { return "email:" + strings.ToLower(address) }

func idKey(id ContactID) string { return "id:" + strconv.FormatInt(int64(id), 10) }

// matchKey is what identifies a contact of which these values are known, "" when nothing does.
func (p *importPlan) matchKey(id ContactID, c *Contact) string {
	switch p.settings.Match {
	case matchEmail:
		if c.Email == nil {
			return ""
		}
		return emailKey(*c.Email)
	case matchID:
		if id == 0 {
			return ""
		}
		return idKey(id)
	}
	return p.fieldKey(p.settings.Match, c)
}

// fieldKey is what a custom field says that no two contacts share.
func (p *importPlan) fieldKey(name string, c *Contact) string {
	alias, _ := cutCustom(name)
	value := c.Fields[alias]
	if value == nil {
		return ""
	}
	return name + ":" + lower(p.reader.defs[alias].Text(value))
}

// know takes a contact into the plan, as it stands.
func (p *importPlan) know(target ImportTarget, isNew bool) *ImportedContact {
	if known, twice := p.byID[target.ID]; twice && target.ID != 0 {
		return known
	}
	known := &ImportedContact{Contact: target.Contact, Before: target.Contact, New: isNew}
	p.contacts = append(p.contacts, known)
	p.segments[known] = target.Segments
	p.touched[known] = target.Touched
	if target.ID != 0 {
		p.byID[target.ID] = known
	}
	p.register(known)
	return known
}

func (p *importPlan) register(known *ImportedContact) {
	for _, key := range p.keys(&known.Contact) {
		if !p.gone[key] {
			p.byKey[key] = known
		}
	}
}

// keys are what rows can be known by to be about a contact, or to be in its way.
func (p *importPlan) keys(c *Contact) []string {
	var keys []string
	if c.Email != nil {
		keys = append(keys, emailKey(*c.Email))
	}
	if p.settings.Match == matchID && c.ID != 0 {
		keys = append(keys, p.matchKey(c.ID, c))
	}
	for _, name := range p.reader.unique {
		if key := p.fieldKey(name, c); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// take decides what becomes of a row.
func (p *importPlan) take(row importedRow) {
	key := p.matchKey(row.id, &row.contact)
	known := p.byKey[key]
	if key == "" {
		known = nil
	}
	if problem := p.problem(row, key, known); problem != nil {
		p.rejects = append(p.rejects, Reject{RowNo: row.no, Reason: problem.Kept(), Raw: rejectedCells(row.cells)})
		return
	}
	switch {
	case known == nil:
		p.create(row)
	case p.settings.Existing == SkipExisting:
		p.repeat(known, row)
		p.tally.unchanged++
	case p.repeat(known, row).lay(p, row):
		p.tally.updated++
	default:
		p.tally.unchanged++
	}
}

// problem says why a row can't be imported, or nil.
func (p *importPlan) problem(row importedRow, key string, known *ImportedContact) *domain.Phrase {
	c := &row.contact
	if problem := p.taken(c, known); problem != nil {
		return problem
	}
	switch {
	case known != nil:
		return nil
	case p.settings.Match == matchID && key != "":
		return domain.Say("There is no contact %s.", strconv.FormatInt(int64(row.id), 10))
	case p.settings.Existing == OnlyExisting && key == "":
		return domain.Say("The row does not say which contact it is about.")
	case p.settings.Existing == OnlyExisting:
		return domain.Say("There is no such contact, and this import changes only contacts that exist.")
	case c.Email == nil && c.Phone == nil && c.Firstname == nil && c.Lastname == nil:
		return domain.Say("The row has neither an email address nor a phone number nor a name.")
	}
	for _, field := range p.reader.required {
		if c.Fields[field.Alias] == nil && field.Default == nil {
			return domain.Say("“%s” is required of every contact, and the row does not say it.", field.Label)
		}
	}
	return nil
}

// taken says which value of a row another contact has that no two can share, or "".
func (p *importPlan) taken(c *Contact, known *ImportedContact) *domain.Phrase {
	others := func(key string) bool { return key != "" && p.byKey[key] != nil && p.byKey[key] != known }
	if c.Email != nil && others(emailKey(*c.Email)) {
		return domain.Say("The email address %s belongs to another contact already.", *c.Email)
	}
	for _, name := range p.reader.unique {
		if others(p.fieldKey(name, c)) {
			alias, _ := cutCustom(name)
			return domain.Say("“%s” of another contact is “%s” already.", p.reader.defs[alias].Label, shorten(p.reader.defs[alias].Text(c.Fields[alias]), 60))
		}
	}
	return nil
}

func (p *importPlan) create(row importedRow) {
	contact := row.contact
	contact.UpdatedAt = p.at
	if contact.CreatedAt.IsZero() || contact.CreatedAt.After(p.at) {
		contact.CreatedAt = p.at
	}
	if contact.Fields == nil {
		contact.Fields = map[string]any{}
	}
	for alias, value := range p.reader.defaults {
		if contact.Fields[alias] == nil {
			contact.Fields[alias] = value
		}
	}
	if contact.OwnerID == nil && p.settings.Owner != 0 {
		contact.OwnerID = &p.settings.Owner
	}
	for _, key := range p.keys(&contact) {
		delete(p.gone, key)
	}
	created := p.know(ImportTarget{Contact: contact}, true)
	created.give(p, row)
	p.touched[created] = true
	p.tally.created++
}

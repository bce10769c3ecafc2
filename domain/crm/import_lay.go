package crm

import (
	"maps"
	"slices"
	"strings"
)

// repeat notes that a row is about a contact that an earlier row was about.
func (p *importPlan) repeat(known *ImportedContact, row importedRow) *ImportedContact {
	if p.touched[known] {
		known.Repeats = append(known.Repeats, row.no)
	}
	p.touched[known] = true
	return known
}

// lay lays a row over the contact and says whether that changed anything.
func (c *ImportedContact) lay(p *importPlan, row importedRow) bool {
	changed := false
	set := func(name string, value any) {
		if sameValue(c.Contact.value(name), value) {
			return
		}
		changed = true
		if name == "email" || slices.Contains(p.reader.unique, name) {
			p.forget(c, name)
		}
		c.Contact.Fields = maps.Clone(c.Contact.Fields) // Before keeps its own
		c.Contact.setValue(name, value)
		if !c.New && !slices.Contains(c.Fields, name) {
			c.Fields = append(c.Fields, name)
		}
	}
	for _, name := range row.given {
		if name != p.settings.Match { // it is the same but for small and capital letters
			set(name, row.contact.value(name))
		}
	}
	if p.settings.Overwrite {
		for _, name := range row.blank {
			if c.clears(name, p.settings.Match) && !p.reader.requires(name) {
				set(name, nil)
			}
		}
	}
	if p.settings.Owner != 0 && c.Contact.OwnerID == nil {
		set(importOwner, float64(p.settings.Owner))
	}
	if changed {
		c.Contact.UpdatedAt = p.at
		c.settle()
		for _, key := range p.keys(&c.Contact) {
			delete(p.gone, key)
		}
		p.register(c)
	}
	return c.give(p, row) || changed
}

// forget takes back by what a contact was known until now.
func (p *importPlan) forget(c *ImportedContact, name string) {
	key := p.fieldKey(name, &c.Contact)
	if name == "email" && c.Contact.Email != nil {
		key = emailKey(*c.Contact.Email)
	}
	if key != "" && p.byKey[key] == c {
		delete(p.byKey, key)
		p.renamed = append(p.renamed, key)
	}
}

// clears says whether a blank cell may empty a field. What identifies the contact stays.
func (c *ImportedContact) clears(name, match string) bool {
	return name != match && name != importPoints && (c.Contact.text(name) != nil || name == importOwner || name == importChannel || strings.HasPrefix(name, importCustom))
}

// settle forgets changes that later rows have taken back.
func (c *ImportedContact) settle() {
	c.Fields = slices.DeleteFunc(c.Fields, func(name string) bool { return sameValue(c.Before.value(name), c.Contact.value(name)) })
}

// give adds tags, segments and marks that the contact does not have, and says whether there were any.
func (c *ImportedContact) give(p *importPlan, row importedRow) bool {
	given := false
	for _, tag := range slices.Concat(row.tags, p.settings.Tags) {
		if !c.Contact.HasTag(tag) {
			c.Contact.Tags, c.Tags, given = append(slices.Clip(c.Contact.Tags), tag), append(c.Tags, tag), true
		}
	}
	segments := row.segments
	if p.settings.Segment != 0 {
		segments = append(slices.Clip(segments), p.settings.Segment)
	}
	for _, segment := range segments {
		if !slices.Contains(p.segments[c], segment) {
			p.segments[c], c.Segments, given = append(slices.Clip(p.segments[c]), segment), append(c.Segments, segment), true
		}
	}
	for _, mark := range row.marks {
		if c.Contact.MayReceive(mark.Channel) {
			c.Contact.DoNotContact, c.Marks, given = append(slices.Clip(c.Contact.DoNotContact), mark), append(c.Marks, mark), true
		}
	}
	return given
}

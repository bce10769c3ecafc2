package crmstore_test

import (
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestAFieldThatViewsAndImportsNameIsNotDeleted(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(b bench){
		"the view “Berliners”": func(b bench) {
			_, err := b.CreateView(b.ctx, b.org, crm.ViewInput{Name: "Berliners", Search: "tag:a OR !(city:Berlin points:>3)", IsShared: true})
			b.must(err)
		},
		"the view “With towns”": func(b bench) {
			_, err := b.CreateView(b.ctx, b.org, crm.ViewInput{Name: "With towns", Columns: []string{"email", "fields.city"}, IsShared: true})
			b.must(err)
		},
		"the import of “people.csv”": func(b bench) { b.uploaded("email,City\nanna@example.com,Bonn\n", crm.ImportPatch{}) },
		"": func(b bench) {
			_, err := b.CreateView(b.ctx, b.org, crm.ViewInput{Name: "city", Search: `"city:x" company:city`, IsShared: true})
			b.must(err)
			b.imported("email,City\nanna@example.com,Bonn\n")
			b.exec("update crm.all_contacts set fields = '{}'")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			field := b.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
			use(b)
			_, err := b.DeleteField(b.ctx, b.org, field.ID, 0)
			switch {
			case name == "":
				b.must(err)
			case domain.KindOf(err) != domain.KindConflict || !strings.Contains(err.Error(), "is used by "+name+". Change that first."):
				t.Errorf("got %v", err)
			}
		})
	}
}

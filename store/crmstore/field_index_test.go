package crmstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestAFieldThatIdentifiesContactsHasEachValueOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	number := b.field(crm.FieldInput{Label: "Customer number", Type: crm.FieldText, IsUnique: true})
	anna := b.with(map[string]any{"customer_number": "K-7"})
	_, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Fields: map[string]any{"customer_number": "k-7"}})
	b.refused(err, domain.KindConflict, fmt.Sprintf("fields.customer_number: Contact %d has the value “k-7”", anna.ID))
	ben := b.with(nil)
	_, err = b.UpdateContact(b.ctx, b.org, ben.ID, crm.ContactPatch{Fields: map[string]any{"customer_number": "K-7"}})
	b.refused(err, domain.KindConflict, fmt.Sprintf("Contact %d", anna.ID))
	_, err = b.UpdateContact(b.ctx, b.org, anna.ID, crm.ContactPatch{Firstname: new("Anna"), Fields: map[string]any{"customer_number": "k-7"}})
	b.must(err)

	// What gets past the rule at the same moment meets the index.
	_, err = b.db.Pool().Exec(t.Context(), `update crm.contacts set fields = '{"customer_number": "K-7"}' where id = $1`, ben.ID)
	if err == nil || !strings.Contains(err.Error(), "contacts_field_") {
		t.Errorf("got %v, want the index to refuse a twin", err)
	}
	states, err := b.FieldIndexStates(b.ctx, b.org)
	b.must(err)
	if states["customer_number"] != crm.IndexReady {
		t.Errorf("the index is %q", states["customer_number"])
	}
	_, err = b.UpdateField(b.ctx, b.org, number.ID, crm.FieldPatch{IsUnique: new(false)})
	b.must(err)
	b.with(map[string]any{"customer_number": "K-7"})
	_, err = b.UpdateField(b.ctx, b.org, number.ID, crm.FieldPatch{IsUnique: new(true)})
	b.refused(err, domain.KindConflict, "2 contacts share a value")
	other, ctx := b.stranger()
	_, err = b.CreateField(ctx, other, crm.FieldInput{Label: "Customer number", Type: crm.FieldText, IsUnique: true})
	b.must(err)
	_, err = b.CreateContact(ctx, other, crm.ContactInput{Fields: map[string]any{"customer_number": "K-7"}})
	b.must(err)
}

func TestAnIndexedFieldIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	b := setup(t)
	long := "a_name_that_is_much_longer_than_the_name_of_an_index_can_be_okay"
	for _, alias := range []string{"city", long} {
		b.field(crm.FieldInput{Label: alias, Alias: alias, Type: crm.FieldText, IsIndexed: true})
	}
	states, err := b.FieldIndexStates(b.ctx, b.org)
	b.must(err)
	if states["city"] != crm.IndexReady || states[long] != crm.IndexReady {
		t.Errorf("the indexes are %v", states)
	}
	_, err = b.db.Pool().Exec(t.Context(), `insert into crm.contacts (org_id, fields) select $1, jsonb_build_object('city', 'City ' || n) from generate_series(1, 3000) n`, b.org)
	b.must(err)
	_, err = b.db.Pool().Exec(t.Context(), `analyze crm.all_contacts`)
	b.must(err)
	rows, err := b.db.Pool().Query(t.Context(), fmt.Sprintf(`explain select id from crm.contacts where org_id = %d and lower(fields ->> 'city') = 'city 7'`, b.org))
	b.must(err)
	defer rows.Close()
	plan := ""
	for rows.Next() {
		var line string
		b.must(rows.Scan(&line))
		plan += line + "\n"
	}
	if !strings.Contains(plan, "contacts_field_") {
		t.Errorf("the index is not used:\n%s", plan)
	}
}

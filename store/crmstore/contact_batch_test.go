package crmstore_test

import (
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestAnotherOrganizationsContactIsNotFoundInABatch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	org, ctx := b.stranger()
	results, err := b.ChangeContacts(ctx, org, []crm.BatchItem{
		{Action: crm.BatchUpdate, ID: anna.ID, Patch: crm.ContactPatch{Firstname: new("Eve")}},
		{Action: crm.BatchDelete, ID: anna.ID},
		{Action: crm.BatchUpsert, Input: crm.ContactInput{Email: anna.Email, Firstname: new("Own")}},
	}, false)
	b.must(err)
	b.refused(results[0].Err, domain.KindNotFound, "no contact")
	b.refused(results[1].Err, domain.KindNotFound, "no contact")
	if !results[2].Created || results[2].Contact.ID == anna.ID {
		t.Errorf("the upsert met another organization's contact: %+v", results[2])
	}
	read, err := b.Contact(b.ctx, b.org, anna.ID)
	b.must(err)
	if read.Firstname != nil {
		t.Error("a stranger changed the name")
	}
}

func TestItemsOfABatchSucceedAndFailAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	results, err := b.ChangeContacts(b.ctx, b.org, []crm.BatchItem{
		{Action: crm.BatchCreate, Input: crm.ContactInput{Email: new("cleo@example.com"), Tags: []string{"new"}}},
		{Action: crm.BatchCreate, Input: crm.ContactInput{Email: new("ANNA@example.com")}},
		{Action: crm.BatchUpdate, ID: anna.ID, Patch: crm.ContactPatch{Firstname: new("Anna")}, Input: crm.ContactInput{Tags: []string{"vip"}}},
		{Action: crm.BatchUpdate, ID: anna.ID, RemoveTags: []string{"VIP"}},
		{Action: crm.BatchDelete, ID: ben.ID},
		{Action: "explode"},
	}, false)
	b.must(err)
	if r := results[0]; r.Err != nil || !r.Created || r.Contact.Tags[0] != "new" {
		t.Errorf("create: %+v", r)
	}
	b.refused(results[1].Err, domain.KindConflict, "Contact 1 has")
	if r := results[2]; r.Err != nil || r.Created || *r.Contact.Firstname != "Anna" || r.Contact.Tags[0] != "vip" {
		t.Errorf("update: %+v", r)
	}
	if r := results[3]; r.Err != nil || len(r.Contact.Tags) != 0 {
		t.Errorf("remove tags: %+v", r)
	}
	if r := results[4]; r.Err != nil || r.Contact != nil {
		t.Errorf("delete: %+v", r)
	}
	b.refused(results[5].Err, domain.KindInvalid, "action")
	_, err = b.Contact(b.ctx, b.org, ben.ID)
	b.refused(err, domain.KindNotFound, "no contact")
}

func TestAWholeBatchIsDoneOrNot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.contact("anna@example.com")
	items := []crm.BatchItem{
		{Action: crm.BatchCreate, Input: crm.ContactInput{Email: new("ben@example.com")}},
		{Action: crm.BatchCreate, Input: crm.ContactInput{Email: new("anna@example.com")}},
		{Action: crm.BatchCreate, Input: crm.ContactInput{Email: new("cleo@example.com")}},
	}
	heard := len(b.heard.events)
	results, err := b.ChangeContacts(b.ctx, b.org, items, true)
	b.must(err)
	b.refused(results[0].Err, domain.KindConflict, "not done")
	b.refused(results[1].Err, domain.KindConflict, "anna@example.com")
	b.refused(results[2].Err, domain.KindConflict, "not done")
	if page, _ := b.Contacts(b.ctx, b.org, crm.ContactQuery{}); page.Total != 1 || len(b.heard.events) != heard {
		t.Errorf("%d contacts and %d events are there, want Anna alone", page.Total, len(b.heard.events)-heard)
	}
	items[1].Action = crm.BatchUpsert
	results, err = b.ChangeContacts(b.ctx, b.org, items, true)
	b.must(err)
	if results[1].Err != nil || results[1].Created || !results[2].Created {
		t.Errorf("results are %+v", results)
	}
}

func TestAContactIsFoundByItsAddressOrMade(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := crm.ContactInput{Email: new("anna@example.com"), Company: new("Acme"), Tags: []string{"a"}}
	first, created, err := b.UpsertContact(b.ctx, b.org, in)
	b.must(err)
	if !created {
		t.Error("it was there already")
	}
	second, created, err := b.UpsertContact(b.ctx, b.org, crm.ContactInput{Email: new(" ANNA@example.com"), Firstname: new("Anna"), Tags: []string{"b"}})
	b.must(err)
	if created || second.ID != first.ID || *second.Company != "Acme" || *second.Firstname != "Anna" || len(second.Tags) != 2 {
		t.Errorf("found %+v", second)
	}
	_, _, err = b.UpsertContact(b.ctx, b.org, crm.ContactInput{Firstname: new("Nobody")})
	b.refused(err, domain.KindInvalid, "email address")
}

func TestAContactIsFoundByAFieldThatIdentifiesIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.CreateField(b.ctx, b.org, crm.FieldInput{Alias: "customer_no", Label: "Customer number", Type: crm.FieldText, IsUnique: true})
	b.must(err)
	first, created, err := b.UpsertContact(b.ctx, b.org, crm.ContactInput{Fields: map[string]any{"customer_no": "K-1"}})
	b.must(err)
	if !created {
		t.Error("it was there already")
	}
	second, created, err := b.UpsertContact(b.ctx, b.org, crm.ContactInput{Email: new("anna@example.com"), Fields: map[string]any{"customer_no": "k-1"}})
	b.must(err)
	if created || second.ID != first.ID || *second.Email != "anna@example.com" {
		t.Errorf("found %+v", second)
	}
}

func TestBatchesHaveOneToTwoHundredItems(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, n := range []int{0, 201} {
		_, err := b.ChangeContacts(b.ctx, b.org, make([]crm.BatchItem, n), false)
		b.refused(err, domain.KindInvalid, "between 1 and 200")
	}
}

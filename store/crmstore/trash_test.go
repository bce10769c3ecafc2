package crmstore_test

import (
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestADeletedContactIsNowhereUntilItIsRestored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	b.must(b.ChangeTags(b.ctx, b.org, anna.ID, crm.TagChange{Add: []string{"vip"}}))
	b.must(b.DeleteContact(b.ctx, b.org, anna.ID))

	_, err := b.Contact(b.ctx, b.org, anna.ID)
	b.refused(err, domain.KindNotFound, "no contact")
	b.refused(b.DeleteContact(b.ctx, b.org, anna.ID), domain.KindNotFound, "no contact")
	b.refused(b.ChangeTags(b.ctx, b.org, anna.ID, crm.TagChange{Add: []string{"x"}}), domain.KindNotFound, "no contact")
	for name, q := range map[string]crm.ContactQuery{
		"list": {}, "tag": {Tag: "vip"}, "search": {PageQuery: domain.PageQuery{Search: "anna"}}, "ids": {IDs: []crm.ContactID{anna.ID}},
	} {
		if found, err := b.Contacts(b.ctx, b.org, q); err != nil || found.Total != 0 {
			t.Errorf("%s finds %d, %v", name, found.Total, err)
		}
	}
	if tags, err := b.Tags(b.ctx, b.org, domain.PageQuery{}); err != nil || tags.Items[0].Contacts != 0 {
		t.Errorf("tags are %+v, %v", tags.Items, err)
	}
	job := b.bulk([]crm.ContactID{anna.ID}, crm.BulkChange{Action: crm.BulkAddTags, Tags: []string{"y"}})
	b.expect(job, crm.JobDone, 0, 0)

	b.must(b.RestoreContact(b.ctx, b.org, anna.ID))
	if back := b.read(anna.ID); !back.HasTag("vip") {
		t.Errorf("it came back with the tags %v", back.Tags)
	}
	if events := b.events(anna.ID); events != "contact.created contact.tags_changed contact.deleted contact.restored" {
		t.Errorf("events are %s", events)
	}
	b.refused(b.RestoreContact(b.ctx, b.org, anna.ID), domain.KindNotFound, "not in the trash")
}

func TestTheTrashIsTheOrganizationsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	b.must(b.DeleteContact(b.ctx, b.org, anna.ID))
	org, ctx := b.stranger()
	b.refused(b.RestoreContact(ctx, org, anna.ID), domain.KindNotFound, "not in the trash")
	b.refused(b.EraseContact(ctx, org, anna.ID), domain.KindNotFound, "not in the trash")
	if page, err := b.Trash(ctx, org, domain.PageQuery{}); err != nil || page.Total != 0 {
		t.Errorf("the stranger sees %+v, %v", page, err)
	}
	page, err := b.Trash(b.ctx, b.org, domain.PageQuery{Search: "ANNA"})
	if err != nil || page.Total != 1 || page.Items[0].Name().String() != "anna@example.com" || page.Items[0].DaysLeft(today.Add(36*time.Hour)) != 29 {
		t.Errorf("the trash holds %+v, %v", page, err)
	}
	if page, err := b.Trash(b.ctx, b.org, domain.PageQuery{Search: "berta"}); err != nil || page.Total != 0 {
		t.Errorf("a search finds %+v, %v", page, err)
	}
}

func TestRestoringIsRefusedWhileAnotherHasTheAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := b.contact("anna@example.com")
	b.must(b.DeleteContact(b.ctx, b.org, old.ID))
	other := b.contact("Anna@example.com")
	b.refused(b.RestoreContact(b.ctx, b.org, old.ID), domain.KindConflict, "has the email address")
	job := b.bulk([]crm.ContactID{old.ID}, crm.BulkChange{Action: crm.BulkRestore})
	b.expect(job, crm.JobDone, 0, 1)
	b.must(b.DeleteContact(b.ctx, b.org, other.ID))
	// Of two with one address the later deleted comes back.
	job = b.bulk([]crm.ContactID{old.ID, other.ID}, crm.BulkChange{Action: crm.BulkRestore})
	b.expect(job, crm.JobDone, 1, 1)
	b.read(other.ID)
}

func TestRestoringIsRefusedWhileAnotherHasTheIdentifyingValue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.field(crm.FieldInput{Label: "Number", Type: crm.FieldNumber, IsUnique: true})
	member := func(number int) crm.ContactID {
		contact, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Firstname: new("M"), Fields: map[string]any{"number": number}})
		b.must(err)
		return contact.ID
	}
	seven, eight := member(7), member(8)
	b.must(b.DeleteContact(b.ctx, b.org, seven))
	b.must(b.DeleteContact(b.ctx, b.org, eight))
	again := member(7)
	b.refused(b.RestoreContact(b.ctx, b.org, seven), domain.KindConflict, "has the value “7” of “Number” already")
	// One that can't come back keeps no other from coming back.
	b.expect(b.bulk([]crm.ContactID{seven, eight}, crm.BulkChange{Action: crm.BulkRestore}), crm.JobDone, 1, 1)
	b.read(eight)
	b.must(b.DeleteContact(b.ctx, b.org, again))
	b.expect(b.bulk([]crm.ContactID{seven, again}, crm.BulkChange{Action: crm.BulkRestore}), crm.JobDone, 1, 1)
	b.read(again)
}

func TestErasingLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, keep := b.contact("anna@example.com"), b.contact("berta@example.com")
	ids := []crm.ContactID{anna.ID, keep.ID}
	b.bulk(ids, crm.BulkChange{Action: crm.BulkSetField, Field: "company", Value: "Acme"})
	b.refused(b.EraseContact(b.ctx, b.org, anna.ID), domain.KindNotFound, "not in the trash")
	b.must(b.DeleteContact(b.ctx, b.org, anna.ID))
	job, err := b.Bulk(b.ctx, b.org, crm.Bulk{Query: crm.ContactQuery{IDs: ids}, Change: crm.BulkChange{Action: crm.BulkErase}})
	b.must(err)
	b.expect(job, crm.JobDone, 1, 0)
	_, err = b.UndoJob(b.ctx, b.org, job.ID)
	b.refused(err, domain.KindConflict, "can't be undone")
	for _, table := range []string{"all_contacts where id", "events where contact_id", "job_contacts where contact_id", "contact_tags where contact_id"} {
		var n int
		b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm."+table+" = $1", anna.ID).Scan(&n))
		if n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	b.read(keep.ID)
}

func TestTheDemoIsReallyRemoved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{IsSample: true, Tags: []string{"demo"}})
	b.must(err)
	berta, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{IsSample: true})
	b.must(err)
	b.must(b.DeleteContact(b.ctx, b.org, berta.ID))
	b.must(b.DeleteSamples(b.ctx, b.org))
	var n int
	b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm.all_contacts where id = any($1)", []crm.ContactID{anna.ID, berta.ID}).Scan(&n))
	if n != 0 {
		t.Errorf("%d sample contacts are left", n)
	}
}

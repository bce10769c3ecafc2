package crmstore_test

import (
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/searchsql/searchtest"
)

func TestImportsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.asAnna()
	add := func(b bench, file string, state crm.ImportState, rows, rejected, days int) (id crm.ImportID) {
		b.must(b.db.Pool().QueryRow(b.ctx, `insert into crm.imports (org_id, file_name, state, rows_done, rejected, created_by, created_at)
			values ($1, $2, $3, $4, $5, $6, now() - $7::int * interval '1 day') returning id`,
			b.org, file, state, rows, rejected, identity.ActorFrom(b.ctx).Author(), days).Scan(&id))
		return id
	}
	fair := add(anna, "fair.csv", crm.ImportDone, 1000, 3, 0)
	add(b, "shop of Leipzig.csv", crm.ImportFailed, 0, 0, 40)
	add(b, "tests.csv", crm.ImportMapping, 0, 0, 0)
	add(b.in(t, "Other"), "fair.csv", crm.ImportDone, 5, 5, 0)

	find := func(text string) ([]string, error) {
		found, err := anna.Imports(anna.ctx, anna.org, crm.ImportQuery{PageQuery: domain.PageQuery{Search: text}})
		names := make([]string, len(found.Items))
		for i, one := range found.Items {
			names[i] = one.FileName[:4]
		}
		return names, err
	}
	searchtest.Run(t, crm.ImportCommands, find, []searchtest.Case{
		{Search: "", Want: "fair shop test"},
		{Search: "LEIPZIG", Want: "shop"},
		{Search: "file:t*.csv", Want: "test"},
		{Search: "state:failed", Want: "shop"},
		{Search: "!state:done", Want: "shop test"},
		{Search: "rows:>10", Want: "fair"},
		{Search: "rejected:>0", Want: "fair"},
		{Search: "by:me", Want: "fair"},
		{Search: "by:anna@", Want: "fair"},
		{Search: "!by:*", Want: "shop test"},
		{Search: "created:<-30d", Want: "shop"},
		{Search: fmt.Sprintf("ids:%d", fair), Want: "fair"},
	})
}

func TestJobsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.asAnna()
	add := func(b bench, title domain.Kept, kind crm.JobKind, state crm.JobState, done, skipped, days int) (id crm.JobID) {
		b.must(b.db.Pool().QueryRow(b.ctx, `insert into crm.jobs (org_id, title, kind, state, done, skipped, settings, created_by, created_at)
			values ($1, $2, $3, $4, $5, $6, '{}', $7, now() - $8::int * interval '1 day') returning id`,
			b.org, title, kind, state, done, skipped, identity.ActorFrom(b.ctx).Author(), days).Scan(&id))
		return id
	}
	tags := add(anna, domain.Keep("Add tags: %s", "fair"), crm.JobBulk, crm.JobDone, 1000, 3, 0)
	export := add(b, domain.Keep("Export"), crm.JobExport, crm.JobFailed, 0, 0, 40)
	undo := add(b, domain.Keep("Undo"), crm.JobBulk, crm.JobRunning, 10, 0, 0)
	b.exec("update crm.jobs set undoes = $2 where id = $1", undo, tags)
	add(b.in(t, "Other"), domain.Keep("Add tags: %s", "fair"), crm.JobBulk, crm.JobDone, 5, 5, 0)

	names := map[crm.JobID]string{tags: "tags", export: "export", undo: "undo"}
	find := func(text string) ([]string, error) {
		found, err := anna.Jobs(anna.ctx, anna.org, crm.JobQuery{PageQuery: domain.PageQuery{Search: text}})
		list := make([]string, len(found.Items))
		for i, one := range found.Items {
			list[i] = names[one.ID]
		}
		return list, err
	}
	searchtest.Run(t, crm.JobCommands, find, []searchtest.Case{
		{Search: "", Want: "export tags undo"},
		{Search: "FAIR", Want: "tags"},
		{Search: `"%s"`, Want: ""}, // how a title is kept is not what it says
		{Search: "title:*fair", Want: "tags"},
		{Search: "kind:export", Want: "export"},
		{Search: "state:running OR state:failed", Want: "export undo"},
		{Search: "is:undone", Want: "tags"},
		{Search: "contacts:>=10", Want: "tags undo"},
		{Search: "skipped:>0", Want: "tags"},
		{Search: "by:me", Want: "tags"},
		{Search: "created:<-30d", Want: "export"},
		{Search: fmt.Sprintf("ids:%d", export), Want: "export"},
	})
}

func TestTheTrashIsSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.asAnna()
	ids := map[crm.ContactID]string{}
	add := func(b bench, name string, in crm.ContactInput) crm.ContactID {
		contact, err := b.CreateContact(b.ctx, b.org, in)
		b.must(err)
		b.must(b.DeleteContact(b.ctx, b.org, contact.ID))
		ids[contact.ID] = name
		return contact.ID
	}
	maria := add(anna, "maria", crm.ContactInput{Email: new("maria@example.com"), Firstname: new("Maria"), Lastname: new("Lindt"), Company: new("Acme"), Phone: new("+49 30 901820")})
	jo := add(b, "jo", crm.ContactInput{Email: new("jo@shop.example"), Company: new("Bolt")})
	ghost := add(b, "ghost", crm.ContactInput{Firstname: new("Ghost")})
	add(b.in(t, "Other"), "other", crm.ContactInput{Email: new("maria@example.com")})
	b.contact("jo@shop.example")
	b.contact("alive@example.com")
	b.exec("update crm.all_contacts set deleted_at = now() - interval '20 days' where id = $1", jo)
	b.exec("update crm.all_contacts set deleted_at = now() where id <> $1 and deleted_at is not null", jo)
	b.exec("update crm.all_contacts set is_sample = true where id = $1", ghost)

	find := func(text string) ([]string, error) {
		found, err := anna.Trash(anna.ctx, anna.org, domain.PageQuery{Search: text})
		names := make([]string, len(found.Items))
		for i, one := range found.Items {
			names[i] = ids[one.ID]
		}
		return names, err
	}
	searchtest.Run(t, crm.TrashCommands, find, []searchtest.Case{
		{Search: "", Want: "ghost jo maria"},
		{Search: "LINDT", Want: "maria"},
		{Search: `name:"maria l"`, Want: "maria"},
		{Search: "email:*@shop.example", Want: "jo"},
		{Search: "!email:*", Want: "ghost"},
		{Search: "company:acme", Want: "maria"},
		{Search: "phone:901820", Want: "maria"},
		{Search: "deleted:<-7d", Want: "jo"},
		{Search: "by:me", Want: "maria"},
		{Search: "by:anna", Want: "maria"},
		{Search: "is:taken", Want: "jo"},
		{Search: "is:sample", Want: "ghost"},
		{Search: fmt.Sprintf("ids:%d", maria), Want: "maria"},
	})

	// What is done to all that the search finds is done to these.
	job, err := anna.Bulk(anna.ctx, anna.org, crm.Bulk{Query: crm.ContactQuery{PageQuery: domain.PageQuery{Search: "by:me"}}, Change: crm.BulkChange{Action: crm.BulkRestore}})
	b.must(err)
	b.expect(job, crm.JobDone, 1, 0)
	if _, err := anna.Contact(anna.ctx, anna.org, maria); err != nil {
		t.Errorf("maria is not back: %v", err)
	}
	_, err = anna.Bulk(anna.ctx, anna.org, crm.Bulk{Query: crm.ContactQuery{PageQuery: domain.PageQuery{Search: "nonsense:1"}}, Change: crm.BulkChange{Action: crm.BulkErase}})
	b.refused(err, domain.KindInvalid, "position 1")
}

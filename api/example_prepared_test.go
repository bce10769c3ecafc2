package api_test

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// preparation is what the example of an operation needs besides the furniture.
type preparation struct {
	first   func(*furniture)  // what must have happened
	path    map[string]string // other ids than those of the example
	without []string          // parameters of the query that exclude the others
}

// prepared holds, by the id of the operation, those whose examples do not suit the furniture as it is: what
// they make is there already, what they bring back is not gone, or what they end has not begun.
var prepared = map[string]preparation{
	"explain-contact":   {without: []string{"sms", "message"}},
	"change-user":       {path: map[string]string{"id": "8"}}, // nobody changes their own role
	"end-user-sessions": {path: map[string]string{"id": "8"}},
	"delete-field":      {path: map[string]string{"id": "9"}, without: []string{"contacts"}},

	"create-contact":    {first: toTrash},
	"restore-contact":   {first: toTrash},
	"erase-contact":     {first: toTrash},
	"create-tag":        {first: func(f *furniture) { f.must(f.crm.DeleteTag(f.ctx, f.org, 7)) }},
	"update-tag":        {first: func(f *furniture) { f.must(f.crm.DeleteTag(f.ctx, f.org, 9)) }},
	"create-segment":    {first: func(f *furniture) { f.must(f.crm.DeleteSegment(f.ctx, f.org, 3)) }},
	"restore-tag":       {first: func(f *furniture) { f.must(f.crm.DeleteTag(f.ctx, f.org, 7)) }},
	"restore-segment":   {first: func(f *furniture) { f.must(f.crm.DeleteSegment(f.ctx, f.org, 3)) }},
	"add-sender-domain": {first: func(f *furniture) { f.must(f.messaging.DeleteSenderDomain(f.ctx, f.org, 2)) }},
	"delete-email":      {first: neverSent},
	"delete-campaign":   {first: func(f *furniture) { f.next("campaign.campaigns", 13); f.draft("Unpublished") }, path: map[string]string{"id": "13"}},
	"resend-invitation": {first: func(f *furniture) { f.sql("update identity.invitations set issued_at = now() - interval '1 hour'") }},

	"message-arrived":    {first: unknown},
	"send-message-again": {first: unknown},
	"cancel-job":         {first: func(f *furniture) { f.sql("update crm.jobs set state = 'queued', ended_at = null") }},
	"undo-job":           {first: changed, path: map[string]string{"id": "89"}},
	"undo-import":        {first: imported},
}

func toTrash(f *furniture) { f.must(f.crm.DeleteContact(f.ctx, f.org, 4711)) }

// neverSent makes an email that no campaign and no message knows.
func neverSent(f *furniture) {
	f.sql("delete from messaging.messages")
	f.sql("update campaign.campaigns set state = 'archived'")
}

// unknown loses the answer of the provider.
func unknown(f *furniture) {
	f.sql("update messaging.messages set state = 'unknown', sent_at = null, settled_by = '' where id = 98211")
}

func changed(f *furniture) {
	_, err := f.crm.Bulk(f.ctx, f.org, crm.Bulk{
		Query: crm.ContactQuery{PageQuery: domain.PageQuery{}}, Change: crm.BulkChange{Action: crm.BulkAddTags, Tags: []string{"all"}},
	})
	f.must(err)
}

func imported(f *furniture) {
	_, err := f.crm.StartImport(f.ctx, f.org, 18, crm.ImportStart{})
	f.must(err)
	done, err := f.crm.RunImport(f.system(), f.org, 18, func(crm.Import) error { return nil })
	f.must(err)
	if done.Created == 0 {
		f.t.Fatalf("nothing was imported: %v", done.Error)
	}
}

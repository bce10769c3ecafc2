package crmstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
)

// believed is how many rows of tags the planner believes in.
func (b bench) believed() (rows int64) {
	b.t.Helper()
	b.must(b.db.Pool().QueryRow(b.ctx, `select reltuples::bigint from pg_class where oid = 'crm.contact_tags'::regclass`).Scan(&rows))
	return rows
}

// Somebody who has just given ten thousand contacts a tag looks at them now, not when autovacuum has been there.
func TestThePlannerKnowsHowManyCarryATagThatHasJustBeenGiven(t *testing.T) {
	t.Parallel()
	for name, give := range map[string]func(b bench){
		"by a job": func(b bench) {
			b.run(b.bulk(b.people(2500), crm.BulkChange{Action: crm.BulkAddTags, Tags: []string{"new"}}).ID)
		},
		"by an import": func(b bench) {
			var file strings.Builder
			file.WriteString("email\n")
			for n := range 4500 {
				fmt.Fprintf(&file, "c%d@example.com\n", n)
			}
			b.imported(file.String(), "new")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			give(b)
			if known := b.believed(); known < 2000 {
				t.Errorf("the planner believes that %d contacts carry a tag", known)
			}
		})
	}
}

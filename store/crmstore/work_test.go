package crmstore_test

import "testing"

func TestWhatRunsIsCountedInItsOrganizationOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, state := range []string{"mapping", "queued", "running", "done"} {
		_, err := b.db.Pool().Exec(b.ctx, "insert into crm.imports (org_id, file_name, state, bytes, bytes_done, rows_done) values ($1, $2, $3, 200, 50, 7)", b.org, state+".csv", state)
		b.must(err)
	}
	n, err := b.CountWork(b.ctx, b.org)
	b.must(err)
	works, err := b.RunningWork(b.ctx, b.org)
	b.must(err)
	if n != 2 || len(works) != 2 || works[0].Title != "queued.csv" || works[1].Percent != 25 || works[1].Done != 7 {
		t.Errorf("%d run: %+v.", n, works)
	}
	org, ctx := b.stranger()
	theirs, err := b.CountWork(ctx, org)
	b.must(err)
	if list, _ := b.RunningWork(ctx, org); theirs != 0 || len(list) != 0 {
		t.Errorf("A stranger sees %d: %v.", theirs, list)
	}
}

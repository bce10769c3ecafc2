package crmstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestAnImportSaysThatItFailsAtTheSamePlace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	file := &strings.Builder{}
	file.WriteString("email\n")
	for i := range 5_000 {
		fmt.Fprintf(file, "p%d@example.com\n", i)
	}
	imp := b.uploaded(file.String(), crm.ImportPatch{})
	trouble := func() crm.Import {
		b.must(b.ReportImportTrouble(b.ctx, b.org, imp.ID, "ab12cd34"))
		found, err := b.Import(b.ctx, b.org, imp.ID)
		b.must(err)
		return found
	}
	if got := trouble(); got.Trouble != nil {
		t.Errorf("one that nobody has started says %+v", got.Trouble)
	}
	_, err := b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{})
	b.must(err)
	// A trigger stands for whatever the program did not expect.
	b.exec(`create function crm.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`)
	b.exec(fmt.Sprintf(`create trigger refuse before insert on crm.all_contacts for each row when (new.email = 'p4500@example.com' and new.org_id = %d) execute function crm.refuse()`, b.org))
	for n := range 3 {
		if _, err := b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return nil }); err == nil || domain.KindOf(err) != "" {
			t.Fatalf("got %v", err)
		}
		if got := trouble(); got.Stuck() != (n == 2) || got.Trouble.Tries != n+1 || got.Trouble.Place != got.NextRow || got.Trouble.Place != 4_002 || got.Trouble.Error != "ab12cd34" {
			t.Fatalf("after %d tries: %+v", n+1, got.Trouble)
		}
	}
	other, ctx := b.stranger()
	b.refused(b.ReportImportTrouble(ctx, other, imp.ID, "x"), domain.KindNotFound, "There is no import")
	b.exec("drop trigger refuse on crm.all_contacts")
	imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return nil })
	b.must(err)
	if imp.Trouble != nil || numbers(imp) != "5000 created 0 updated 0 unchanged 0 rejected" {
		t.Errorf("mended: %s, %+v", numbers(imp), imp.Trouble)
	}
}

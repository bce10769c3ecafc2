package crmstore_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// hostile writes a file of so many rows that is wrong in every way that files are, and says how many
// rows it has at most.
func hostile(rows int, seed uint64) string {
	random := rand.New(rand.NewPCG(seed, 7))
	var file strings.Builder
	file.WriteString("\ufeffemail,firstname,points,tags,customer\r\n")
	ends := []string{"\n", "\r\n", "\n\n", "\r\n\r\n"}
	for i := range rows {
		email := fmt.Sprintf("p%d@example.com", random.IntN(rows)) // most of them more than once
		switch random.IntN(40) {
		case 0:
			fmt.Fprintf(&file, "%s,\"open quote %d,1,a,", email, i)
		case 1:
			fmt.Fprintf(&file, "%s,Nu\x00l,1,,", email)
		case 2:
			fmt.Fprintf(&file, "%s,M\xfcller,1,,", email)
		case 3:
			fmt.Fprintf(&file, "%s,%s,1,,", email, strings.Repeat("x", random.IntN(3000)))
		case 4:
			fmt.Fprintf(&file, "%s,\"two\r\nlines\",1,,", email)
		case 5:
			fmt.Fprintf(&file, "%s,a,b,c,d,e,f,g", email)
		case 6:
			file.WriteString(",,,,")
		case 7:
			fmt.Fprintf(&file, "=cmd(%d),Eve,1,,", i)
		case 8:
			fmt.Fprintf(&file, ",Nameless %d,many,,", i)
		case 9:
			fmt.Fprintf(&file, ",Only a name %d,,,", i)
		case 10:
			file.WriteString(email)
		default:
			fmt.Fprintf(&file, "%s,Anna %d,%d,\"t%d, t%d\",", strings.ToUpper(email[:1])+email[1:], random.IntN(3), random.IntN(3), random.IntN(4), random.IntN(4))
		}
		file.WriteString(ends[random.IntN(len(ends))])
	}
	return file.String()
}

func TestADryRunSaysExactlyWhatTheImportThenDoes(t *testing.T) {
	t.Parallel()
	all := setup(t)
	for _, existing := range []crm.ImportExisting{crm.UpdateExisting, crm.SkipExisting, crm.OnlyExisting} {
		b := all.in(t, string(existing))
		for i := range 100 {
			b.contact(fmt.Sprintf("p%d@example.com", i*7))
		}
		imp := b.uploaded(hostile(5_000, 1), crm.ImportPatch{Existing: &existing, Tags: []string{"all"}, NewList: new("New")})
		tried := b.carried(imp, true)
		if tried.State != crm.ImportMapping || tried.Trial == nil || tried.RowsDone != 0 {
			t.Fatalf("after the dry run: %+v", tried)
		}
		if page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{}); err != nil || page.Total != 100 {
			t.Errorf("%d contacts after the dry run, %v", page.Total, err)
		}
		for table, want := range map[string]int{"import_trial_contacts": 0, "import_contacts": 0, "import_rejects": 0, "all_tags": 0, "all_segments": 0} {
			var rows int
			b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm."+table+" where org_id = $1", b.org).Scan(&rows))
			if rows != want {
				t.Errorf("the dry run left %d rows in crm.%s", rows, table)
			}
		}
		done := b.carried(tried, false)
		would := crm.Import{Created: tried.Trial.Created, Updated: tried.Trial.Updated, Unchanged: tried.Trial.Unchanged, Rejected: tried.Trial.Rejected}
		if numbers(done) != numbers(would) || done.RowsDone != tried.Trial.Rows || done.RowsDone != done.Created+done.Updated+done.Unchanged+done.Rejected {
			t.Errorf("%s: would be %s, was %s of %d rows", existing, numbers(would), numbers(done), done.RowsDone)
		}
		if fmt.Sprint(done.Problems) != fmt.Sprint(tried.Trial.Problems) {
			t.Errorf("%s: the problems would be\n%v\nand were\n%v", existing, tried.Trial.Problems, done.Problems)
		}
		if got := int64(len(b.rejects(done))); got != min(done.Rejected, 1000) {
			t.Errorf("%d rejects are kept of %d", got, done.Rejected)
		}
	}
}

func TestAKilledImportTakesNoRowTwice(t *testing.T) {
	t.Parallel()
	all := setup(t)
	file := hostile(9_000, 2)
	straight, killed := all.in(t, "straight"), all.in(t, "killed")
	want := straight.carried(straight.uploaded(file, crm.ImportPatch{}), false)
	imp := killed.uploaded(file, crm.ImportPatch{})
	for _, dry := range []bool{true, false} {
		_, err := killed.StartImport(killed.ctx, killed.org, imp.ID, crm.ImportStart{DryRun: dry})
		killed.must(err)
		for killed.must(nil); ; {
			// Every process dies after its first batch.
			if imp, err = killed.RunImport(killed.ctx, killed.org, imp.ID, func(crm.Import) error { return fmt.Errorf("killed") }); err == nil {
				break
			}
		}
	}
	if numbers(imp) != numbers(want) || imp.Trial.Created != want.Created || imp.Trial.Rejected != want.Rejected {
		t.Errorf("with a kill after each batch: %s and %+v, without: %s", numbers(imp), imp.Trial, numbers(want))
	}
	for _, b := range []bench{straight, killed} {
		page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{})
		b.must(err)
		if page.Total != int(want.Created) {
			t.Errorf("%d contacts, want %d", page.Total, want.Created)
		}
	}
}

func TestACancelledCheckLeadsBackToTheMapping(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imp := b.uploaded("email\nanna@example.com\n", crm.ImportPatch{})
	_, err := b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{DryRun: true})
	b.must(err)
	_, err = b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{})
	b.refused(err, domain.KindConflict, "is being checked")
	b.must(b.CancelImport(b.ctx, b.org, imp.ID))
	imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return nil })
	b.must(err)
	if imp.State != crm.ImportMapping || imp.Trial != nil {
		t.Errorf("after cancelling: %+v", imp)
	}
	_, err = b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{DryRun: true})
	b.must(err)
	b.must(b.FailImport(b.ctx, b.org, imp.ID, domain.Conflict("It broke.")))
	imp, err = b.Import(b.ctx, b.org, imp.ID)
	b.must(err)
	if imp.State != crm.ImportMapping || imp.Error != "It broke." {
		t.Errorf("after a failure: %+v", imp)
	}
	if imp = b.carried(imp, true); imp.Trial == nil || imp.Error != "" {
		t.Errorf("the next check: %+v", imp)
	}
	imp, err = b.UpdateImport(b.ctx, b.org, imp.ID, crm.ImportPatch{Tags: []string{"x"}})
	b.must(err)
	if imp.Trial != nil {
		t.Error("what was found before the mapping changed is still shown")
	}
}

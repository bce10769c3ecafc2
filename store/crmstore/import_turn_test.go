package crmstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
)

func TestBatchesThatMeetTheSamePeopleCountAsTheFileSays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	customer := b.field(crm.FieldInput{Label: "Customer", Type: crm.FieldText, IsUnique: true})
	for _, name := range []string{"seven", "eight", "nine"} {
		_, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new(name + "@example.com"), Fields: map[string]any{customer.Alias: name}})
		b.must(err)
	}
	file := &strings.Builder{}
	file.WriteString("Customer,Email,First name,Tags\n")
	// The first batch names people by their numbers only, and gives one a new address.
	file.WriteString("seven,,Seven,early\neight,otto@example.com,,\nnine,,Nine,\n")
	for i := range 5_500 {
		fmt.Fprintf(file, "n%d,person%d@example.com,P,crowd\n", i, i)
	}
	// The last one meets them again: one by an address that is still taken, one by an address that is free
	// since, one by the number.
	file.WriteString("new1,seven@example.com,X,\nnew2,eight@example.com,Eight,\nnine,,Nina,late\nn0,,Again,\n")
	imp := b.uploaded(file.String(), crm.ImportPatch{Match: new("fields." + customer.Alias)})
	tried := b.carried(imp, true)
	done := b.carried(tried, false)
	const want = "5501 created 5 updated 0 unchanged 1 rejected"
	if numbers(done) != want || tried.Trial.Created != 5501 || tried.Trial.Rejected != 1 {
		t.Errorf("%s; the trial said %+v", numbers(done), tried.Trial)
	}
	if got := strings.Join(b.rejects(done), "; "); !strings.Contains(got, "seven@example.com belongs to another contact") {
		t.Errorf("rejected: %s", got)
	}
	for email, name := range map[string]string{"seven": "Seven", "eight": "Eight", "nine": "Nina", "person0": "Again"} {
		if got := deref(b.byEmail(email + "@example.com").Firstname); got != name {
			t.Errorf("%s is called %q", email, got)
		}
	}
}

func TestAnImportThatIsCancelledKeepsWholeBatches(t *testing.T) {
	t.Parallel()
	b := setup(t)
	file := &strings.Builder{}
	file.WriteString("email\n")
	for i := range 9_000 {
		fmt.Fprintf(file, "person%d@example.com\n", i)
	}
	imp := b.uploaded(file.String(), crm.ImportPatch{})
	_, err := b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{})
	b.must(err)
	cancelled := false
	imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error {
		if cancelled {
			return nil
		}
		cancelled = true
		return b.CancelImport(b.ctx, b.org, imp.ID)
	})
	b.must(err)
	page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{})
	b.must(err)
	if imp.State != crm.ImportCancelled || int64(page.Total) != imp.Created || imp.Created == 0 || imp.Created == 9_000 {
		t.Errorf("%d contacts after %+v", page.Total, imp)
	}
}

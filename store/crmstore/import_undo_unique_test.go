package crmstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store/crmstore"
)

// club is an organization whose members are known by a number, and of whom each has something that
// nobody else can have: an email address, or the value of a field.
type club struct {
	bench
	column string // of what nobody else has
	give   func(string) crm.ContactInput
	has    func(crm.Contact) string // of it
}

// clubs runs a test with email addresses and with an identifying field.
func clubs(t *testing.T, test func(t *testing.T, c club)) {
	t.Parallel()
	all := setup(t)
	for name, kind := range map[string]club{
		"addresses": {
			column: "Email", has: func(c crm.Contact) string { return deref(c.Email) },
			give: func(v string) crm.ContactInput { return crm.ContactInput{Email: &v} },
		},
		"a field": {
			column: "Badge", has: func(c crm.Contact) string { text, _ := c.Fields["badge"].(string); return text },
			give: func(v string) crm.ContactInput {
				return crm.ContactInput{Firstname: new("X"), Fields: map[string]any{"badge": v}}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kind.bench = all.in(t, name)
			kind.field(crm.FieldInput{Label: "Number", Type: crm.FieldText, IsUnique: true})
			kind.field(crm.FieldInput{Label: "Badge", Type: crm.FieldText, IsUnique: true})
			test(t, kind)
		})
	}
}

// file imports rows of a number and what that member is to have, and expects them all to be taken.
func (c club) file(rows ...string) crm.Import {
	c.t.Helper()
	text := "Number,First name," + c.column + "\n"
	for _, row := range rows {
		number, value, _ := strings.Cut(row, " ")
		text += fmt.Sprintf("%s,M,%s\n", number, value)
	}
	imp := c.carried(c.uploaded(text, crm.ImportPatch{Match: new("fields.number")}), false)
	if imp.Rejected != 0 {
		c.t.Fatalf("%s: %v", numbers(imp), c.rejects(imp))
	}
	return imp
}

// members are so many rows of members from a number on, each with a value of its own.
func members(from, n int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf("%d m%d@example.com", from+i, from+i)
	}
	return rows
}

// who returns what each member has, by number.
func (c club) who() map[string]string {
	c.t.Helper()
	rows, err := c.db.Pool().Query(c.ctx, `select fields ->> 'number', coalesce(email, ''), coalesce(fields ->> 'badge', '')
		from crm.contacts where org_id = $1 and fields ? 'number'`, c.org)
	c.must(err)
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var number, email, badge string
		c.must(rows.Scan(&number, &email, &badge))
		found[number] = email + badge
	}
	c.must(rows.Err())
	return found
}

func (c club) expectMembers(want map[string]string) {
	c.t.Helper()
	found, wrong := c.who(), 0
	for number, value := range want {
		if found[number] != value && wrong < 5 {
			wrong++
			c.t.Errorf("member %s has %q, want %q", number, found[number], value)
		}
	}
	if len(found) != len(want) {
		c.t.Errorf("there are %d members, want %d", len(found), len(want))
	}
}

func undoNumbers(imp crm.Import) string {
	u := imp.Undo
	return fmt.Sprintf("%s: %d of %d: %d deleted %d restored %d partly, %d fields, %d taken", imp.State, u.Done, u.Total, u.Deleted, u.Restored, u.Partly, u.Fields, u.Taken)
}

func (c club) expectUndone(imp crm.Import, want string) {
	c.t.Helper()
	if got := undoNumbers(c.later().undone(imp, false)); got != want {
		c.t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestWhatANewContactTookOverComesBack(t *testing.T) {
	clubs(t, func(_ *testing.T, c club) {
		c.file("1 anna@example.com", "2 ben@example.com")
		before := c.who()
		// The new ones come hundreds of rows, and batches, later.
		rows := append([]string{"1 anna.new@example.com", "2 ben.new@example.com"}, members(10, 1_200)...)
		imp := c.file(append(rows, "3 anna@example.com", "4 BEN@example.com")...)
		c.expectUndone(imp, "undone: 1204 of 1204: 1202 deleted 2 restored 0 partly, 0 fields, 0 taken")
		c.expectMembers(before)
	})
}

func TestExchangedValuesComeBack(t *testing.T) {
	clubs(t, func(_ *testing.T, c club) {
		c.file(members(1, 1_500)...)
		before := c.who()
		// 1 and 2 are in one batch of the undoing, 3 and 1400 are not; 4, 700 and 1500 pass theirs round.
		imp := c.file("1 x@example.com", "2 m1@example.com", "1 m2@example.com",
			"3 y@example.com", "1400 m3@example.com", "3 m1400@example.com",
			"4 z@example.com", "700 m4@example.com", "1500 m700@example.com", "4 m1500@example.com")
		c.expectUndone(imp, "undone: 7 of 7: 0 deleted 7 restored 0 partly, 0 fields, 0 taken")
		c.expectMembers(before)
	})
}

func TestAColumnThatSlippedByARowComesBack(t *testing.T) {
	clubs(t, func(_ *testing.T, c club) {
		const many = 3_000 // more than are put back at once
		c.file(members(1, many)...)
		before := c.who()
		slipped := []string{"1 first@example.com"}
		for i := 2; i <= many; i++ {
			slipped = append(slipped, fmt.Sprintf("%d m%d@example.com", i, i-1))
		}
		imp := c.file(slipped...)
		if imp.Updated != many {
			c.t.Fatal(numbers(imp))
		}
		c.expectUndone(imp, "undone: 3000 of 3000: 0 deleted 3000 restored 0 partly, 0 fields, 0 taken")
		c.expectMembers(before)
	})
}

func TestWhatSomebodyElseHasNowStays(t *testing.T) {
	clubs(t, func(t *testing.T, c club) {
		c.file(members(1, 1_000)...)
		// 1, 600 and 900 pass theirs round; 5 and 6 only get new ones.
		imp := c.file("1 x@example.com", "900 m1@example.com", "600 m900@example.com", "1 m600@example.com",
			"5 five@example.com", "6 six@example.com")
		// Somebody takes 900 out of the round and gives 5's old value to a new contact.
		l := c.later()
		ids := map[string]crm.ContactID{}
		for _, number := range []string{"900"} {
			id, err := crmstore.New(c.db).ContactByField(c.ctx, c.org, "number", number)
			c.must(err)
			ids[number] = id
		}
		other := c.give("free@example.com")
		_, err := l.UpdateContact(c.ctx, c.org, ids["900"], crm.ContactPatch{Email: other.Email, Fields: other.Fields})
		c.must(err)
		for _, value := range []string{"m1@example.com", "M5@example.com"} {
			_, err := l.CreateContact(c.ctx, c.org, c.give(value))
			c.must(err)
		}
		c.expectUndone(imp, "undone: 5 of 5: 0 deleted 1 restored 4 partly, 4 fields, 3 taken")
		found := c.who()
		for number, want := range map[string]string{"1": "m600@example.com", "600": "m900@example.com", "900": "free@example.com", "5": "five@example.com", "6": "m6@example.com"} {
			if found[number] != want {
				t.Errorf("member %s has %q, want %q", number, found[number], want)
			}
		}
	})
}

func TestAnImportMayPassIdentifyingValuesOnWithinABatch(t *testing.T) {
	clubs(t, func(_ *testing.T, c club) {
		c.file(members(1, 40)...)
		var rows []string
		want := c.who()
		for i := range 20 { // in both directions
			a, b := 1+i, 40-i
			rows = append(rows, fmt.Sprintf("%d tmp%d@example.com", a, i), fmt.Sprintf("%d m%d@example.com", b, a), fmt.Sprintf("%d m%d@example.com", a, b))
			want[fmt.Sprint(a)], want[fmt.Sprint(b)] = fmt.Sprintf("m%d@example.com", b), fmt.Sprintf("m%d@example.com", a)
		}
		c.file(rows...)
		c.expectMembers(want)
	})
}

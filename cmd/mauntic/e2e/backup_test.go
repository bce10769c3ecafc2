//go:build e2e

package e2e_test

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

const restoreContacts = 200

// TestARestoredInstallationSendsNothingUntilItIsResumed makes a backup in the middle of a campaign,
// restores it elsewhere, and looks at what the provider gets. The provider knows both installations,
// as it would after a machine was lost.
func TestARestoredInstallationSendsNothingUntilItIsResumed(t *testing.T) {
	t.Parallel()
	endpoint, journal := startFakeSES(t)
	accepted := func() map[string]int {
		entries, err := fakeses.ReadJournal(journal)
		if err != nil {
			t.Fatal(err)
		}
		sids := map[string]int{}
		for _, entry := range entries {
			sids[entry.Sid]++
		}
		return sids
	}

	lost := start(t, sesSettings(endpoint)...)
	c := signIn(t, lost)
	c.importCSV("people.csv", people(restoreContacts))
	first := c.createEmail("First", "First", `<p><a href="https://example.com/">Look</a></p>`)
	second := c.createEmail("Second", "Second", `<p><a href="https://example.com/">Look again</a></p>`)
	campaign := c.publish("Interrupted", underFire(first, second))
	if added := c.addToCampaign(campaign, map[string]any{"everyone": true}); added != restoreContacts {
		t.Fatalf("%d contacts came into the campaign, want %d.", added, restoreContacts)
	}
	eventually(t, time.Minute, "mails are going out", func() error {
		if n := len(accepted()); n < 20 {
			return fmt.Errorf("%d were accepted", n)
		}
		return nil
	})
	file := filepath.Join(t.TempDir(), "middle.backup")
	t.Log(lost.run("backup", file))
	if output, err := lost.command("backup", file).CombinedOutput(); err == nil || !strings.Contains(string(output), "overwrites nothing") {
		t.Errorf("A second backup into the same file: %v\n%s", err, output)
	}
	if output, err := lost.command("restore", "--force", file).CombinedOutput(); err == nil || !strings.Contains(string(output), "already runs") {
		t.Errorf("A restore under a running program: %v\n%s", err, output)
	}
	lost.kill()

	found := prepare(t, sesSettings(endpoint)...)
	t.Log(found.run("restore", file))
	before := accepted()
	found.launch()
	found.waitReady()
	db := found.database()
	eventually(t, 3*time.Minute, "every open journey goes on", func() error {
		type rest struct{ Pending, Late, Calling, Moving int }
		left, err := query[rest](db, `select
			(select count(*)::int from campaign.journeys where state = 'pending') as pending,
			(select count(*)::int from campaign.journeys where state = 'open' and due < now() - interval '5 seconds') as late,
			(select count(*)::int from messaging.messages where state = 'calling') as calling,
			(select count(*)::int from campaign.journeys j join messaging.messages m on m.org_id = j.org_id and m.journey_id = j.id
				where j.state = 'open' and m.state = 'ready' and m.not_before is null) as moving`)
		if err == nil && left[0] != (rest{}) {
			err = fmt.Errorf("%+v", left[0])
		}
		return err
	})
	held := one[int](t, db, `select count(*)::int from messaging.messages where state = 'ready' and reason like 'Sending is paused.%'`)
	if held == 0 {
		t.Error("No message was held back, so nothing was tested.")
	}
	if after := accepted(); len(after) != len(before) {
		t.Errorf("A paused installation sent %d mails.", len(after)-len(before))
	}
	for sid, n := range accepted() {
		if n > 1 {
			t.Errorf("The message %s was sent %d times before anybody resumed.", sid, n)
		}
	}

	t.Log(found.run("admin", "resume-sending"))
	waitForTheEnd(t, db, 5*time.Minute)
	known := many[ledgerRow](t, db, selectLedger)
	again := 0
	for _, n := range accepted() {
		again += n - 1
	}
	t.Logf("%d messages were held back. Of %d messages, %d that the backup had forgotten were sent again, as the operator confirmed.", held, len(known), again)
	for _, row := range known {
		if row.State != "sent" && row.State != "unknown" {
			t.Errorf("The message %s is %s: %s", row.Sid, row.State, row.Reason)
		}
	}
	if n := one[int](t, db, `select count(*)::int from (select from messaging.messages group by journey_id, step_id having count(*) > 1) twice`); n != 0 {
		t.Errorf("%d steps decided two messages.", n)
	}
	found.stop()
}

// TestAKilledBackupAndAKilledRestoreLeaveNothingHalfWritten kills both at several moments.
func TestAKilledBackupAndAKilledRestoreLeaveNothingHalfWritten(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.run("demo")
	folder := t.TempDir()
	good := filepath.Join(folder, "good.backup")
	p.run("backup", good)
	for n := range 4 {
		file := filepath.Join(folder, fmt.Sprintf("killed-%d.backup", n))
		killAfter(t, p, time.Duration(100+n*300)*time.Millisecond, "backup", file)
		if _, err := os.Stat(file); err != nil {
			continue // nothing was published
		}
		if archive, err := zip.OpenReader(file); err != nil {
			t.Errorf("The file of a killed backup is there, but not whole: %v", err)
		} else {
			_ = archive.Close()
		}
	}
	p.stop()
	for n := range 4 {
		killAfter(t, p, time.Duration(1000+n*1500)*time.Millisecond, "restore", "--force", good)
	}
	p.launch()
	p.waitReady()
	if contacts := one[int](t, p.database(), `select count(*)::int from crm.contacts`); contacts != 200 {
		t.Errorf("There are %d contacts, want all 200 of the old installation or of the new one.", contacts)
	}
	p.stop()
}

// killAfter kills a command of the installation, unless it has ended by then.
func killAfter(t *testing.T, p *program, delay time.Duration, args ...string) {
	t.Helper()
	cmd := p.command(args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(delay, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait() // killed or not, both are fine
}

package operationsui

import (
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/ui/component"
)

// block puts the numbers of a part beside its judgement.
func (p *pages) block(c *fiber.Ctx, r operations.Report, f operations.Finding) block {
	b := block{Finding: f, Title: titles[f.Part]}
	n := r.Numbers
	switch f.Part {
	case "sending":
		b.Facts = facts(text("Sent in the last minute", number(n.SentLastMinute)), text("Decided, not sent yet", number(n.Ready)),
			text("Calls to providers now", number(n.Calling)), since("Paused since", n.PausedSince))
		if n.Paused != "" {
			b.More = resumeButton()
		}
	case "provider":
		b.Facts = facts(text("Refused for now", number(n.Refused)), since("The longest since", n.RefusedSince),
			text("Provider", n.RefusedBy), text("Last words", n.RefusedReason))
	case "senders":
		b.More = rowList(stops(r.Stops))
	case "unknown":
		b.Facts = facts(text("Unknown", number(n.Unknown)))
		b.More = rowList(unknown(c, r.Unknown))
	case "queues":
		b.More = queueTable(r.Queues)
	case "starts":
		b.Facts = facts(text("To be started", number(n.Pending)), since("The longest since", n.PendingSince), text("People in campaigns", number(n.Open)))
	case "overdue":
		b.Facts = facts(text("Overdue", number(n.Overdue)), since("The longest since", n.OverdueSince), text("Parked by a pause", number(n.Parked)))
		b.More = rowList(p.overdue(c, r.Overdue))
	case "events":
		b.Facts = facts(text("Late", number(n.Missed)), since("The longest since", n.MissedSince), text("In this process's router", number(r.Process.Router)))
	case "clicks":
		b.Facts = facts(text("Files", number(r.Process.Spool.Files)), text("Size", size(r.Process.Spool.Bytes)), since("The oldest since", r.Process.Spool.Since))
	case "reconciler":
		b.Facts = facts(since("Last complete round", n.Reconciled))
	case "database":
		b.Facts = databaseFacts(r)
	case "program":
		b.Facts = programFacts(r.Process)
	}
	return b
}

func databaseFacts(r operations.Report) []component.Fact {
	n, pool := r.Numbers, r.Process.Pool
	return facts(
		text("PostgreSQL", fmt.Sprintf("%s, schema %d", firstWord(n.Database), n.Schema)), text("Size of our part", size(n.DatabaseBytes)),
		text("Connections", fmt.Sprintf("%d of %d", n.Connections, n.MaxConnections)),
		text("This process's pool", fmt.Sprintf("%d in use, %d idle, %d at most", pool.Used, pool.Idle, pool.Max)),
		since("Last backup", n.Backup), text("Waited for a connection", component.Plural(int(pool.Waited), "time", "times")),
	)
}

// firstWord leaves out what a distribution adds to a version.
func firstWord(version string) string {
	word, _, _ := strings.Cut(version, " ")
	return word
}

func programFacts(p operations.Process) []component.Fact {
	all := facts(text("Version", p.Version), text("Temporal", p.Temporal), since("Started", &p.Started),
		text("Memory", size(p.Memory)), text("Goroutines", number(p.Goroutines)))
	if p.DiskFree > 0 {
		all = append(all, text("Disk free", size(p.DiskFree)))
	}
	return all
}

// facts leaves out what has no value.
func facts(all ...component.Fact) []component.Fact {
	var known []component.Fact
	for _, f := range all {
		if f.Value != nil {
			known = append(known, f)
		}
	}
	return known
}

func text(label, value string) component.Fact {
	if value == "" {
		return component.Fact{}
	}
	return component.Fact{Label: label, Value: component.Text(value)}
}

func since(label string, at *time.Time) component.Fact {
	if at == nil {
		return component.Fact{}
	}
	return component.Fact{Label: label, Value: component.TimeAgo(*at)}
}

// row is a record in a list of a block.
type row struct {
	Title    string
	Sub      string // whose it is, and why it is here
	Href     string // its page, "" when it is another organization's
	At       time.Time
	Workflow string // in Temporal UI, "" for none
	Actions  templ.Component
}

func (p *pages) overdue(c *fiber.Ctx, all []operations.Overdue) []row {
	rows := make([]row, len(all))
	for i, o := range all {
		rows[i] = row{
			Title: fmt.Sprintf("Journey %d in “%s”", o.Journey, o.CampaignName), Sub: o.Organization + ", due", At: o.Due,
			Workflow: p.workflowPath(o.WorkflowID), Actions: restartButton(o),
		}
		if ours(c, o.Org) {
			rows[i].Href = fmt.Sprintf("/app/journeys/%d", o.Journey)
		}
	}
	return rows
}

func unknown(c *fiber.Ctx, all []operations.Unknown) []row {
	rows := make([]row, len(all))
	for i, u := range all {
		rows[i] = row{Title: fmt.Sprintf("Message %d by %s", u.Message, u.Provider), Sub: u.Organization + ", lost", At: u.At, Actions: settleButtons(u)}
		if ours(c, u.Org) {
			rows[i].Href = fmt.Sprintf("/app/messages/%d", u.Message)
		}
	}
	return rows
}

func stops(all []operations.Stop) []row {
	rows := make([]row, len(all))
	for i, s := range all {
		rows[i] = row{Title: s.Subject, Sub: s.Organization + ": " + s.Reason, At: s.At, Actions: liftButton(s)}
	}
	return rows
}

package operationsui

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// block puts the numbers of a part beside its judgement.
func (p *pages) block(c *fiber.Ctx, r operations.Report, f operations.Finding) block {
	ctx := c.UserContext()
	b := block{Finding: f, Title: titles[f.Part]}
	n := r.Numbers
	switch f.Part {
	case "sending":
		b.Facts = facts(text(words.T(ctx, "Sent in the last minute"), number(ctx, n.SentLastMinute)), text(words.T(ctx, "Decided, not sent yet"), number(ctx, n.Ready)),
			text(words.T(ctx, "Calls to providers now"), number(ctx, n.Calling)), since(words.T(ctx, "Paused since"), n.PausedSince))
		if n.Paused != "" {
			b.More = resumeButton()
		}
	case "provider":
		b.Facts = facts(text(words.T(ctx, "Refused for now"), number(ctx, n.Refused)), since(words.T(ctx, "The longest since"), n.RefusedSince),
			text(words.T(ctx, "Provider"), n.RefusedBy), text(words.T(ctx, "Last words"), words.Kept(ctx, n.RefusedReason)))
	case "senders":
		b.More = rowList(stops(ctx, r.Stops))
	case "unknown":
		b.Facts = facts(text(words.T(ctx, "Unknown"), number(ctx, n.Unknown)))
		b.More = rowList(unknown(c, r.Unknown))
	case queuesPart:
		b.More = queueTable(r.Queues)
	case "starts":
		b.Facts = facts(text(words.T(ctx, "To be started"), number(ctx, n.Pending)), since(words.T(ctx, "The longest since"), n.PendingSince), text(words.T(ctx, "People in campaigns"), number(ctx, n.Open)))
	case "overdue":
		b.Facts = facts(text(words.T(ctx, "Overdue"), number(ctx, n.Overdue)), since(words.T(ctx, "The longest since"), n.OverdueSince), text(words.T(ctx, "Parked by a pause"), number(ctx, n.Parked)))
		b.More = rowList(p.overdue(c, r.Overdue))
	case "events":
		b.Facts = facts(text(words.T(ctx, "Late"), number(ctx, n.Missed)), since(words.T(ctx, "The longest since"), n.MissedSince), text(words.T(ctx, "In this process's router"), number(ctx, r.Process.Router)))
	case "clicks":
		b.Facts = facts(text(words.T(ctx, "Files"), number(ctx, r.Process.Spool.Files)), text(words.T(ctx, "Size"), words.Bytes(ctx, r.Process.Spool.Bytes)), since(words.T(ctx, "The oldest since"), r.Process.Spool.Since))
	case "imports":
		b.Facts = facts(text(words.T(ctx, "Fail again and again"), number(ctx, n.Stuck)), since(words.T(ctx, "The longest since"), n.StuckSince), text(words.T(ctx, "Last error number"), n.StuckError))
	case "reconciler":
		b.Facts = facts(since(words.T(ctx, "Last complete round"), n.Reconciled))
	case "database":
		b.Facts = databaseFacts(ctx, r)
	case "program":
		b.Facts = programFacts(ctx, r.Process)
	}
	return b
}

func databaseFacts(ctx context.Context, r operations.Report) []component.Fact {
	n, pool := r.Numbers, r.Process.Pool
	return facts(
		text("PostgreSQL", words.F(ctx, "{{.Version}}, schema {{.Schema}}", words.Data{"Version": firstWord(n.Database), "Schema": n.Schema})), text(words.T(ctx, "Size of our part"), words.Bytes(ctx, n.DatabaseBytes)),
		text(words.T(ctx, "Connections"), words.F(ctx, "{{.Count}} of {{.Most}}", words.Data{"Count": n.Connections, "Most": n.MaxConnections})),
		text(words.T(ctx, "This process's pool"), words.F(ctx, "{{.Used}} in use, {{.Idle}} idle, {{.Most}} at most", words.Data{"Used": pool.Used, "Idle": pool.Idle, "Most": pool.Max})),
		since(words.T(ctx, "Last backup"), n.Backup), text(words.T(ctx, "Waited for a connection"), words.N(ctx, int(pool.Waited), "{{.Count}} time", "{{.Count}} times")),
	)
}

// firstWord leaves out what a distribution adds to a version.
func firstWord(version string) string {
	word, _, _ := strings.Cut(version, " ")
	return word
}

func programFacts(ctx context.Context, p operations.Process) []component.Fact {
	all := facts(text(words.T(ctx, "Version"), p.Version), text("Temporal", p.Temporal), since(words.T(ctx, "Started"), &p.Started),
		text(words.T(ctx, "Memory"), words.Bytes(ctx, p.Memory)), text(words.T(ctx, "Goroutines"), number(ctx, p.Goroutines)))
	if p.DiskFree > 0 {
		all = append(all, text(words.T(ctx, "Disk free"), words.Bytes(ctx, p.DiskFree)))
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
	ctx, rows := c.UserContext(), make([]row, len(all))
	for i, o := range all {
		rows[i] = row{
			Title: words.F(ctx, "Journey {{.Journey}} in “{{.Campaign}}”", words.Data{"Journey": o.Journey, "Campaign": o.CampaignName}),
			Sub:   words.F(ctx, "{{.Organization}}, due", words.Data{"Organization": o.Organization}), At: o.Due,
			Workflow: p.workflowPath(o.WorkflowID), Actions: restartButton(o),
		}
		if ours(c, o.Org) {
			rows[i].Href = fmt.Sprintf("/app/journeys/%d", o.Journey)
		}
	}
	return rows
}

func unknown(c *fiber.Ctx, all []operations.Unknown) []row {
	ctx, rows := c.UserContext(), make([]row, len(all))
	for i, u := range all {
		rows[i] = row{
			Title: words.F(ctx, "Message {{.Message}} by {{.Provider}}", words.Data{"Message": u.Message, "Provider": u.Provider}),
			Sub:   words.F(ctx, "{{.Organization}}, lost", words.Data{"Organization": u.Organization}), At: u.At, Actions: settleButtons(u),
		}
		if ours(c, u.Org) {
			rows[i].Href = fmt.Sprintf("/app/messages/%d", u.Message)
		}
	}
	return rows
}

func stops(ctx context.Context, all []operations.Stop) []row {
	rows := make([]row, len(all))
	for i, s := range all {
		rows[i] = row{Title: s.Subject, Sub: s.Organization + ": " + words.Kept(ctx, s.Reason), At: s.At, Actions: liftButton(s)}
	}
	return rows
}

// Package operationsui shows those who operate the installation how it is doing, and lets them mend
// what does not mend itself.
package operationsui

import (
	"context"
	"fmt"
	"net/url"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	operationsPath = "/app/operations"
	reportID       = "report" // of the element that fetches itself again
)

// Deps are what the pages work with.
type Deps struct {
	Operations *operations.Service
	Campaigns  *campaign.Service
	Namespace  string // Temporal's, for links to workflows
}

type pages struct{ Deps }

// Register adds the pages to r, the router of people who are signed in.
func Register(r fiber.Router, d Deps) {
	p := &pages{d}
	r.Get(operationsPath, p.report)
	r.Post(operationsPath+"/journeys/:org<int>/:id<int>/restart", mend(p.Campaigns.Restart, words.Mark("The journey was told to go on.")))
	r.Post(operationsPath+"/messages/:org<int>/:id<int>/arrived", mend(p.Operations.ItArrived, words.Mark("The message counts as sent now.")))
	r.Post(operationsPath+"/messages/:org<int>/:id<int>/again", mend(p.Operations.SendAgain, words.Mark("The message is sent once more.")))
	r.Post(operationsPath+"/stops/:org<int>/:id<int>/lift", mend(p.Operations.Lift, words.Mark("The sender goes on.")))
}

// reportView is the page.
type reportView struct {
	Level  operations.Level
	Blocks []block
}

// block is one part of the report on the page.
type block struct {
	operations.Finding
	Title string
	Facts []component.Fact
	More  templ.Component // below the facts, nil for none
}

func (p *pages) report(c *fiber.Ctx) error {
	report, err := p.Operations.Report(c.UserContext())
	if err != nil {
		return err
	}
	findings := report.Findings()
	v := reportView{Level: operations.Worst(findings), Blocks: make([]block, len(findings))}
	for i, finding := range findings {
		v.Blocks[i] = p.block(c, report, finding)
	}
	return page.Render(c, fiber.StatusOK, reportPage(v), page.Part{ID: reportID, Show: reportPart(v)})
}

// mend makes the handler of a use case that mends one record of any organization.
func mend[T ~int64](do func(context.Context, domain.OrgID, T) error, done string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		org, err := page.ID[domain.OrgID](c, "org")
		if err != nil {
			return err
		}
		id, err := page.ID[T](c, "id")
		if err != nil {
			return err
		}
		if err := do(c.UserContext(), org, id); err != nil {
			return err
		}
		return page.Redirect(c, operationsPath, words.Say(c.UserContext(), done))
	}
}

// mendPath is the address that mends a record.
func mendPath[T ~int64](what string, org domain.OrgID, id T, how string) string {
	return fmt.Sprintf("%s/%s/%d/%d/%s", operationsPath, what, org, id, how)
}

func (p *pages) workflowPath(id string) string {
	return fmt.Sprintf("/temporal/namespaces/%s/workflows/%s", url.PathEscape(p.Namespace), url.PathEscape(id))
}

// ours says whether a record belongs to the organization of the person who is signed in: only then
// its page can be opened.
func ours(c *fiber.Ctx, org domain.OrgID) bool {
	return identity.ActorFrom(c.UserContext()).Org == org
}

// queuesPart is a table, and takes the whole width of the page.
const queuesPart = "queues"

// titles name the parts of the report.
var titles = map[string]string{
	"sending": words.Mark("Sending"), "provider": words.Mark("Providers"), "senders": words.Mark("Paused senders"), "unknown": words.Mark("Unknown messages"), queuesPart: words.Mark("Temporal queues"),
	"starts": words.Mark("Starts"), "overdue": words.Mark("Overdue journeys"), "events": words.Mark("Events"), "clicks": words.Mark("Click spool"), "imports": words.Mark("Imports"), "reconciler": words.Mark("Reconciler"),
	"database": words.Mark("Database"), "program": words.Mark("Program"),
}

var levels = map[operations.Level]struct {
	tone  component.Tone
	label string
}{
	operations.Fine:  {component.Good, words.Mark("Fine")},
	operations.Watch: {component.Caution, words.Mark("Watch")},
	operations.Act:   {component.Bad, words.Mark("Act")},
}

func levelBadge(ctx context.Context, level operations.Level) templ.Component {
	return component.StateBadge(levels[level].tone, words.Say(ctx, levels[level].label))
}

// headline is the page's one sentence.
func (v reportView) headline(ctx context.Context) string {
	worst := 0
	for _, b := range v.Blocks {
		if b.Level == v.Level {
			worst++
		}
	}
	switch v.Level {
	case operations.Act:
		return words.N(ctx, worst, "{{.Count}} thing needs you.", "{{.Count}} things need you.")
	case operations.Watch:
		return words.N(ctx, worst, "Nothing needs you now, but keep an eye on {{.Count}} thing.", "Nothing needs you now, but keep an eye on {{.Count}} things.")
	}
	return words.T(ctx, "All is well.")
}

// number writes a count, which the report stops at a limit.
func number(ctx context.Context, n int) string {
	if n >= operations.CountLimit {
		return words.F(ctx, "more than {{.Count}}", words.Data{"Count": component.Count(operations.CountLimit)})
	}
	return component.Count(n)
}

func perSecond(ctx context.Context, rate float64) string { return words.Decimal(ctx, rate, 1) }

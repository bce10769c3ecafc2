package messagingui

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	rulesPath  = "/app/settings/sending"
	ruleFormID = "rule-form"
)

func (p pages) registerRules(r fiber.Router) {
	r.Get(rulesPath, p.listRules)
	r.Get(rulesPath+"/new", p.newRule)
	r.Post(rulesPath, p.createRule)
	r.Get(rulesPath+"/:id<int>", p.editRule)
	r.Post(rulesPath+"/:id<int>", p.saveRule)
	r.Post(rulesPath+"/:id<int>/delete", p.deleteRule)
}

// ruleForm is the form of one rule as it was typed.
type ruleForm struct {
	ID              messaging.RuleID // 0: new
	Kind            messaging.RuleKind
	Channel, Action string
	Days            []time.Weekday
	From, To        string
	Messages        int
	Per             string
	Errors          component.Errors
}

type rulesView struct {
	Quiet, Caps []messaging.Rule
	Zone        string
	MayEdit     bool
}

func rulePath(id messaging.RuleID) string { return fmt.Sprintf("%s/%d", rulesPath, id) }

func (f ruleForm) action() string {
	if f.ID == 0 {
		return rulesPath
	}
	return rulePath(f.ID)
}

func (f ruleForm) has(day time.Weekday) bool { return slices.Contains(f.Days, day) }

// week is Monday first.
var week = messaging.EveryDay.List()

var channelOptions = []component.Option{
	{Value: "", Label: words.Mark("All marketing messages")}, {Value: "email", Label: words.Mark("Emails")}, {Value: "sms", Label: words.Mark("SMS")},
}

var quietActions = []component.Option{{Value: "defer", Label: words.Mark("Send it when the quiet time is over")}, {Value: "skip", Label: words.Mark("Do not send it")}}

var capActions = []component.Option{{Value: "defer", Label: words.Mark("Send it when it is its turn")}, {Value: "skip", Label: words.Mark("Do not send it")}}

var periodOptions = []component.Option{{Value: "day", Label: words.Mark("24 hours")}, {Value: "week", Label: words.Mark("7 days")}, {Value: "month", Label: words.Mark("30 days")}}

func (p pages) listRules(c *fiber.Ctx) error {
	ctx := c.UserContext()
	rules, err := p.Messaging.Rules(ctx, org(c))
	if err != nil {
		return err
	}
	v := rulesView{Zone: page.From(ctx).Org.Location().String(), MayEdit: page.May(ctx, identity.EditSettings)}
	for _, rule := range rules {
		if rule.Kind == messaging.RuleQuiet {
			v.Quiet = append(v.Quiet, rule)
		} else {
			v.Caps = append(v.Caps, rule)
		}
	}
	return page.Render(c, http.StatusOK, rulesPage(v))
}

// newRule begins with what most people want.
func (p pages) newRule(c *fiber.Ctx) error {
	if err := identity.Require(c.UserContext(), org(c), identity.EditSettings); err != nil {
		return err
	}
	if messaging.RuleKind(c.Query("kind")) == messaging.RuleCap {
		return page.Render(c, http.StatusOK, rulePage(ruleForm{Kind: messaging.RuleCap, Action: "defer", Messages: 3, Per: "week"}))
	}
	return page.Render(c, http.StatusOK, rulePage(ruleForm{Kind: messaging.RuleQuiet, Action: "defer", Days: week, From: "21:00", To: "08:00"}))
}

func (p pages) createRule(c *fiber.Ctx) error {
	typed := typedRule(c)
	if _, err := p.Messaging.CreateRule(c.UserContext(), org(c), typed.input()); err != nil {
		return refusedRule(c, typed, err)
	}
	return page.Redirect(c, rulesPath, words.T(c.UserContext(), "Rule added."))
}

// refusedRule shows the form again with what was typed.
func refusedRule(c *fiber.Ctx, typed ruleForm, err error) error {
	found, ours := component.ErrorsFrom(c.UserContext(), err)
	if !ours {
		return err
	}
	typed.Errors = found
	return page.Render(c, http.StatusUnprocessableEntity, rulePage(typed), page.Part{ID: ruleFormID, Show: ruleFields(typed)})
}

func (p pages) editRule(c *fiber.Ctx) error {
	id, err := page.ID[messaging.RuleID](c, "id")
	if err != nil {
		return err
	}
	rule, err := p.Messaging.Rule(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, rulePage(ruleForm{
		ID: id, Kind: rule.Kind, Channel: string(rule.Channel), Action: string(rule.Action), Days: rule.Days.List(),
		From: rule.Starts.String(), To: rule.Ends.String(), Messages: rule.Messages, Per: string(rule.Per),
	}))
}

func (p pages) saveRule(c *fiber.Ctx) error {
	id, err := page.ID[messaging.RuleID](c, "id")
	if err != nil {
		return err
	}
	typed := typedRule(c)
	typed.ID = id
	if _, err := p.Messaging.UpdateRule(c.UserContext(), org(c), id, typed.input()); err != nil {
		return refusedRule(c, typed, err)
	}
	return page.Redirect(c, rulesPath, words.T(c.UserContext(), "Rule saved."))
}

func (p pages) deleteRule(c *fiber.Ctx) error {
	id, err := page.ID[messaging.RuleID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Messaging.DeleteRule(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, rulesPath, words.T(c.UserContext(), "Rule removed."))
}

func removeRule(ctx context.Context, r messaging.Rule) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Remove"), Look: component.Quiet, Icon: "trash-2", IconOnly: true, Small: true},
		Action:      rulePath(r.ID) + "/delete", Title: words.T(ctx, "Remove this rule?"), Yes: words.T(ctx, "Remove"),
		Text: words.F(ctx, "{{.Rule}} Messages that already wait keep their time.", words.Data{"Rule": words.Phrase(ctx, r.Summary())}),
	}
}

func typedRule(c *fiber.Ctx) ruleForm {
	f := ruleForm{
		Kind: messaging.RuleKind(c.FormValue("kind")), Channel: c.FormValue("channel"), Action: c.FormValue("action"),
		From: c.FormValue("from"), To: c.FormValue("to"), Messages: formInt(c, "messages"), Per: c.FormValue("per"),
	}
	for _, day := range week {
		if c.FormValue(dayField(day)) == "true" {
			f.Days = append(f.Days, day)
		}
	}
	return f
}

// dayNames are the days of the week, from Sunday as time.Weekday counts.
var dayNames = []string{
	words.Mark("Sunday"), words.Mark("Monday"), words.Mark("Tuesday"), words.Mark("Wednesday"), words.Mark("Thursday"), words.Mark("Friday"), words.Mark("Saturday"),
}

func dayField(day time.Weekday) string { return "day" + day.String() }

func (f ruleForm) input() messaging.RuleInput {
	in := messaging.RuleInput{Kind: f.Kind, Channel: messaging.Channel(f.Channel), Action: messaging.RuleAction(f.Action)}
	if f.Kind == messaging.RuleCap {
		in.Messages, in.Per = f.Messages, messaging.Period(f.Per)
		return in
	}
	in.Days, in.Starts, in.Ends = messaging.DaysOf(f.Days...), typedClock(f.From), typedClock(f.To)
	return in
}

// typedClock is -1, which is refused, for what is no time of day.
func typedClock(text string) messaging.Clock {
	if at, ok := messaging.ParseClock(text); ok {
		return at
	}
	return -1
}

func (f ruleForm) title(ctx context.Context) string {
	switch {
	case f.ID == 0 && f.Kind == messaging.RuleCap:
		return words.T(ctx, "Add a limit")
	case f.ID == 0:
		return words.T(ctx, "Add quiet hours")
	case f.Kind == messaging.RuleCap:
		return words.T(ctx, "Change the limit")
	}
	return words.T(ctx, "Change the quiet hours")
}

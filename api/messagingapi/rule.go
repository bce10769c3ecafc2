package messagingapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	rulesPath = "/api/messaging/rules"
	rulePath  = rulesPath + "/{id}"
	rulesTag  = "Quiet hours and limits"
)

func (h handlers) registerRules(a huma.API) {
	list := operation(http.MethodGet, rulesPath, "list-rules", "List quiet hours and limits", rulesTag)
	list.Description = "All of them, oldest first. They hold for marketing messages only."
	create := operation(http.MethodPost, rulesPath, "create-rule", "Add quiet hours or a limit", rulesTag)
	create.Description = "Only for administrators. Quiet hours have days, from and to, by the clock of the contact's time zone or else the organization's; " +
		"a limit has messages and per, and counts the 24 hours, 7 days or 30 days before each send."
	create.DefaultStatus = http.StatusCreated

	huma.Register(a, list, h.listRules)
	huma.Register(a, create, h.createRule)
	huma.Register(a, described(operation(http.MethodGet, rulePath, "get-rule", "Read quiet hours or a limit", rulesTag),
		"With the sentence that says what it means."), h.getRule)
	huma.Register(a, described(operation(http.MethodPut, rulePath, "update-rule", "Replace quiet hours or a limit", rulesTag),
		"Only for administrators. What is left out is empty afterwards. Messages that were put off already keep their time."), h.updateRule)
	huma.Register(a, described(operation(http.MethodDelete, rulePath, "delete-rule", "Remove quiet hours or a limit", rulesTag),
		"Only for administrators. Messages that it has put off keep their time."), h.deleteRule)
}

// RuleInput is what may be written of a rule.
type RuleInput struct {
	Kind     messaging.RuleKind   `json:"kind" enum:"quiet,cap" example:"cap"`
	Channel  messaging.Channel    `json:"channel,omitempty" enum:",email,sms,push" doc:"Empty: all of them." example:"email"`
	Action   messaging.RuleAction `json:"action" enum:"defer,skip" doc:"What becomes of a message that is stopped." example:"skip"`
	Days     []string             `json:"days,omitempty" enum:"monday,tuesday,wednesday,thursday,friday,saturday,sunday" doc:"Quiet: on which it begins." example:"[\"monday\"]"`
	From     string               `json:"from,omitempty" example:"21:00" doc:"Quiet: when it begins."`
	To       string               `json:"to,omitempty" example:"08:00" doc:"Quiet: when it ends; on the next day if it is not after from."`
	Messages int                  `json:"messages,omitempty" doc:"Limit: at most so many." example:"3"`
	Per      messaging.Period     `json:"per,omitempty" enum:",day,week,month" doc:"Limit: within 24 hours, 7 days or 30 days." example:"week"`
}

// TransformSchema gives an example of quiet hours: a limit has other properties.
func (RuleInput) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"kind": "quiet", "channel": "email", "action": "defer", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "from": "21:00", "to": "08:00"}`)
}

// Rule is something that the organization asks of all its marketing messages.
type Rule struct {
	ID messaging.RuleID `json:"id" example:"2"`
	RuleInput
	Summary   string    `json:"summary" doc:"The rule as a sentence." example:"A contact gets at most 3 marketing emails in any 7 days. Further ones are not sent."`
	CreatedAt time.Time `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt time.Time `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

// TransformSchema gives an example of a limit.
func (Rule) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"id": 2, "kind": "cap", "channel": "email", "action": "skip", "messages": 3, "per": "week", "summary": "A contact gets at most 3 marketing emails in any 7 days. Further ones are not sent.", "createdAt": "2026-11-24T09:30:00Z", "updatedAt": "2026-11-25T14:05:00Z"}`)
}

func (in RuleInput) input() messaging.RuleInput {
	rule := messaging.RuleInput{Kind: in.Kind, Channel: in.Channel, Action: in.Action}
	if in.Kind == messaging.RuleCap {
		rule.Messages, rule.Per = in.Messages, in.Per
		return rule
	}
	for day := range time.Weekday(7) {
		if slices.Contains(in.Days, strings.ToLower(day.String())) {
			rule.Days |= messaging.DaysOf(day)
		}
	}
	rule.Starts, rule.Ends = clock(in.From), clock(in.To)
	return rule
}

// clock is -1, which the domain refuses, for what is no time of day.
func clock(text string) messaging.Clock {
	if at, ok := messaging.ParseClock(text); ok {
		return at
	}
	return -1
}

func ruleBody(r messaging.Rule) Rule {
	body := Rule{
		ID: r.ID, Summary: r.Summary().String(), CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		RuleInput: RuleInput{Kind: r.Kind, Channel: r.Channel, Action: r.Action, Messages: r.Messages, Per: r.Per},
	}
	if r.Kind == messaging.RuleQuiet {
		body.From, body.To = r.Starts.String(), r.Ends.String()
		for _, day := range r.Days.List() {
			body.Days = append(body.Days, strings.ToLower(day.String()))
		}
	}
	return body
}

type (
	ruleOutput      struct{ Body Rule }
	rulesOutput     struct{ Body api.List[Rule] }
	createRuleInput struct{ Body RuleInput }
	// RuleIDInput names a rule.
	RuleIDInput struct {
		ID messaging.RuleID `path:"id" minimum:"1" doc:"Id of the quiet hours or the limit." example:"2"`
	}
	updateRuleInput struct {
		RuleIDInput
		Body RuleInput
	}
)

func answerRule(r messaging.Rule, err error) (*ruleOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &ruleOutput{Body: ruleBody(r)}, nil
}

func (h handlers) listRules(ctx context.Context, _ *struct{}) (*rulesOutput, error) {
	rules, err := h.messaging.Rules(ctx, org(ctx))
	if err != nil {
		return nil, api.Problem(err)
	}
	var out rulesOutput
	out.Body.Items = domain.MapPage(domain.Page[messaging.Rule]{Items: rules}, ruleBody).Items
	return &out, nil
}

func (h handlers) createRule(ctx context.Context, in *createRuleInput) (*ruleOutput, error) {
	return answerRule(h.messaging.CreateRule(ctx, org(ctx), in.Body.input()))
}

func (h handlers) getRule(ctx context.Context, in *RuleIDInput) (*ruleOutput, error) {
	return answerRule(h.messaging.Rule(ctx, org(ctx), in.ID))
}

func (h handlers) updateRule(ctx context.Context, in *updateRuleInput) (*ruleOutput, error) {
	return answerRule(h.messaging.UpdateRule(ctx, org(ctx), in.ID, in.Body.input()))
}

func (h handlers) deleteRule(ctx context.Context, in *RuleIDInput) (*struct{}, error) {
	return nil, api.Problem(h.messaging.DeleteRule(ctx, org(ctx), in.ID))
}

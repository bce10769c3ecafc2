package messaging

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// RuleID names a rule.
type RuleID int64

// RuleKind says what a rule is about.
type RuleKind string

// The kinds.
const (
	RuleQuiet RuleKind = "quiet" // no messages at certain times
	RuleCap   RuleKind = "cap"   // not more than so many messages
)

// RuleAction says what becomes of a message that a rule stops.
type RuleAction string

// The actions.
const (
	ActionDefer RuleAction = "defer" // it goes out later
	ActionSkip  RuleAction = "skip"  // it does not go out
)

// Rule is what an organization asks of all its marketing messages. Transactional messages and tests
// are never stopped by one.
type Rule struct {
	ID RuleID
	RuleInput
	CreatedAt time.Time
	UpdatedAt time.Time
}

// RuleInput is what can be written of a rule. The fields of the other kind are zero.
type RuleInput struct {
	Kind    RuleKind
	Channel Channel // "": all of them
	Action  RuleAction

	Days   Days  // quiet: on which it begins
	Starts Clock // quiet: by the contact's clock, else the organization's
	Ends   Clock // quiet: on the next day when it is not after Starts

	Messages int    // cap: at most so many
	Per      Period // cap: in any span of this length
}

// Rules keeps the rules. Absent, or another organization's: NotFound.
type Rules interface {
	// Rules returns all rules of an organization, oldest first.
	Rules(ctx context.Context, org domain.OrgID) ([]Rule, error)
	Rule(ctx context.Context, org domain.OrgID, id RuleID) (Rule, error)
	InsertRule(ctx context.Context, org domain.OrgID, in RuleInput) (Rule, error)
	UpdateRule(ctx context.Context, org domain.OrgID, id RuleID, in RuleInput) (Rule, error)
	DeleteRule(ctx context.Context, org domain.OrgID, id RuleID) error
	// CapsReached returns for each cap since when it has been reached by the contact: the time
	// of the message that has to leave the span before another one may go out, or nil. Until the
	// transaction ends, no other one gets an answer about the contact.
	CapsReached(ctx context.Context, org domain.OrgID, q CapQuery) ([]*time.Time, error)
}

// Rules returns all rules of the organization, oldest first.
func (s *Service) Rules(ctx context.Context, org domain.OrgID) ([]Rule, error) {
	if err := identity.Require(ctx, org, identity.ViewSettings); err != nil {
		return nil, err
	}
	return s.store.Rules(ctx, org)
}

// Rule returns one rule, or NotFound.
func (s *Service) Rule(ctx context.Context, org domain.OrgID, id RuleID) (Rule, error) {
	if err := identity.Require(ctx, org, identity.ViewSettings); err != nil {
		return Rule{}, err
	}
	return s.store.Rule(ctx, org, id)
}

// CreateRule checks and keeps a new rule. It holds for messages that are claimed from then on; other
// processes learn of it within seconds.
func (s *Service) CreateRule(ctx context.Context, org domain.OrgID, in RuleInput) (Rule, error) {
	return s.changeRules(ctx, org, in, 0, func(ctx context.Context) (Rule, error) { return s.store.InsertRule(ctx, org, in) })
}

// UpdateRule replaces a rule. Messages that it has put off keep their time, and are judged anew then.
func (s *Service) UpdateRule(ctx context.Context, org domain.OrgID, id RuleID, in RuleInput) (Rule, error) {
	return s.changeRules(ctx, org, in, id, func(ctx context.Context) (Rule, error) { return s.store.UpdateRule(ctx, org, id, in) })
}

// changeRules makes sure that the organization's rules make sense together.
func (s *Service) changeRules(
	ctx context.Context, org domain.OrgID, in RuleInput, replaced RuleID, change func(context.Context) (Rule, error),
) (changed Rule, err error) {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return Rule{}, err
	}
	if err := in.Validate(); err != nil {
		return Rule{}, err
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		all, err := s.store.Rules(ctx, org)
		if err != nil {
			return err
		}
		if err := fits(all, in, replaced); err != nil {
			return err
		}
		changed, err = change(ctx)
		return err
	})
	s.rules.forget(org)
	return changed, err
}

// DeleteRule removes a rule. Messages that it has put off keep their time.
func (s *Service) DeleteRule(ctx context.Context, org domain.OrgID, id RuleID) error {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return err
	}
	err := s.store.DeleteRule(ctx, org, id)
	s.rules.forget(org)
	return err
}

// maxRules bounds what is looked at before each send.
const maxRules = 20

// fits refuses a rule that leaves no time to send, and more rules than anybody can keep in mind.
func fits(all []Rule, in RuleInput, replaced RuleID) error {
	rules := []RuleInput{in}
	for _, rule := range all {
		if rule.ID != replaced {
			rules = append(rules, rule.RuleInput)
		}
	}
	if len(rules) > maxRules {
		return domain.Conflict("An organization can have %d rules. Remove one first.", maxRules)
	}
	for _, channel := range []Channel{ChannelEmail, ChannelSMS, ChannelPush} {
		if in.Kind == RuleQuiet && in.concerns(channel) && quietAlways(quietHours(rules, channel)) {
			return domain.Invalid("days", "With these quiet hours there would be no time left to send.")
		}
	}
	return nil
}

// Validate returns every finding at once.
func (in RuleInput) Validate() error {
	var found domain.Findings
	switch in.Channel {
	case "", ChannelEmail, ChannelSMS, ChannelPush:
	default:
		found.Add("channel", "Choose email, SMS, push or all of them.")
	}
	if in.Action != ActionDefer && in.Action != ActionSkip {
		found.Add("action", "Say what becomes of a message that is stopped: it is sent later, or not at all.")
	}
	switch in.Kind {
	case RuleQuiet:
		in.validateQuiet(&found)
	case RuleCap:
		in.validateCap(&found)
	default:
		found.Add("kind", "Choose quiet hours or a limit.")
	}
	return found.Err()
}

func (in RuleInput) concerns(channel Channel) bool { return in.Channel == "" || in.Channel == channel }

// messages names what a rule is about.
func (in RuleInput) messages() *domain.Phrase {
	switch in.Channel {
	case ChannelEmail:
		return domain.Say("marketing emails")
	case ChannelSMS:
		return domain.Say("marketing SMS")
	case ChannelPush:
		return domain.Say("marketing push messages")
	}
	return domain.Say("marketing messages")
}

// Summary is the rule as a sentence for marketers.
func (in RuleInput) Summary() *domain.Phrase {
	if in.Kind == RuleCap {
		return in.capSummary()
	}
	return in.quietSummary()
}

package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Problem is something that a marketer should mend. Blocking ones keep a draft from being published.
type Problem struct {
	Step     StepID `json:"step,omitempty"`
	Title    string `json:"title,omitempty"` // what the step is called
	Field    string `json:"field,omitempty"`
	Message  string `json:"message"`
	Blocking bool   `json:"blocking"`

	Said   *domain.Phrase `json:"-"` // the message before it was put together
	Called *domain.Phrase `json:"-"` // the title likewise; nil without a step
}

// Validation looks at each step in turn and collects its problems.
type Validation struct {
	Now time.Time
	// Unsendable says, in a sentence, why an email of the flow can't be sent as it is.
	Unsendable map[messaging.EmailID]*domain.Phrase
	// UnsendableSMS does so for an SMS.
	UnsendableSMS map[messaging.SMSID]*domain.Phrase
	// Absent says, in a sentence, why a user of the organization can't be notified.
	Absent map[identity.UserID]*domain.Phrase
	// Fields are the custom fields of the organization's contacts.
	Fields crm.FieldSet

	before   map[StepID]Step // the steps above the present one, on its path
	step     Step
	problems []Problem
}

// Problem notes what keeps the present step from being published.
func (v *Validation) Problem(field, format string, args ...any) {
	v.note(field, true, domain.Say(format, args...))
}

// Refuse is Problem with a sentence that was put together elsewhere.
func (v *Validation) Refuse(field string, said *domain.Phrase) { v.note(field, true, said) }

// Warn notes what a marketer should know about the present step.
func (v *Validation) Warn(field, format string, args ...any) {
	v.note(field, false, domain.Say(format, args...))
}

func (v *Validation) note(field string, blocking bool, said *domain.Phrase) {
	problem := Problem{Field: field, Message: said.String(), Blocking: blocking, Said: said}
	if v.step.Settings != nil {
		problem.Step, problem.Title, problem.Called = v.step.ID, v.step.Title(), v.step.Phrase()
	}
	v.problems = append(v.problems, problem)
}

// check validates all steps of a flow in reading order.
func (v *Validation) check(flow Flow) []Problem {
	if len(flow.Root) == 0 {
		v.Problem("", "Add at least one step.")
	}
	v.before = map[StepID]Step{}
	v.sequence(flow.Root)
	return v.problems
}

func (v *Validation) sequence(steps []Step) {
	for i, step := range steps {
		v.step = step
		step.Settings.Validate(v)
		if step.Kind == "exit" && i < len(steps)-1 {
			v.Problem("", "The steps after this exit are never reached. Move or remove them.")
		}
		v.before[step.ID] = step
		for _, branch := range step.Branches {
			v.sequence(branch.Steps)
		}
	}
}

// Validate says what is wrong with the draft, the newest state of it that was saved.
func (s *Service) Validate(ctx context.Context, org domain.OrgID, id ID) ([]Problem, error) {
	campaign, err := s.Campaign(ctx, org, id)
	if err != nil {
		return nil, err
	}
	return s.problems(ctx, org, campaign.Draft)
}

func (s *Service) problems(ctx context.Context, org domain.OrgID, flow Flow) ([]Problem, error) {
	v := Validation{Now: time.Now(), Unsendable: map[messaging.EmailID]*domain.Phrase{}, UnsendableSMS: map[messaging.SMSID]*domain.Phrase{}, Absent: map[identity.UserID]*domain.Phrase{}}
	var err error
	if v.Fields, err = s.CRM.FieldSet(ctx, org); err != nil {
		return nil, fmt.Errorf("read fields of contacts: %w", err)
	}
	for _, step := range flow.Steps() {
		var err error
		switch send := step.Settings.(type) {
		case SendEmail:
			err = unsendable(v.Unsendable, send.Email, emailGone, s.Messaging.Sendable(ctx, org, send.Email))
		case SendSMS:
			err = unsendable(v.UnsendableSMS, send.SMS, smsGone, s.Messaging.SendableSMS(ctx, org, send.SMS))
		case NotifyUser:
			err = s.absent(ctx, org, v.Absent, send.User)
		}
		if err != nil {
			return nil, fmt.Errorf("check message of step: %w", err)
		}
	}
	for _, email := range emailsOf(flow) {
		if v.Unsendable[email] != nil {
			continue
		}
		problem, err := s.Messaging.SenderProblem(ctx, org, email)
		if err != nil {
			return nil, fmt.Errorf("check sender of step: %w", err)
		}
		v.Unsendable[email] = problem
	}
	return v.check(flow), nil
}

// absent notes why a user can't be notified.
func (s *Service) absent(ctx context.Context, org domain.OrgID, notes map[identity.UserID]*domain.Phrase, id identity.UserID) error {
	if id == 0 {
		return nil
	}
	user, err := s.Users.User(ctx, org, id)
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		notes[id] = domain.Say("This colleague is no member of the organization.")
	case err == nil && user.IsBlocked:
		notes[id] = domain.Say("This colleague is blocked.")
	default:
		return err
	}
	return nil
}

// What became of a message that a step sends.
var (
	emailGone = domain.Say("The email that this step sends does not exist any more.")
	smsGone   = domain.Say("The SMS that this step sends does not exist any more.")
)

// unsendable notes under id, in a sentence, why a message can't be sent as it is. Other errors it
// returns. Without an id nothing was chosen, which is the step's own problem.
func unsendable[ID ~int64](notes map[ID]*domain.Phrase, id ID, gone *domain.Phrase, err error) error {
	switch kind := domain.KindOf(err); {
	case id == 0:
		return nil
	case kind == domain.KindNotFound:
		notes[id] = gone
	case kind == domain.KindInvalid:
		notes[id] = domain.PhraseOf(err)
	case err != nil:
		return err
	}
	return nil
}

// Publishable returns nil, or the blocking problems as one error for a person.
func Publishable(problems []Problem) error {
	var findings domain.Findings
	for _, problem := range problems {
		if problem.Blocking {
			where := "flow"
			if problem.Step != "" {
				where = "flow.steps." + string(problem.Step)
			}
			findings.Say(where, problem.sentence())
		}
	}
	return findings.Err()
}

func (p Problem) sentence() *domain.Phrase {
	if p.Called == nil {
		return p.Said
	}
	return domain.Say("%s: %s", p.Called, p.Said)
}

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
}

// Validation looks at each step in turn and collects its problems.
type Validation struct {
	Now time.Time
	// Unsendable says, in a sentence, why an email of the flow can't be sent as it is.
	Unsendable map[messaging.EmailID]string
	// UnsendableSMS does so for an SMS.
	UnsendableSMS map[messaging.SMSID]string
	// Absent says, in a sentence, why a user of the organization can't be notified.
	Absent map[identity.UserID]string
	// Fields are the custom fields of the organization's contacts.
	Fields crm.FieldSet

	before   map[StepID]Step // the steps above the present one, on its path
	step     Step
	problems []Problem
}

// Problem notes what keeps the present step from being published.
func (v *Validation) Problem(field, format string, args ...any) { v.note(field, true, format, args) }

// Warn notes what a marketer should know about the present step.
func (v *Validation) Warn(field, format string, args ...any) { v.note(field, false, format, args) }

func (v *Validation) note(field string, blocking bool, format string, args []any) {
	v.problems = append(v.problems, Problem{
		Step: v.step.ID, Title: v.step.Title(), Field: field, Blocking: blocking, Message: fmt.Sprintf(format, args...),
	})
}

// check validates all steps of a flow in reading order.
func (v *Validation) check(flow Flow) []Problem {
	if len(flow.Root) == 0 {
		v.problems = append(v.problems, Problem{Message: "Add at least one step.", Blocking: true})
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
	v := Validation{Now: time.Now(), Unsendable: map[messaging.EmailID]string{}, UnsendableSMS: map[messaging.SMSID]string{}, Absent: map[identity.UserID]string{}}
	var err error
	if v.Fields, err = s.CRM.FieldSet(ctx, org); err != nil {
		return nil, fmt.Errorf("read fields of contacts: %w", err)
	}
	for _, step := range flow.Steps() {
		var err error
		switch send := step.Settings.(type) {
		case SendEmail:
			err = unsendable(v.Unsendable, send.Email, "email", s.Messaging.Sendable(ctx, org, send.Email))
		case SendSMS:
			err = unsendable(v.UnsendableSMS, send.SMS, "SMS", s.Messaging.SendableSMS(ctx, org, send.SMS))
		case NotifyUser:
			err = s.absent(ctx, org, v.Absent, send.User)
		}
		if err != nil {
			return nil, fmt.Errorf("check message of step: %w", err)
		}
	}
	for _, email := range emailsOf(flow) {
		if v.Unsendable[email] != "" {
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
func (s *Service) absent(ctx context.Context, org domain.OrgID, notes map[identity.UserID]string, id identity.UserID) error {
	if id == 0 {
		return nil
	}
	user, err := s.Users.User(ctx, org, id)
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		notes[id] = "This colleague is no member of the organization."
	case err == nil && user.IsBlocked:
		notes[id] = "This colleague is blocked."
	default:
		return err
	}
	return nil
}

// unsendable notes under id, in a sentence, why a message can't be sent as it is. Other errors it
// returns. Without an id nothing was chosen, which is the step's own problem.
func unsendable[ID ~int64](notes map[ID]string, id ID, noun string, err error) error {
	switch kind := domain.KindOf(err); {
	case id == 0:
		return nil
	case kind == domain.KindNotFound:
		notes[id] = "The " + noun + " that this step sends does not exist any more."
	case kind == domain.KindInvalid:
		notes[id] = err.Error()
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
			findings.Add(where, "%s", problem.sentence())
		}
	}
	return findings.Err()
}

func (p Problem) sentence() string {
	if p.Title == "" {
		return p.Message
	}
	return fmt.Sprintf("%s: %s", p.Title, p.Message)
}

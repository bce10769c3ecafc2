package journey_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/workflows/journey"
)

// script answers the questions of a journey, one after the other; what it was told is kept.
type script struct {
	answers []func(campaign.Advance) (campaign.Instruction, error)
	asked   []campaign.Advance
}

func (s *script) advance(_ context.Context, ask campaign.Advance) (campaign.Instruction, error) {
	s.asked = append(s.asked, ask)
	return s.answers[min(len(s.asked), len(s.answers))-1](ask)
}

func do(in campaign.Instruction) func(campaign.Advance) (campaign.Instruction, error) {
	return func(ask campaign.Advance) (campaign.Instruction, error) {
		in.Seq = ask.Seq
		return in, nil
	}
}

func (s *script) told() []string {
	var told []string
	for _, ask := range s.asked {
		told = append(told, ask.Happened.What)
	}
	return told
}

func environment(t *testing.T, s *script) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.RegisterActivityWithOptions(s.advance, activity.RegisterOptions{Name: "AdvanceJourney"})
	env.SetWorkflowRunTimeout(365 * 24 * time.Hour)
	return env
}

func play(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
	t.Helper()
	env.ExecuteWorkflow(journey.Journey, journey.Input{Org: 1, Journey: 7, Engine: 1})
	if !env.IsWorkflowCompleted() || env.GetWorkflowError() != nil {
		t.Fatalf("completed %v: %v", env.IsWorkflowCompleted(), env.GetWorkflowError())
	}
}

var end = do(campaign.Instruction{Do: campaign.DoEnd})

func TestJourneySurvivesTenMinutesWithoutDatabase(t *testing.T) {
	t.Parallel()
	var began time.Time
	s := &script{}
	env := environment(t, s)
	s.answers = append(s.answers, func(ask campaign.Advance) (campaign.Instruction, error) {
		if began.IsZero() {
			began = env.Now()
		}
		if env.Now().Sub(began) < 10*time.Minute {
			return campaign.Instruction{}, errors.New("the database is away")
		}
		return campaign.Instruction{Seq: ask.Seq, Do: campaign.DoEnd}, nil
	})
	play(t, env)
	if len(s.asked) < 10 {
		t.Errorf("asked %d times, want the retries of ten minutes", len(s.asked))
	}
}

// The test environment gives up after ten attempts, which no server does: they must span more than the
// ten minutes of an outage in which every refusal asks for the longest pause, and never be further apart
// than the minute within which everything goes out when the provider is back.
func TestAMessageIsTriedEveryMinuteForAsLongAsAnOutageTakes(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{
		"of the provider": temporal.NewApplicationErrorWithOptions("It can't be reached.", activities.RefusedForNow,
			temporal.ApplicationErrorOptions{NextRetryDelay: 70 * time.Second}),
		"of a worker": errors.New("the worker was killed"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &script{}
			env := environment(t, s)
			var tries []time.Time
			env.RegisterActivityWithOptions(func(context.Context, activities.SendInput) error {
				if tries = append(tries, env.Now()); len(tries) < 10 {
					return refusal
				}
				return nil
			}, activity.RegisterOptions{Name: campaign.SendEmailActivity})
			s.answers = append(s.answers, do(campaign.Instruction{Do: campaign.DoRun, Activity: campaign.SendEmailActivity, Message: 5}), end)
			play(t, env)
			for i := range tries[1:] {
				if pause := tries[i+1].Sub(tries[i]); pause > 71*time.Second {
					t.Errorf("try %d came after %v", i+2, pause)
				}
			}
			if name == "of the provider" && tries[9].Sub(tries[0]) < 10*time.Minute {
				t.Errorf("ten tries took %v", tries[9].Sub(tries[0]))
			}
			if want := []string{campaign.HappenedStart, campaign.HappenedActivity}; !slices.Equal(s.told(), want) {
				t.Errorf("told %v, want one question after all that time", s.told())
			}
		})
	}
}

func TestSleepEndsAtItsTime(t *testing.T) {
	t.Parallel()
	s := &script{}
	env := environment(t, s)
	until := env.Now().AddDate(0, 0, 30)
	s.answers = append(s.answers, do(campaign.Instruction{Do: campaign.DoSleep, Until: until}), end)
	play(t, env)
	if got := s.asked[1]; got.Happened.What != campaign.HappenedTime || got.Now.Before(until) || got.Seq != 2 {
		t.Errorf("got %+v, want the second question at %v", got, until)
	}
}

func TestSignalEndsAWaitAndLeavesNoTimerBehind(t *testing.T) {
	t.Parallel()
	for _, instruction := range []campaign.Do{campaign.DoSleep, campaign.DoWait, campaign.DoPark} {
		t.Run(string(instruction), func(t *testing.T) {
			t.Parallel()
			s := &script{}
			env := environment(t, s)
			s.answers = append(s.answers, do(campaign.Instruction{Do: instruction, Until: env.Now().AddDate(0, 0, 7)}), end)
			env.RegisterDelayedCallback(func() {
				env.SignalWorkflow(journey.WakeSignal, campaign.Happened{What: campaign.HappenedEvent, Event: 4})
			}, time.Hour)
			began := env.Now()
			play(t, env)
			if got := s.asked[1].Happened; got.What != campaign.HappenedEvent || got.Event != 4 {
				t.Errorf("told %+v, want the event", got)
			}
			if took := env.Now().Sub(began); took > 2*time.Hour {
				t.Errorf("took %v, want the end right after the signal", took)
			}
		})
	}
}

func TestEventFoundWithTheAnswerIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s := &script{}
	env := environment(t, s)
	s.answers = append(s.answers, do(campaign.Instruction{Do: campaign.DoWait, Until: env.Now().AddDate(0, 0, 7), Found: 9}), end)
	play(t, env)
	if got := s.asked[1].Happened; got.Event != 9 || env.Now().Sub(s.asked[0].Now) > time.Minute {
		t.Errorf("told %+v, want the event that was found, at once", got)
	}
}

func TestNothingOfAnOldAnswerIsLeftInTheNext(t *testing.T) {
	t.Parallel()
	s := &script{}
	env := environment(t, s)
	until := env.Now().AddDate(0, 0, 7)
	env.RegisterActivityWithOptions(func(_ context.Context, in activities.CallInput) error {
		if in.Call != 3 {
			t.Errorf("called %d, want 3", in.Call)
		}
		return nil
	}, activity.RegisterOptions{Name: campaign.CallWebhookActivity})
	env.RegisterActivityWithOptions(func(_ context.Context, in activities.SendInput) error {
		if in.Message != 5 {
			t.Errorf("sent %d, want 5", in.Message)
		}
		return nil
	}, activity.RegisterOptions{Name: campaign.SendEmailActivity})
	s.answers = append(s.answers,
		do(campaign.Instruction{Do: campaign.DoWait, Until: until, Found: 9}),
		do(campaign.Instruction{Do: campaign.DoRun, Activity: campaign.CallWebhookActivity, Call: 3}),
		do(campaign.Instruction{Do: campaign.DoRun, Activity: campaign.SendEmailActivity, Message: 5}),
		do(campaign.Instruction{Do: campaign.DoSleep, Until: until}), end)
	play(t, env)
	if got := s.asked[4]; got.Happened.What != campaign.HappenedTime || got.Now.Before(until) {
		t.Errorf("told %+v at %v, want the time that the sleep ends at", got.Happened, got.Now)
	}
}

func TestSentMessageLeadsToTheNextQuestion(t *testing.T) {
	t.Parallel()
	s := &script{}
	env := environment(t, s)
	var sent []messaging.MessageID
	env.RegisterActivityWithOptions(func(_ context.Context, in activities.SendInput) error {
		sent = append(sent, in.Message)
		return nil
	}, activity.RegisterOptions{Name: campaign.SendEmailActivity})
	s.answers = append(s.answers, do(campaign.Instruction{Do: campaign.DoRun, Activity: campaign.SendEmailActivity, Message: 5}), end)
	play(t, env)
	if want := []string{campaign.HappenedStart, campaign.HappenedActivity}; !slices.Equal(s.told(), want) || !slices.Equal(sent, []messaging.MessageID{5}) {
		t.Errorf("told %v and sent %v", s.told(), sent)
	}
}

func TestSignalsBeforeAQuestionAreAnsweredByIt(t *testing.T) {
	t.Parallel()
	s := &script{}
	env := environment(t, s)
	env.RegisterActivityWithOptions(func(context.Context, activities.SendInput) error { return nil },
		activity.RegisterOptions{Name: campaign.SendEmailActivity})
	env.OnActivity(campaign.SendEmailActivity, mock.Anything, mock.Anything).After(10 * time.Minute).Return(nil)
	env.RegisterDelayedCallback(func() {
		for range 3 {
			env.SignalWorkflow(journey.WakeSignal, campaign.Happened{What: campaign.HappenedWake})
		}
	}, time.Minute)
	s.answers = append(s.answers,
		do(campaign.Instruction{Do: campaign.DoRun, Activity: campaign.SendEmailActivity, Message: 5}),
		do(campaign.Instruction{Do: campaign.DoSleep, Until: env.Now().Add(time.Hour)}), end)
	play(t, env)
	if want := []string{campaign.HappenedStart, campaign.HappenedActivity, campaign.HappenedTime}; !slices.Equal(s.told(), want) {
		t.Errorf("told %v, want %v", s.told(), want)
	}
}

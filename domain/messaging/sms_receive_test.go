package messaging_test

import (
	"context"
	"errors"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

func TestKeywordsAreUnderstoodInAnyReasonableWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]messaging.Keyword{
		"STOP": messaging.KeywordStop, "stop": messaging.KeywordStop, " Stop! ": messaging.KeywordStop, "StopAll": messaging.KeywordStop, "“STOP”": messaging.KeywordStop,
		"UNSUBSCRIBE": messaging.KeywordStop, "cancel": messaging.KeywordStop, "END": messaging.KeywordStop, "Quit.": messaging.KeywordStop,
		"revoke": messaging.KeywordStop, "OPTOUT": messaging.KeywordStop, "opt-out": messaging.KeywordStop, "opt out": messaging.KeywordStop,
		"stop please": messaging.KeywordStop, "Please stop": messaging.KeywordStop, "STOP IT NOW": messaging.KeywordStop, "Hi, please unsubscribe me from this": messaging.KeywordStop,
		"don’t text me again": messaging.KeywordStop, "leave me alone": messaging.KeywordStop, "Remove me from your list": messaging.KeywordStop,
		"Arrêt": messaging.KeywordStop, "ABMELDEN": messaging.KeywordStop, "bitte keine SMS mehr": messaging.KeywordStop, "Baja": messaging.KeywordStop, "СТОП": messaging.KeywordStop, "停止": messaging.KeywordStop,
		"START": messaging.KeywordStart, "yes": messaging.KeywordStart, "UNSTOP": messaging.KeywordStart, "start please": messaging.KeywordStart,
		"HELP": messaging.KeywordHelp, "info?": messaging.KeywordHelp, "Hilfe": messaging.KeywordHelp,
		"": messaging.KeywordNone, "👍": messaging.KeywordNone, "please": messaging.KeywordNone, "See you at the bus stop": messaging.KeywordNone, "don't stop": messaging.KeywordNone,
		"In the end it was great": messaging.KeywordNone, "I can help": messaging.KeywordNone, "yes I want the blue one": messaging.KeywordNone, "I will stop by tomorrow": messaging.KeywordNone,
	} {
		if got := messaging.ReadKeyword(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// texted is a contact who got an SMS.
func (b *bench) texted() (crm.Contact, messaging.Message) {
	b.t.Helper()
	anna := b.annaByPhone()
	message := b.decideSMS(anna.ID, b.sms("Hello").ID, messaging.ClassMarketing)
	_, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	return anna, message
}

func (b *bench) receive(id, text string) {
	b.t.Helper()
	b.must(b.ReceiveSMS(context.Background(), messaging.ReceivedSMS{Provider: "test", ProviderID: id, From: annasPhone, Text: text}))
}

func TestAnAnswerStandsInTheTimelineAndNamesTheSMS(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, message := b.texted()
	b.receive("1", "Which size?")
	b.receive("1", "Which size?") // brought twice
	got := b.events(anna.ID, crm.EventSMSReceived)
	if len(got) != 1 || got[0].Data["text"] != "Which size?" || got[0].MessageID == nil || *got[0].MessageID != int64(message.ID) || *got[0].CampaignID != 5 {
		t.Errorf("%+v", got)
	}
	if len(b.provider.sms) != 1 {
		t.Error("something was sent in answer")
	}
}

func TestStopEndsAllSMSAndStartAllowsThemAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, _ := b.texted()
	b.receive("1", "YES") // an ordinary answer of somebody who has not opted out
	b.receive("2", "stop please")
	marks := b.marks(anna.ID)
	if len(marks) != 1 || marks[0].Channel != crm.SMS || marks[0].Reason != crm.Unsubscribed || marks[0].Origin != "test/2" || marks[0].Comment != "Wrote: “stop please”" {
		t.Errorf("%+v", marks)
	}
	delivery, err := b.Deliver(b.ctx, b.org, b.decideSMS(anna.ID, b.sms("More").ID, messaging.ClassMarketing).ID)
	if err != nil || delivery.State != messaging.StateSkipped {
		t.Errorf("%+v, %v", delivery, err)
	}
	b.receive("3", "START")
	b.receive("2", "stop please") // brought again: it must not undo the START
	if marks := b.marks(anna.ID); len(marks) != 0 {
		t.Errorf("%+v", marks)
	}
	for i, event := range b.events(anna.ID, crm.EventSMSReceived) { // newest first: START, stop please, YES
		if keyword := event.Data["keyword"]; (keyword != nil) != (i < 2) || (event.MessageID == nil) != (i < 2) {
			t.Errorf("%d: %+v", i, event)
		}
	}
}

func TestStartDoesNotLiftWhatOthersForbade(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, _ := b.texted()
	b.must(b.crm.SetDoNotContact(b.ctx, b.org, anna.ID, crm.DoNotContact{Channel: crm.SMS, Reason: crm.Manual}))
	b.must(b.ReceiveSMS(t.Context(), messaging.ReceivedSMS{Provider: "test", ProviderID: "1", From: annasPhone, Text: "START", Keyword: messaging.KeywordStart}))
	if marks := b.marks(anna.ID); len(marks) != 1 || marks[0].Reason != crm.Manual {
		t.Errorf("%+v", marks)
	}
}

func TestStopCountsForEverybodyWithTheNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, _ := b.texted()
	ben := b.contact(crm.ContactInput{Firstname: new("Ben"), Phone: new(annasPhone)})
	b.receive("1", "Hello")
	b.receive("2", "STOP")
	if len(b.marks(anna.ID)) != 1 || len(b.marks(ben.ID)) != 1 {
		t.Error("one of them may still be texted")
	}
	for _, event := range b.events(ben.ID, crm.EventSMSReceived) {
		if event.MessageID != nil {
			t.Errorf("Ben did not get the SMS: %+v", event)
		}
	}
}

func TestTextsOfStrangersAreDropped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.annaByPhone() // never written to
	b.receive("1", "STOP")
	b.must(b.ReceiveSMS(t.Context(), messaging.ReceivedSMS{Provider: "test", ProviderID: "2", From: "+12025550199", Text: "Hi"}))
	b.must(b.ReceiveSMS(t.Context(), messaging.ReceivedSMS{Provider: "test", ProviderID: "3", From: "AMAZON", Text: "Hi"}))
	if len(b.events(anna.ID, crm.EventSMSReceived)) != 0 || len(b.marks(anna.ID)) != 0 {
		t.Error("a text of nobody's was taken")
	}
}

func TestARefusalSaysWhatItIsAboutTheNumber(t *testing.T) {
	t.Parallel()
	for class, want := range map[messaging.BounceClass]crm.Reason{messaging.BounceHard: crm.Bounced, messaging.BounceOptOut: crm.Unsubscribed, "": ""} {
		b := setup(t)
		anna := b.annaByPhone()
		b.provider.err = &messaging.Refused{Permanent: true, Reason: "No.", Class: class}
		delivery, err := b.Deliver(b.ctx, b.org, b.decideSMS(anna.ID, b.sms("Hello").ID, messaging.ClassMarketing).ID)
		if err != nil || delivery.State != messaging.StateFailed {
			t.Errorf("%s: %+v, %v", class, delivery, err)
		}
		marks := b.marks(anna.ID)
		if (want == "") != (len(marks) == 0) || len(marks) > 0 && (marks[0].Reason != want || marks[0].Channel != crm.SMS) {
			t.Errorf("%s: %+v", class, marks)
		}
		_, suppressed, err := b.FindSuppression(b.ctx, b.org, messaging.ChannelSMS, annasPhone)
		if err != nil || suppressed != (class == messaging.BounceHard) {
			t.Errorf("%s: suppressed %v, %v", class, suppressed, err)
		}
	}
}

func TestAReportSettlesAnUnknownSMS(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.annaByPhone()
	b.provider.err = errors.New("connection reset")
	message := b.decideSMS(anna.ID, b.sms("Hello").ID, messaging.ClassMarketing)
	_, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	b.take(report(messaging.FeedbackDelivered, message.Sid, 0))
	if got := b.message(message.ID); got.State != messaging.StateSent || got.Delivery != messaging.DeliveryDelivered {
		t.Errorf("%+v", got)
	}
	if sent := b.events(anna.ID, crm.EventSMSSent); len(sent) != 1 || sent[0].Data["sms"] != "Offer" {
		t.Errorf("%+v", sent)
	}
}

// asked is a provider that can be asked.
type asked struct {
	*provider
	asks []messaging.AskedSMS
}

func (a *asked) AskSMS(_ context.Context, m messaging.AskedSMS) ([]messaging.Feedback, error) {
	a.asks = append(a.asks, m)
	return []messaging.Feedback{{Key: m.Sid, Provider: "test", Kind: messaging.FeedbackDelivered, Sid: m.Sid}}, nil
}

func TestSMSWithoutNewsAreAskedAbout(t *testing.T) {
	t.Parallel()
	b := setup(t)
	asker := &asked{provider: b.provider}
	b.texts = asker
	b.Service = b.another()
	anna, sent := b.texted()
	b.provider.err = errors.New("connection reset")
	lost := b.decideSMS(anna.ID, b.sms("Hi {{ firstname }}: https://example.com/a").ID, messaging.ClassMarketing)
	_, err := b.Deliver(b.ctx, b.org, lost.ID)
	b.must(err)
	if n, err := b.SettleSMS(t.Context()); err != nil || n != 0 {
		t.Errorf("too early: asked about %d, %v", n, err)
	}
	_, err = b.db.Pool().Exec(b.ctx, "update messaging.messages set sent_at = sent_at - interval '11 minutes', call_deadline = call_deadline - interval '11 minutes'")
	b.must(err)
	for _, want := range []int{2, 0} { // the answers are final
		if n, err := b.SettleSMS(t.Context()); err != nil || n != want {
			t.Errorf("asked about %d, %v; want %d", n, err, want)
		}
	}
	if len(asker.asks) != 2 || asker.asks[0].ProviderID == "" || asker.asks[1].ProviderID != "" || asker.asks[1].Text != b.provider.sms[1].Text {
		t.Errorf("%+v", asker.asks)
	}
	for _, id := range []messaging.MessageID{sent.ID, lost.ID} {
		if got := b.message(id); got.State != messaging.StateSent || got.Delivery != messaging.DeliveryDelivered {
			t.Errorf("%+v", got)
		}
	}
}

package messaging_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
)

// annasPhone is from the range that North America keeps free for fiction.
const annasPhone = "+12025550123"

// annaByPhone is a contact with a mobile number, typed as people type.
func (b *bench) annaByPhone() crm.Contact {
	return b.contact(crm.ContactInput{Firstname: new("Anna"), Phone: new("+1 202 555 0123")})
}

func (b *bench) sms(body string) messaging.SMS {
	b.t.Helper()
	sms, err := b.CreateSMS(b.ctx, b.org, messaging.SMSInput{Name: "Offer", Body: body, ValidMinutes: 90})
	b.must(err)
	return sms
}

func (b *bench) decideSMS(contact crm.ContactID, sms messaging.SMSID, class messaging.Class) messaging.Message {
	b.t.Helper()
	keys.Lock()
	keys.last++
	key := fmt.Sprintf("journey/%d", keys.last)
	keys.Unlock()
	message, err := b.Decide(b.ctx, b.org, messaging.Decision{
		Key: key, Channel: messaging.ChannelSMS, Class: class, Contact: contact, SMS: sms, Campaign: 5,
	})
	b.must(err)
	return message
}

func TestADeliveredSMSIsInTheLedgerAndInTheTimeline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.annaByPhone()
	message := b.decideSMS(anna.ID, b.sms("Hi {{ firstname }},\r\nsee https://example.com/offer?a=1.").ID, messaging.ClassMarketing)
	for range 2 {
		delivery, err := b.another().Deliver(b.ctx, b.org, message.ID)
		if err != nil || delivery.State != messaging.StateSent {
			t.Fatalf("%+v, %v", delivery, err)
		}
	}
	got := b.message(message.ID)
	if got.Address != annasPhone || got.ProviderID != "sms-1" || got.Provider != "test" || got.Channel != messaging.ChannelSMS || got.SMS == nil {
		t.Errorf("ledger %+v", got)
	}
	if len(b.provider.sms) != 1 {
		t.Fatalf("%d SMS", len(b.provider.sms))
	}
	out := b.provider.sms[0]
	if out.To != annasPhone || out.ValidFor != 90*time.Minute || !regexp.MustCompile(`^Hi Anna,\nsee https://mail\.example\.com/s/[\w-]{12}\.$`).MatchString(out.Text) {
		t.Errorf("sent %+v", out)
	}
	sent := b.events(anna.ID, crm.EventSMSSent)
	if len(sent) != 1 || *sent[0].MessageID != int64(message.ID) || *sent[0].CampaignID != 5 || sent[0].Data["sms"] != "Offer" {
		t.Errorf("events %+v", sent)
	}
}

func TestUnwantedSMSAreSkippedWithASentence(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sms := b.sms("Hello").ID
	marked := func(channel crm.Channel, reason crm.Reason) crm.ContactID {
		c := b.contact(crm.ContactInput{Phone: new(annasPhone)})
		b.must(b.crm.SetDoNotContact(b.ctx, b.org, c.ID, crm.DoNotContact{Channel: channel, Reason: reason}))
		return c.ID
	}
	with := func(phone string) crm.ContactID { return b.contact(crm.ContactInput{Phone: &phone}).ID }
	for _, test := range []struct {
		contact crm.ContactID
		class   messaging.Class
		want    string
	}{
		{b.contact(crm.ContactInput{Firstname: new("Nobody")}).ID, messaging.ClassMarketing, "The contact has no mobile number."},
		{with("202 555 0123"), messaging.ClassMarketing, "The contact's phone number can't be dialled: it must begin with + and the country's code."},
		{with("+44 1"), messaging.ClassMarketing, "The contact's phone number can't be dialled: it must begin with + and the country's code."},
		{with("ask me"), messaging.ClassTransactional, "The contact's phone number can't be dialled: it must begin with + and the country's code."},
		{marked(crm.SMS, crm.Unsubscribed), messaging.ClassMarketing, "The contact has opted out of SMS."},
		{marked(crm.SMS, crm.Bounced), messaging.ClassMarketing, "Earlier SMS to this number could not be delivered."},
		{marked(crm.SMS, crm.Manual), messaging.ClassMarketing, "Somebody marked this contact as not to be texted."},
		{marked(crm.SMS, crm.Unsubscribed), messaging.ClassTransactional, ""},
		{marked(crm.Email, crm.Unsubscribed), messaging.ClassMarketing, ""}, // about emails only
		{with("001 202 555 0123"), messaging.ClassMarketing, ""},
	} {
		delivery, err := b.Deliver(b.ctx, b.org, b.decideSMS(test.contact, sms, test.class).ID)
		state := messaging.StateSkipped
		if test.want == "" {
			state = messaging.StateSent
		}
		if err != nil || delivery.State != state || delivery.Reason.English() != test.want {
			t.Errorf("want %q: %+v, %v", test.want, delivery, err)
		}
	}
}

func TestAnSMSGoesToTheNumberThatTheContactHasWhenItIsClaimed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.annaByPhone()
	message := b.decideSMS(anna.ID, b.sms("Hello").ID, messaging.ClassMarketing)
	moved := false
	b.GuardBy(gateFunc(func() messaging.Verdict { // inside the claim's transaction, after everything was read
		if !moved {
			moved = true
			_, err := b.crm.UpdateContact(b.ctx, b.org, anna.ID, crm.ContactPatch{Phone: new("+1 202 555 0145")})
			b.must(err)
		}
		return messaging.Verdict{}
	}))
	_, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	if len(b.provider.sms) != 1 || b.provider.sms[0].To != "+12025550145" || b.message(message.ID).Address != "+12025550145" {
		t.Errorf("%+v", b.provider.sms)
	}
}

func TestOptingOutDuringTheRenderingIsNoticedByTheClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.annaByPhone()
	message := b.decideSMS(anna.ID, b.sms("Hello").ID, messaging.ClassMarketing)
	b.GuardBy(gateFunc(func() messaging.Verdict {
		b.must(b.crm.SetDoNotContact(b.ctx, b.org, anna.ID, crm.DoNotContact{Channel: crm.SMS, Reason: crm.Unsubscribed}))
		return messaging.Verdict{}
	}))
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateSkipped || len(b.provider.sms) != 0 {
		t.Errorf("%+v, %v, %d SMS", delivery, err, len(b.provider.sms))
	}
}

func TestSMSThatCannotBeMadeFailWithASentence(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.annaByPhone()
	for body, want := range map[string]string{
		"":                                      "The SMS “Offer” is empty.",
		"{{ contact.company }}":                 "The SMS “Offer” is empty for this contact.",
		strings.Repeat("x", 1601):               "The SMS “Offer” has 1601 characters for this contact; 1600 are the most that can be sent.",
		strings.Repeat("🎉", 801):                "The SMS “Offer” has 1602 characters for this contact; 1600 are the most that can be sent.",
		"{% for i in (1..999) %}xx{% endfor %}": "The SMS “Offer” has 1998 characters for this contact; 1600 are the most that can be sent.",
	} {
		delivery, err := b.Deliver(b.ctx, b.org, b.decideSMS(anna.ID, b.sms(body).ID, messaging.ClassMarketing).ID)
		if err != nil || delivery.State != messaging.StateFailed || delivery.Reason.English() != want {
			t.Errorf("want %q: %+v, %v", want, delivery, err)
		}
	}
}

func TestLostAndRefusedSMSEndAsEmailsDo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, sms := b.annaByPhone(), b.sms("Hello").ID
	b.provider.err = errors.New("connection reset")
	lost := b.decideSMS(anna.ID, sms, messaging.ClassMarketing)
	delivery, err := b.Deliver(b.ctx, b.org, lost.ID)
	if err != nil || delivery.State != messaging.StateUnknown || len(b.events(anna.ID, crm.EventSMSSent)) != 0 {
		t.Errorf("%+v, %v", delivery, err)
	}
	b.provider.err = &messaging.Refused{Reason: "Slow down.", RetryAfter: 7 * time.Second}
	refused := b.decideSMS(anna.ID, sms, messaging.ClassMarketing)
	var retry *messaging.RetryError
	if _, err := b.Deliver(b.ctx, b.org, refused.ID); !errors.As(err, &retry) || retry.After != 7*time.Second {
		t.Errorf("err = %v", err)
	}
	b.provider.err = nil
	if delivery, err := b.Deliver(b.ctx, b.org, refused.ID); err != nil || delivery.State != messaging.StateSent {
		t.Errorf("%+v, %v", delivery, err)
	}
}

func TestAnSMSOfAnotherOrganizationIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sms := b.sms("Hello")
	message, err := b.SendTestSMS(b.ctx, b.org, sms.ID, messaging.TestSend{To: annasPhone})
	b.must(err)
	other := storetest.Org(t, b.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(other))
	_, readErr := b.SMS(ctx, other, sms.ID)
	_, updateErr := b.UpdateSMS(ctx, other, sms.ID, 1, messaging.SMSInput{Name: "Mine"})
	_, testErr := b.SendTestSMS(ctx, other, sms.ID, messaging.TestSend{To: annasPhone})
	_, messageErr := b.Message(ctx, other, message.ID)
	_, talkErr := b.Conversation(ctx, other, 1)
	for _, err := range []error{readErr, updateErr, testErr, messageErr, talkErr, b.DeleteSMS(ctx, other, sms.ID), b.SendableSMS(ctx, other, sms.ID)} {
		if !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("err = %v", err)
		}
	}
	foreign, err := b.Decide(ctx, other, messaging.Decision{Key: "x", Channel: messaging.ChannelSMS, Class: messaging.ClassMarketing, Contact: 1, SMS: sms.ID})
	b.must(err)
	if foreign.SMS != nil {
		t.Errorf("it names what is not its own: %+v", foreign)
	}
	page, err := b.Texts(ctx, other, domain.PageQuery{})
	if err != nil || page.Total != 0 {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestATestSMSGoesThroughTheLedger(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, sms := b.annaByPhone(), b.sms("Hi {{ firstname }}")
	message, err := b.SendTestSMS(b.ctx, b.org, sms.ID, messaging.TestSend{To: "001 202 555 0199", As: &anna.ID})
	b.must(err)
	if message.State != messaging.StateSent || message.Class != messaging.ClassTest || message.Contact != nil || b.provider.sms[0].To != "+12025550199" || b.provider.sms[0].Text != "Hi Anna" {
		t.Errorf("%+v, %+v", message, b.provider.sms)
	}
	if _, err := b.SendTestSMS(b.ctx, b.org, sms.ID, messaging.TestSend{To: "202 555 0199"}); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("err = %v", err)
	}
}

func TestSMSAreChangedByOneAtATimeAndStayOnceSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sms := b.sms("Hello")
	changed, err := b.UpdateSMS(b.ctx, b.org, sms.ID, 1, messaging.SMSInput{Name: " Offer 2 ", Body: "Bye"})
	if err != nil || changed.Revision != 2 || changed.Name != "Offer 2" || changed.ValidMinutes != 0 {
		t.Errorf("%+v, %v", changed, err)
	}
	if _, err := b.UpdateSMS(b.ctx, b.org, sms.ID, 1, messaging.SMSInput{Name: "Mine"}); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("err = %v", err)
	}
	for _, in := range []messaging.SMSInput{
		{},
		{Name: "x\ny"},
		{Name: strings.Repeat("x", 192)},
		{Name: "x", Body: "{% if"},
		{Name: "x", Body: "\x00"},
		{Name: "x", Body: strings.Repeat("x", 5001)},
		{Name: "x", ValidMinutes: 601},
		{Name: "x", ValidMinutes: -1},
	} {
		if _, err := b.CreateSMS(b.ctx, b.org, in); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%+v: %v", in, err)
		}
	}
	_, err = b.SendTestSMS(b.ctx, b.org, sms.ID, messaging.TestSend{To: annasPhone})
	b.must(err)
	if err := b.DeleteSMS(b.ctx, b.org, sms.ID); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("err = %v", err)
	}
	b.must(b.DeleteSMS(b.ctx, b.org, b.sms("Unsent").ID))
}

var shortLink = regexp.MustCompile(`/s/([\w-]+)`)

func TestShortLinksLeadToTheirTargetAndCountAsClicksInTheSMS(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.annaByPhone()
	delivery, err := b.Deliver(b.ctx, b.org, b.decideSMS(anna.ID, b.sms("A https://example.com/a B https://example.com/b A https://example.com/a").ID, messaging.ClassMarketing).ID)
	if err != nil || delivery.State != messaging.StateSent {
		t.Fatalf("%+v, %v", delivery, err)
	}
	tokens := shortLink.FindAllStringSubmatch(b.provider.sms[0].Text, -1)
	if len(tokens) != 3 || tokens[0][1] != tokens[2][1] || tokens[0][1] == tokens[1][1] {
		t.Fatalf("tokens %q", tokens)
	}
	var sid string
	for range 2 { // from the database, and remembered
		var target string
		if sid, target, err = b.ReadShort(b.ctx, tokens[1][1]); err != nil || target != "https://example.com/b" || sid != b.provider.sms[0].Sid {
			t.Errorf("%q, %q, %v", sid, target, err)
		}
	}
	b.must(b.RecordHits(b.ctx, []messaging.Hit{{ID: "1", Kind: messaging.HitClick, Sid: sid, URL: "https://example.com/b", At: time.Now()}}))
	clicked := b.events(anna.ID, crm.EventSMSClicked)
	if len(clicked) != 1 || clicked[0].Data["sms"] != "Offer" || clicked[0].Data["url"] != "https://example.com/b" || len(b.events(anna.ID, crm.EventEmailClicked)) != 0 {
		t.Errorf("%+v", clicked)
	}
	for _, guess := range []string{"", "x", "AAAAAAAAAAAA", tokens[0][1] + "A", tokens[0][1][:11], strings.Repeat("A", 500), "https://evil.example"} {
		if _, target, err := b.ReadShort(b.ctx, guess); !errors.Is(err, domain.ErrNotFound) || target != "" {
			t.Errorf("%q: %q, %v", guess, target, err)
		}
	}
}

func TestAPreviewSaysWhatLongNamesDo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := strings.Repeat("x", 140) + " {{ firstname }} {{ nosuch }}"
	r, err := b.PreviewSMS(b.ctx, b.org, messaging.SMSInput{Body: body}, nil)
	b.must(err)
	if r.Count.Parts != 1 || r.Long.Parts != 2 || r.Accented.Encoding != messaging.UCS2 || !r.Tags || len(r.Warnings) != 1 {
		t.Errorf("%+v", r)
	}
	if !strings.HasSuffix(r.Text, "x Anna") {
		t.Errorf("text %q", r.Text)
	}
	linked, err := b.PreviewSMS(b.ctx, b.org, messaging.SMSInput{Body: "https://example.com/" + strings.Repeat("long", 100)}, nil)
	if err != nil || linked.Count.Characters != len("https://mail.example.com/s/123456789012") || linked.Tags {
		t.Errorf("%+v, %v", linked, err)
	}
	if _, err := b.PreviewSMS(b.ctx, b.org, messaging.SMSInput{Body: "{{ x | nosuch }}"}, nil); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("err = %v", err)
	}
}

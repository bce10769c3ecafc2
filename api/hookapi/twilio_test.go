package hookapi_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/activities/provider/twilio"
	"github.com/mauntic/mauntic/activities/provider/twilio/faketwilio"
	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/api/hookapi"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

const annasPhone = "+12025550123"

// phone is a site with the hooks of Twilio, a stand-in for Twilio that posts to them, and a contact
// with a mobile number.
type phone struct {
	*messaging.Service
	t    *testing.T
	db   *store.DB
	crm  *crm.Service
	org  domain.OrgID
	ctx  context.Context
	fake *faketwilio.Server
	site *fiber.App
	base string // public address of the site
	path string // of its hooks
	anna crm.ContactID
	gate func() int // looked through before each post of Twilio: a status other than 0 is the answer
}

// impatient gives up sooner than the program does.
type impatient struct{ *twilio.Provider }

func (p impatient) SendSMS(ctx context.Context, m messaging.OutgoingSMS) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return p.Provider.SendSMS(ctx, m)
}

func phoned(t *testing.T) *phone {
	t.Helper()
	p := &phone{t: t, db: storetest.New(t)}
	p.org = storetest.Org(t, p.db, "Acme")
	p.ctx = identity.WithActor(t.Context(), identity.System(p.org))
	p.crm = crm.New(crm.Deps{Store: crmstore.New(p.db), Tx: p.db})
	fake, err := faketwilio.New(faketwilio.Options{})
	p.must(err)
	p.must(fake.Start(""))
	t.Cleanup(func() { _ = fake.Close() })
	quiet, keys := slog.New(slog.DiscardHandler), signer(t, "a")
	p.fake, p.path = fake, keys.HookPath("twilio")
	p.site = fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, StreamRequestBody: true, BodyLimit: 4 << 20})
	p.site.Use(api.Requests(quiet), func(c *fiber.Ctx) error {
		if p.gate != nil {
			if status := p.gate(); status != 0 {
				return c.SendStatus(status)
			}
		}
		return c.Next()
	})
	listener := listen(t)
	p.base = "http://" + listener.Addr().String()
	sender, err := twilio.New(twilio.Config{
		AccountSID: "ACfake", AuthToken: "token", From: "+15005550006", BaseURL: fake.URL(), StatusURL: p.base + p.path + "/status",
	})
	p.must(err)
	p.Service = messaging.New(messaging.Deps{
		Store: messagingstore.New(p.db), Tx: p.db, Contacts: p.crm, SMS: impatient{sender}, Signer: keys, BaseURL: p.base, Log: quiet,
	})
	hookapi.RegisterTwilio(p.site, keys, &twilio.Receiver{BaseURL: p.base, AuthToken: "token", Messaging: p.Service}, quiet)
	serve(t, listener, p.site)
	anna, err := p.crm.CreateContact(p.ctx, p.org, crm.ContactInput{Firstname: new("Anna"), Phone: new(annasPhone)})
	p.must(err)
	p.anna = anna.ID
	return p
}

func (p *phone) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// decide decides an SMS to Anna under a key.
func (p *phone) decide(key, body string) messaging.MessageID {
	p.t.Helper()
	sms, err := p.CreateSMS(p.ctx, p.org, messaging.SMSInput{Name: "Offer", Body: body})
	p.must(err)
	message, err := p.Decide(p.ctx, p.org, messaging.Decision{
		Key: key, Channel: messaging.ChannelSMS, Class: messaging.ClassMarketing, Contact: p.anna, SMS: sms.ID, Campaign: 5,
	})
	p.must(err)
	return message.ID
}

// texted is an SMS that Twilio took and reports nothing about by itself.
func (p *phone) texted(key string) (messaging.MessageID, faketwilio.Entry) {
	p.t.Helper()
	p.fake.Plan(faketwilio.Plan{Times: 1, Callbacks: []faketwilio.Callback{}})
	id := p.decide(key, "Hello")
	if delivery, err := p.Deliver(p.ctx, p.org, id); err != nil || delivery.State != messaging.StateSent {
		p.t.Fatalf("%+v, %v", delivery, err)
	}
	journal := p.fake.Journal()
	return id, journal[len(journal)-1]
}

func (p *phone) message(id messaging.MessageID) messaging.Message {
	p.t.Helper()
	message, err := p.Message(p.ctx, p.org, id)
	p.must(err)
	return message
}

func (p *phone) events(kind string) []crm.Event {
	p.t.Helper()
	all, err := p.crm.Timeline(p.ctx, p.org, p.anna, 0, 100)
	p.must(err)
	var found []crm.Event
	for _, event := range all {
		if event.Type == kind {
			found = append(found, event)
		}
	}
	return found
}

func (p *phone) optedOut() bool {
	p.t.Helper()
	anna, err := p.crm.Contact(p.ctx, p.org, p.anna)
	p.must(err)
	return len(anna.DoNotContact) == 1 && anna.DoNotContact[0].Channel == crm.SMS && anna.DoNotContact[0].Reason == crm.Unsubscribed
}

// post posts to a path of the site with the signature of somebody, and returns the status.
func (p *phone) post(path, contentType, body, signature string) int {
	p.t.Helper()
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	request.Host = "evil.example"
	request.Header.Set("X-Forwarded-Host", "evil.example")
	if signature != "" {
		request.Header.Set("X-Twilio-Signature", signature)
	}
	response, err := p.site.Test(request, -1)
	p.must(err)
	return response.StatusCode
}

const formType = "application/x-www-form-urlencoded"

// tell posts a status as Twilio does.
func (p *phone) tell(sms faketwilio.Entry, status string) {
	p.t.Helper()
	form := url.Values{"MessageSid": {sms.SID}, "MessageStatus": {status}, "To": {sms.To}}
	path := strings.TrimPrefix(sms.StatusCallback, p.base)
	if got := p.post(path, formType, form.Encode(), faketwilio.Sign("token", sms.StatusCallback, form)); got != http.StatusOK {
		p.t.Errorf("%s: %d", status, got)
	}
}

// bring brings what somebody wrote as Twilio does.
func (p *phone) bring(in faketwilio.Inbound) {
	p.t.Helper()
	in.Hook = p.base + p.path + "/inbound"
	if status, err := p.fake.Bring(in); err != nil || status != http.StatusOK {
		p.t.Errorf("%+v: %d, %v", in, status, err)
	}
}

func TestForgedPostsOfTwilioChangeNothing(t *testing.T) {
	t.Parallel()
	p := phoned(t)
	id, sms := p.texted("a")
	before := p.message(id)
	status, inbound := strings.TrimPrefix(sms.StatusCallback, p.base), p.path+"/inbound"
	foreign := signer(t, "b").HookPath("twilio")
	form := url.Values{"MessageSid": {sms.SID}, "MessageStatus": {"delivered"}, "To": {sms.To}}
	stop := url.Values{"MessageSid": {"SM1"}, "From": {annasPhone}, "Body": {"STOP"}}
	sign := func(path string, form url.Values) string { return faketwilio.Sign("token", p.base+path, form) }
	good := sign(status, form)
	large := url.Values{"MessageSid": {"SM2"}, "From": {annasPhone}, "Body": {strings.Repeat("x", 64<<10)}}
	const asJSON = `{"MessageSid":"SM1","From":"+12025550123","Body":"STOP"}`
	for _, c := range []struct {
		name, path, contentType, body, signature string
		want                                     int
	}{
		{"guessed signature", status, formType, form.Encode(), "c2lnbmF0dXJl", http.StatusForbidden},
		{"no signature", status, formType, form.Encode(), "", http.StatusForbidden},
		{"another token", status, formType, form.Encode(), faketwilio.Sign("guess", sms.StatusCallback, form), http.StatusForbidden},
		{"signed for the Host of the request", status, formType, form.Encode(), faketwilio.Sign("token", "http://evil.example"+status, form), http.StatusForbidden},
		{"changed body", status, formType, strings.Replace(form.Encode(), "delivered", "failed", 1), good, http.StatusForbidden},
		{"one more field", status, formType, form.Encode() + "&ErrorCode=21211", good, http.StatusForbidden},
		{"the token of another message", p.path + "/status?m=x", formType, form.Encode(), good, http.StatusForbidden},
		{"a status brought as inbound", inbound, formType, form.Encode(), good, http.StatusForbidden},
		{"JSON", inbound, "application/json", asJSON, sign(inbound, stop), http.StatusForbidden},
		{"JSON with the signature of no form", inbound, "application/json", asJSON, sign(inbound, nil), http.StatusForbidden},
		{"wrong key, well signed", foreign + "/inbound", formType, stop.Encode(), sign(foreign+"/inbound", stop), http.StatusForbidden},
		{"key of SES", "/hooks/twilio/x/inbound", formType, stop.Encode(), sign("/hooks/twilio/x/inbound", stop), http.StatusForbidden},
		{"empty", inbound, formType, "", "", http.StatusForbidden},
		{"oversized, well signed", inbound, formType, large.Encode(), sign(inbound, large), http.StatusRequestEntityTooLarge},
	} {
		if got := p.post(c.path, c.contentType, c.body, c.signature); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	reports, err := p.Reported(p.ctx, p.org, id)
	if after := p.message(id); err != nil || len(reports) != 0 || after.Delivery != before.Delivery || len(p.events(crm.EventSMSReceived)) != 0 || p.optedOut() {
		t.Errorf("stored: %+v, %v, %+v", reports, err, after)
	}
	p.tell(sms, "delivered") // the same address, signed well, is believed
	if got := p.message(id); got.Delivery != messaging.DeliveryDelivered {
		t.Errorf("%+v", got)
	}
}

func TestStatusesEndTheSameInAnyOrderAndHoweverOften(t *testing.T) {
	t.Parallel()
	p := phoned(t)
	for name, statuses := range map[string][]string{
		"in order": {"queued", "sent", "delivered"}, "reordered": {"delivered", "sent", "queued"},
		"doubled": {"sent", "delivered", "delivered", "sent", "delivered"}, "with one that says nothing": {"delivered", "receiving", "somethingnew"},
	} {
		id, sms := p.texted(name)
		for _, status := range statuses {
			p.tell(sms, status)
		}
		got := p.message(id)
		reports, err := p.Reported(p.ctx, p.org, id)
		if err != nil || got.State != messaging.StateSent || got.Delivery != messaging.DeliveryDelivered || len(reports) > 3 {
			t.Errorf("%s: %+v, %d reports, %v", name, got, len(reports), err)
		}
	}
	if sent := p.events(crm.EventSMSSent); len(sent) != 4 {
		t.Errorf("%d sent", len(sent))
	}
}

func TestWhatPeopleWriteStopsAndStartsSMS(t *testing.T) {
	t.Parallel()
	p := phoned(t)
	id, _ := p.texted("a")
	for i, c := range []struct {
		text, optOutType string
		out              bool   // opted out afterwards
		keyword          string // noted; "": an answer
	}{
		{"Which size?", "", false, ""},
		{"HELP", "", false, "help"},
		{"STOP", "", true, "stop"},
		{"Which size?", "", true, ""}, // an answer is no consent
		{"START", "", false, "start"},
		{"stop please", "", true, "stop"},
		{"START", "START", false, "start"},
		{"arret", "STOP", true, "stop"}, // Twilio understood it
		{"HELP", "HELP", true, "help"},
		{"unstop", "", false, "start"},
		{"", "", false, ""}, // a picture
	} {
		p.bring(faketwilio.Inbound{SID: "SM" + string(rune('a'+i)), From: annasPhone, Body: c.text, OptOutType: c.optOutType})
		events := p.events(crm.EventSMSReceived)
		if len(events) != i+1 {
			t.Fatalf("%q: %d events", c.text, len(events))
		}
		keyword, _ := events[0].Data["keyword"].(string)
		if p.optedOut() != c.out || keyword != c.keyword || events[0].Data["text"] != c.text {
			t.Errorf("%q (%s): opted out %t, %+v", c.text, c.optOutType, p.optedOut(), events[0])
		}
		if answers := events[0].MessageID != nil && *events[0].MessageID == int64(id); answers != (c.keyword == "") {
			t.Errorf("%q answers the SMS: %t", c.text, answers)
		}
	}
	p.bring(faketwilio.Inbound{SID: "SMc", From: annasPhone, Body: "STOP"}) // brought again after the START
	if p.optedOut() || len(p.events(crm.EventSMSReceived)) != 11 || p.fake.Calls() != 1 {
		t.Errorf("opted out %t, %d calls", p.optedOut(), p.fake.Calls())
	}
}

func TestSendersOfEverySortAreTakenOrDropped(t *testing.T) {
	t.Parallel()
	p := phoned(t)
	p.texted("a")
	for _, from := range []string{
		"", "12345", "+12345", "MAUNTIC", "Müller", "whatsapp:+12025550123", "+12025550199", "+4930123456", "+1202555012", "anonymous", "+266696687",
		"\x00", strings.Repeat("1", 5000),
	} {
		p.bring(faketwilio.Inbound{From: from, Body: "STOP"})
		if got := p.events(crm.EventSMSReceived); len(got) != 0 || p.optedOut() {
			t.Fatalf("%.30q is taken for Anna: %+v", from, got)
		}
	}
	for i, from := range []string{annasPhone, " +1 202 555 0123 ", "+1 (202) 555-0123", "001 202 555 0123"} {
		p.bring(faketwilio.Inbound{From: from, Body: "Hello\x00"})
		if got := p.events(crm.EventSMSReceived); len(got) != i+1 {
			t.Errorf("%q: %d events", from, len(got))
		}
	}
}

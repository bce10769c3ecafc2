package campaign_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest/world"
)

func TestValidationSpeaksAMarketersWords(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	email, sms := w.Email(t, "Welcome").ID, w.SMS(t, "Offer").ID
	empty, err := w.Messaging.CreateSMS(w.Ctx(), w.Org, messaging.SMSInput{Name: "Empty"})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		root  string
		says  string // "" when nothing is wrong
		warns bool   // it may be published all the same
	}{
		"NothingToDo":            {``, "Add at least one step.", false},
		"NoEmailChosen":          {`{"id":"a","kind":"send_email"}`, "Choose the email to send.", false},
		"EmailIsGone":            {`{"id":"a","kind":"send_email","settings":{"email":4711}}`, "does not exist any more", false},
		"NoTime":                 {`{"id":"a","kind":"wait"}`, "Say how long", false},
		"NegativeTime":           {`{"id":"a","kind":"wait","settings":{"for":{"amount":-1,"unit":"days"}}}`, "at least 1 day", false},
		"ForEver":                {`{"id":"a","kind":"wait","settings":{"for":{"amount":9999,"unit":"weeks"}}}`, "at most 520 weeks", false},
		"NoDate":                 {`{"id":"a","kind":"wait","settings":{"until":"tomorrow"}}`, "Write the date and time as", false},
		"DateAndDuration":        {`{"id":"a","kind":"wait","settings":{"until":"2036-01-01T09:00","for":{"amount":1,"unit":"days"}}}`, "not both", false},
		"DateHasPassed":          {`{"id":"a","kind":"wait","settings":{"until":"2001-01-01T09:00"}}`, "This date has passed", true},
		"DecisionWithoutEmail":   {`{"id":"a","kind":"decision","settings":{"did":"opened"}}`, "Choose the step whose email or SMS", false},
		"DecisionAboutNoEmail":   {`{"id":"w","kind":"wait","settings":{"for":{"amount":1,"unit":"days"}}},{"id":"a","kind":"decision","settings":{"did":"opened","step":"w"}}`, "“Send SMS” step above it", false},
		"DecisionAboutTheFuture": {fmt.Sprintf(`{"id":"a","kind":"decision","settings":{"did":"opened","step":"s"}},{"id":"s","kind":"send_email","settings":{"email":%d}}`, email), "above it", false},
		"DecisionAboutNothing":   {fmt.Sprintf(`{"id":"s","kind":"send_email","settings":{"email":%d}},{"id":"a","kind":"decision","settings":{"did":"danced","step":"s"}}`, email), "opened or clicked", false},
		"NoSMS":                  {`{"id":"a","kind":"send_sms"}`, "Choose the SMS", false},
		"GoneSMS":                {`{"id":"a","kind":"send_sms","settings":{"sms":999}}`, "The SMS that this step sends does not exist any more.", false},
		"EmptySMS":               {fmt.Sprintf(`{"id":"a","kind":"send_sms","settings":{"sms":%d}}`, empty.ID), "The SMS “Empty” is empty.", false},
		"OpenedAnSMS":            {fmt.Sprintf(`{"id":"s","kind":"send_sms","settings":{"sms":%d}},{"id":"a","kind":"decision","settings":{"did":"opened","step":"s"}}`, sms), "clicked or replied", false},
		"RepliedToAnEmail":       {fmt.Sprintf(`{"id":"s","kind":"send_email","settings":{"email":%d}},{"id":"a","kind":"decision","settings":{"did":"replied","step":"s"}}`, email), "opened or clicked", false},
		"AllIsWellWithSMS":       {fmt.Sprintf(`{"id":"s","kind":"send_sms","settings":{"sms":%d}},{"id":"a","kind":"decision","settings":{"did":"replied","step":"s"}}`, sms), "", false},
		"ConditionWithoutField":  {`{"id":"a","kind":"condition"}`, "Choose the field or the tag", false},
		"ConditionOnWords":       {`{"id":"a","kind":"condition","settings":{"field":"points","operator":"greater","value":"many"}}`, "Compare with a number.", false},
		"ConditionOnNoField":     {`{"id":"a","kind":"condition","settings":{"field":"Not a field","operator":"empty"}}`, "No contact can have a field", false},
		"NoTags":                 {`{"id":"a","kind":"change_tags"}`, "at least one tag", false},
		"NoPoints":               {`{"id":"a","kind":"change_points"}`, "how many points", false},
		"ZeroPoints":             {`{"id":"a","kind":"change_points","settings":{"set":true}}`, "", false},
		"EndlessPoints":          {`{"id":"a","kind":"change_points","settings":{"points":99999999999}}`, "must lie between", false},
		"NotifyWhom":             {`{"id":"a","kind":"notify_user","settings":{"subject":"x","text":"x"}}`, "Choose whom to notify", false},
		"NotifyNobody":           {`{"id":"a","kind":"notify_user","settings":{"to":"user","subject":"x","text":"x"}}`, "Choose the colleague", false},
		"NotifyAStranger":        {`{"id":"a","kind":"notify_user","settings":{"to":"user","user":4711,"subject":"x","text":"x"}}`, "no member", false},
		"NotifyNoAddress":        {`{"id":"a","kind":"notify_user","settings":{"to":"addresses","addresses":["me"],"subject":"x","text":"x"}}`, "not an email address", false},
		"NotifyWithoutSubject":   {`{"id":"a","kind":"notify_user","settings":{"to":"owner","text":"x"}}`, "Write a subject", false},
		"NotifyNothing":          {`{"id":"a","kind":"notify_user","settings":{"to":"owner","subject":"x"}}`, "what to tell", false},
		"NotifyInBadLiquid":      {`{"id":"a","kind":"notify_user","settings":{"to":"owner","subject":"x","text":"{{ contact.email"}}`, "never closed", false},
		"NotifyTheOwner":         {`{"id":"a","kind":"notify_user","settings":{"to":"owner","subject":"x","text":"x"}}`, "", false},
		"NoFields":               {`{"id":"a","kind":"update_contact"}`, "at least one field", false},
		"NotAnAddress":           {`{"id":"a","kind":"update_contact","settings":{"fields":{"email":"nobody"}}}`, "address", false},
		"StepsAfterTheExit":      {`{"id":"a","kind":"exit"},{"id":"b","kind":"exit"}`, "never reached", false},
		"AllIsWell":              {fmt.Sprintf(`{"id":"s","kind":"send_email","settings":{"email":%d}},{"id":"a","kind":"decision","settings":{"did":"opened","step":"s"}}`, email), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			draft, err := w.Campaign.CreateCampaign(w.Ctx(), w.Org, campaign.Input{Name: name, Flow: parse(t, `{"root":[`+test.root+`]}`)})
			if err != nil {
				t.Fatal(err)
			}
			problems, err := w.Campaign.Validate(w.Ctx(), w.Org, draft.ID)
			if err != nil {
				t.Fatal(err)
			}
			if (len(problems) == 0) != (test.says == "") || test.says != "" && !strings.Contains(problems[0].Message, test.says) {
				t.Errorf("got %+v, want %q", problems, test.says)
			}
			_, err = w.Campaign.Publish(w.Ctx(), w.Org, draft.ID)
			if refused := domain.KindOf(err) == domain.KindInvalid; refused != (test.says != "" && !test.warns) {
				t.Errorf("publishing: got %v", err)
			}
		})
	}
}

func TestSampleIsLoadedOnceAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	loaded, err := w.Campaign.LoadSample(w.Ctx(), w.Org)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.State != campaign.StateActive || loaded.Open != 200 || !loaded.IsSample {
		t.Errorf("got %+v, want an active sample with 200 people", loaded)
	}
	if _, err := w.Campaign.LoadSample(w.Ctx(), w.Org); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("a second time: got %v, want a conflict", err)
	}
	if err := w.Campaign.RemoveSample(w.Ctx(), w.Org); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"crm.contacts", "crm.tags", "crm.events", "messaging.emails", "messaging.sms", "messaging.sms_inbox", "messaging.messages", "campaign.campaigns", "campaign.journeys", "campaign.step_counters"} {
		var left int
		if err := w.DB.Pool().QueryRow(t.Context(), "select count(*) from "+table).Scan(&left); err != nil || left != 0 {
			t.Errorf("%s: %d rows left (%v)", table, left, err)
		}
	}
	if _, err := w.Campaign.LoadSample(w.Ctx(), w.Org); err != nil {
		t.Errorf("loading again: %v", err)
	}
}

func TestNamesThatAreNoTextAreRefused(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	for field, in := range map[string]campaign.Input{
		"name":        {Name: "a\x00b"},
		"description": {Name: "a", Description: "\xff"},
	} {
		var refusal *domain.Error
		if _, err := w.Campaign.CreateCampaign(w.Ctx(), w.Org, in); !asError(err, &refusal) || refusal.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestWebhooksAreCheckedBeforeTheyArePublished(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	hook := func(settings string) string { return `{"id":"a","kind":"call_webhook","settings":{` + settings + `}}` }
	for name, test := range map[string]struct {
		root  string
		field string
		says  string // "" when nothing is wrong
	}{
		"NoAddress":      {hook(``), "url", "Type the address"},
		"NoScheme":       {hook(`"url":"example.com/x"`), "url", "begins with https://"},
		"AnotherScheme":  {hook(`"url":"ftp://example.com/x"`), "url", "begins with https://"},
		"HostFromValues": {hook(`"url":"https://{{ contact.company }}/x"`), "url", "behind it"},
		"HostGoesOn":     {hook(`"url":"https://example.com{{ contact.company }}"`), "url", "behind it"},
		"PortFromValues": {hook(`"url":"https://example.com:{{ contact.points }}/"`), "url", "begins with"},
		"Password":       {hook(`"url":"https://me:secret@example.com/"`), "url", "no user name"},
		"BadLiquid":      {hook(`"url":"https://example.com/{{ contact.email"`), "url", "never closed"},
		"Plain":          {hook(`"url":"http://example.com/"`), "url", "unencrypted"},
		"Method":         {hook(`"url":"https://example.com/","method":"STEAL"`), "method", "one of POST"},
		"Header":         {hook(`"url":"https://example.com/","headers":{"A b":"c"}`), "headers.A b", "can't be the name"},
		"HeaderBreak":    {hook(`"url":"https://example.com/","headers":{"A":"c\r\nB: d"}`), "headers.A", "line break"},
		"OurHeader":      {hook(`"url":"https://example.com/","headers":{"mauntic-signature":"x"}`), "headers.mauntic-signature", "set by Mauntic"},
		"HeaderTag":      {hook(`"url":"https://example.com/","headers":{"A":"{{ email }}"}`), "headers.A", "no merge tags"},
		"ContentType":    {hook(`"url":"https://example.com/","contentType":"text/csv"`), "contentType", "one of application/json"},
		"BodyOfGET":      {hook(`"url":"https://example.com/","method":"GET","body":"{}"`), "body", "no body"},
		"NoJSON":         {hook(`"url":"https://example.com/","body":"{\"a\": {{ contact.city }}}"`), "body", "is no valid JSON"},
		"TooSlow":        {hook(`"url":"https://example.com/","timeout":60`), "timeout", "1 to 15 seconds"},
		"ForEver":        {hook(`"url":"https://example.com/","tryFor":{"amount":3,"unit":"months"}`), "tryFor", "at most 7 days"},
		"Success":        {hook(`"url":"https://example.com/","success":[99]`), "success", "between 200 and 599"},
		"AllIsWell":      {hook(`"url":"https://example.com/{{ contact.email }}?x={{ contact.points }}","body":"{\"a\": {{ contact.city | json }}}","success":[200,404]`), "", ""},
		"NoSuchAnswer":   {hook(`"url":"https://example.com/"`) + `,{"id":"c","kind":"condition","settings":{"field":"webhook.b.x","operator":"empty"}}`, "field", "no “Call webhook” step above"},
		"HalfAnAnswer":   {hook(`"url":"https://example.com/"`) + `,{"id":"c","kind":"condition","settings":{"field":"webhook.a","operator":"empty"}}`, "field", "Say what of the answer"},
		"Answer":         {hook(`"url":"https://example.com/"`) + `,{"id":"c","kind":"condition","settings":{"field":"webhook.call_example_com.x","operator":"empty"}}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			draft, err := w.Campaign.CreateCampaign(w.Ctx(), w.Org, campaign.Input{Name: name, Flow: parse(t, `{"root":[`+test.root+`]}`)})
			if err != nil {
				t.Fatal(err)
			}
			problems, err := w.Campaign.Validate(w.Ctx(), w.Org, draft.ID)
			if err != nil {
				t.Fatal(err)
			}
			if (len(problems) == 0) != (test.says == "") {
				t.Fatalf("got %+v, want %q", problems, test.says)
			}
			if test.says != "" && (problems[0].Field != test.field || !strings.Contains(problems[0].Message, test.says)) {
				t.Errorf("got %+v, want %q at %s", problems, test.says, test.field)
			}
		})
	}
}

package messaging_test

import (
	"testing"

	"github.com/mauntic/mauntic/domain/messaging"
)

func TestBouncesAreSorted(t *testing.T) {
	t.Parallel()
	b := func(kind, sub, status string) messaging.Bounce {
		return messaging.Bounce{Type: kind, SubType: sub, Status: status}
	}
	for name, c := range map[string]struct {
		bounce messaging.Bounce
		detail string
		want   messaging.BounceClass
	}{
		"no such address":                       {b("permanent", "General", "5.1.1"), "", messaging.BounceHard},
		"no mail for it":                        {b("Permanent", "NoEmail", "5.1.10"), "", messaging.BounceHard},
		"unknown trouble for good":              {b("permanent", "General", "5.0.0"), "", messaging.BounceHard},
		"for good without a code":               {b("permanent", "General", ""), "mailbox unavailable", messaging.BounceHard},
		"a sub-type that nobody knows":          {b("permanent", "Novel", ""), "", messaging.BounceHard},
		"the code stands in the text":           {b("permanent", "General", ""), "smtp; 550-5.7.26 unauthenticated", messaging.BounceSender},
		"a policy code":                         {b("permanent", "General", "5.7.1"), "", messaging.BounceSender},
		"a policy code for now":                 {b("transient", "General", "4.7.0"), "", messaging.BounceSender},
		"DMARC":                                 {b("permanent", "General", ""), "550 rejected: DMARC check failed", messaging.BounceSender},
		"SPF":                                   {b("permanent", "General", "5.0.0"), "SPF validation failed", messaging.BounceSender},
		"DKIM":                                  {b("permanent", "NoEmail", "5.1.1"), "bad dkim signature", messaging.BounceSender},
		"a policy in words":                     {b("permanent", "General", "5.1.0"), "against our policies", messaging.BounceSender},
		"blocked":                               {b("permanent", "General", "5.0.0"), "your IP is blocked", messaging.BounceSender},
		"a blocklist":                           {b("permanent", "General", "5.0.0"), "listed by zen.spamhaus.org", messaging.BounceSender},
		"spam":                                  {b("permanent", "General", "5.0.0"), "looks like SPAM", messaging.BounceSender},
		"spam in the address only":              {b("permanent", "General", "5.1.1"), "<spam.policy@blocked.example>: user unknown", messaging.BounceHard},
		"on the provider's list":                {b("permanent", "Suppressed", ""), "", messaging.BounceSuppressed},
		"on our list there":                     {b("permanent", "OnAccountSuppressionList", ""), "blocked", messaging.BounceSuppressed},
		"on the tenant's list":                  {b("permanent", "OnTenantSuppressionList", ""), "", messaging.BounceSuppressed},
		"unsubscribed there":                    {b("permanent", "UnsubscribedRecipient", ""), "", messaging.BounceOptOut},
		"given up":                              {b("transient", "General", "4.4.7"), "", messaging.BounceSoft},
		"mailbox full":                          {b("transient", "MailboxFull", "5.2.2"), "", messaging.BounceSoft},
		"mailbox full, in their words for good": {b("permanent", "General", "5.2.2"), "", messaging.BounceSoft},
		"our time limit":                        {b("transient", "CustomTimeoutExceeded", ""), "", messaging.BounceSoft},
		"out of office with a word":             {b("transient", "General", ""), "our spam filter is busy", messaging.BounceSoft},
		"too large":                             {b("transient", "MessageTooLarge", "5.3.4"), "", messaging.BounceMessage},
		"content":                               {b("transient", "ContentRejected", "5.7.1"), "spam", messaging.BounceMessage},
		"attachment":                            {b("transient", "AttachmentRejected", ""), "", messaging.BounceMessage},
		"too large, by the code":                {b("", "", "5.3.4"), "", messaging.BounceMessage},
		"conversion failed":                     {b("", "", "5.6.1"), "", messaging.BounceMessage},
		"nobody knows":                          {b("undetermined", "Undetermined", ""), "", messaging.BounceSoft},
		"a mail server's report, for good":      {b("", "", "5.1.1"), "", messaging.BounceHard},
		"a mail server's report, for now":       {b("", "", "4.2.1"), "", messaging.BounceSoft},
		"a report without anything":             {b("", "", ""), "", messaging.BounceSoft},
		"an IP address is no code":              {b("", "", ""), "rejected by 5.9.12.44", messaging.BounceSoft},
		"a provider that knows":                 {messaging.Bounce{Type: "permanent", Status: "5.7.1", Class: messaging.BounceHard}, "policy", messaging.BounceHard},
	} {
		if got := c.bounce.Sort(c.detail); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTheEnhancedCodeIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ status, detail, want string }{
		{"5.1.1", "smtp; 550 5.7.1", "5.1.1"},
		{"", "smtp; 550 5.7.1 no", "5.7.1"},
		{"smtp; 5.2.2 (full)", "", "5.2.2"},
		{"", "421-4.7.28 slow down", "4.7.28"},
		{"", "host 2.5.6.7 said 550 5.1.10", "5.1.10"},
		{"", "version 1.5.1.1, sorry", ""},
		{"", "3.1.1 and 55.1.1 and 5.1", ""},
	} {
		if got := (messaging.Bounce{Status: c.status}).EnhancedStatus(c.detail); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.status, c.detail, got, c.want)
		}
	}
}

func TestOnlyBouncesOfTheAddressSuppressIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for class, want := range map[messaging.BounceClass]messaging.SuppressionReason{
		messaging.BounceHard: messaging.SuppressedHardBounce, messaging.BounceSuppressed: messaging.SuppressedProviderList,
		messaging.BounceSoft: "", messaging.BounceSender: "", messaging.BounceMessage: "", messaging.BounceOptOut: "",
	} {
		contact := b.person(string(class) + "@example.com")
		message := b.sent(contact.ID)
		f := report(messaging.FeedbackBounced, message.Sid, 0)
		f.Bounce.Class = class
		b.take(f)
		found, ok := b.suppressed(string(class) + "@example.com")
		if ok != (want != "") || found.Reason != want {
			t.Errorf("%s: %+v", class, found)
		}
		wantMark := map[messaging.BounceClass]string{messaging.BounceHard: "bounced", messaging.BounceSuppressed: "bounced", messaging.BounceOptOut: "unsubscribed"}[class]
		mark := ""
		if marks := b.marks(contact.ID); len(marks) > 0 {
			mark = string(marks[0].Reason)
		}
		if mark != wantMark {
			t.Errorf("%s: mark %q, want %q", class, mark, wantMark)
		}
		if got := b.message(message.ID); got.Delivery != messaging.DeliveryBounced || got.BounceClass != class {
			t.Errorf("%s: %+v", class, got.Progress)
		}
	}
}

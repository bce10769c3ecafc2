package crmui

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/words"
)

func changedWords(ctx context.Context, data eventData) string {
	fields := data.texts("fields")
	for i, name := range fields {
		if label, core := coreLabels[name]; core {
			fields[i] = words.Say(ctx, label)
		}
	}
	const most = 4
	switch {
	case len(fields) == 0 && len(data.texts("added")) > 0: // an import that only gave tags
		return tagWords(ctx, data)
	case len(fields) == 0:
		return words.T(ctx, "Was changed")
	case len(fields) > most:
		return words.NF(ctx, len(fields)-most+1, "Changed: {{.Fields}} and {{.Count}} more field", "Changed: {{.Fields}} and {{.Count}} more fields",
			words.Data{"Fields": words.List(ctx, fields[:most-1])})
	}
	return words.F(ctx, "Changed: {{.Fields}}", words.Data{"Fields": words.List(ctx, fields)})
}

func tagWords(ctx context.Context, data eventData) string {
	var parts []string
	if added := data.texts("added"); len(added) > 0 {
		parts = append(parts, words.F(ctx, "Got the tag {{.Tags}}", words.Data{"Tags": words.List(ctx, added)}))
	}
	if removed := data.texts("removed"); len(removed) > 0 {
		parts = append(parts, words.F(ctx, "Lost the tag {{.Tags}}", words.Data{"Tags": words.List(ctx, removed)}))
	}
	return strings.Join(parts, ". ")
}

func addedWords(ctx context.Context, data eventData) string {
	return words.F(ctx, "Was added to the segment “{{.Segment}}”", words.Data{"Segment": data.text("segment")})
}

func removedWords(ctx context.Context, data eventData) string {
	return words.F(ctx, "Was removed from the segment “{{.Segment}}”", words.Data{"Segment": data.text("segment")})
}

func fileWords(ctx context.Context, data eventData) string {
	return words.F(ctx, "File “{{.Name}}” was attached", words.Data{"Name": data.text("name")})
}

func consentWords(ctx context.Context, data eventData) string {
	purpose := words.Data{"Purpose": purposeName(ctx, data.text("purpose"))}
	if crm.ConsentState(data.text("state")) == crm.Withdrawn {
		return words.F(ctx, "Took back the consent to {{.Purpose}}", purpose)
	}
	return words.F(ctx, "Consented to {{.Purpose}}", purpose)
}

func forbiddenWords(ctx context.Context, data eventData) string {
	return words.F(ctx, "May not be reached by {{.Channel}} any more", words.Data{"Channel": channelName(ctx, crm.Channel(data.text("channel")))})
}

func allowedWords(ctx context.Context, data eventData) string {
	return words.F(ctx, "May be reached by {{.Channel}} again", words.Data{"Channel": channelName(ctx, crm.Channel(data.text("channel")))})
}

// reasonWords leave it to the origin to say that somebody here decided it.
func reasonWords(ctx context.Context, data eventData) string {
	if crm.Reason(data.text("reason")) == crm.Manual && (data.text("origin") != "" || data.number("userId") != 0) {
		return commentWords(ctx, data)
	}
	return strings.TrimSpace(reasonName(ctx, crm.Reason(data.text("reason"))) + " " + commentWords(ctx, data))
}

func commentWords(ctx context.Context, data eventData) string {
	return words.Phrase(ctx, messaging.CommentPhrase(data.text("comment")))
}

func urlWords(_ context.Context, data eventData) string { return data.text("url") }

func sentWords(ctx context.Context, data eventData) string {
	if email := data.text("email"); email != "" {
		return words.F(ctx, "Was sent “{{.Email}}”", words.Data{"Email": email})
	}
	return words.T(ctx, "Was sent an email")
}

func openedWords(ctx context.Context, data eventData) string {
	email, machine := data.text("email"), crm.Event{Data: data}.Machine()
	switch {
	case machine && email != "":
		return words.F(ctx, "“{{.Email}}” was fetched by a program", words.Data{"Email": email})
	case machine:
		return words.T(ctx, "An email was fetched by a program")
	case email != "":
		return words.F(ctx, "Opened “{{.Email}}”", words.Data{"Email": email})
	}
	return words.T(ctx, "Opened an email")
}

func clickedWords(ctx context.Context, data eventData) string {
	if email := data.text("email"); email != "" {
		return words.F(ctx, "Clicked in “{{.Email}}”", words.Data{"Email": email})
	}
	return words.T(ctx, "Clicked in an email")
}

func smsSentWords(ctx context.Context, data eventData) string {
	if sms := data.text("sms"); sms != "" {
		return words.F(ctx, "Was sent the SMS “{{.SMS}}”", words.Data{"SMS": sms})
	}
	return words.T(ctx, "Was sent an SMS")
}

func smsClickedWords(ctx context.Context, data eventData) string {
	if sms := data.text("sms"); sms != "" {
		return words.F(ctx, "Clicked in the SMS “{{.SMS}}”", words.Data{"SMS": sms})
	}
	return words.T(ctx, "Clicked in an SMS")
}

func returnedWords(ctx context.Context, data eventData) string {
	if email := data.text("email"); email != "" {
		return words.F(ctx, "“{{.Email}}” came back", words.Data{"Email": email})
	}
	return words.T(ctx, "An email came back")
}

func complainedWords(ctx context.Context, data eventData) string {
	if email := data.text("email"); email != "" {
		return words.F(ctx, "Called “{{.Email}}” spam", words.Data{"Email": email})
	}
	return words.T(ctx, "Called an email spam")
}

func fromWords(ctx context.Context, data eventData) string {
	if email := data.text("email"); email != "" {
		return words.F(ctx, "From “{{.Email}}”", words.Data{"Email": email})
	}
	return ""
}

func quotedWords(ctx context.Context, data eventData) string {
	if text := data.text("text"); text != "" {
		return words.F(ctx, "“{{.Text}}”", words.Data{"Text": text})
	}
	return ""
}

// bounceClasses say what a bounce means. The classes are those of the ledger.
var bounceClasses = map[string]string{
	"hard":       words.Mark("The address does not exist. It gets no messages any more."),
	"soft":       words.Mark("The mailbox could not take it this time."),
	"sender":     words.Mark("It was refused because of the sender, not of this contact."),
	"message":    words.Mark("It was refused because of its content or size."),
	"suppressed": words.Mark("The provider does not deliver to this address."),
}

func bounceWords(ctx context.Context, data eventData) string {
	return words.Say(ctx, bounceClasses[data.text("class")])
}

// repeatedWords tell of a row about a contact that the same file had told of before.
func repeatedWords(ctx context.Context, data eventData) string {
	return words.F(ctx, "Was named once more, in row {{.Row}} of the file", words.Data{"Row": words.Number(int(data.number("row")))})
}

// undoneWords tell of an import that was taken back.
func undoneWords(ctx context.Context, data eventData) string {
	fields := data.texts("fields")
	if len(fields) == 0 {
		return words.T(ctx, "What an import did was undone")
	}
	return words.F(ctx, "What an import did was undone: {{.Fields}}", words.Data{"Fields": words.List(ctx, fields)})
}

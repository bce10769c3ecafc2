package crmui

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// What the details of consents begin with that came by the link of a message, and by an action on many.
const (
	messagePrefix = "Message "
	jobPrefix     = "Action on many contacts, job "
)

// markOrigin says in words what set a mark, and where that can be seen.
type markOrigin struct{ Text, Href string }

// origins tells where the marks of a contact come from, by channel.
func (p *pages) origins(ctx context.Context, org domain.OrgID, marks []crm.DoNotContact) (map[crm.Channel]markOrigin, error) {
	var sids []string
	var users []identity.UserID
	for _, mark := range marks {
		if user := userOf(mark.Origin); user != 0 {
			users = append(users, user)
		} else if mark.Origin != "" {
			sids = append(sids, mark.Origin)
		}
	}
	messages, err := p.Messaging.MessagesBySid(ctx, org, sids)
	if err != nil {
		return nil, err
	}
	names, err := p.Contacts.ColleagueNames(ctx, org, users)
	if err != nil {
		return nil, err
	}
	origins := make(map[crm.Channel]markOrigin, len(marks))
	for _, mark := range marks {
		message, known := messages[mark.Origin]
		origin := markOrigin{Text: markWords(ctx, mark, names[userOf(mark.Origin)], message)}
		switch {
		case known:
			origin.Href = fmt.Sprintf("/app/messages/%d", message.ID)
		case importOf(mark.Origin) != 0:
			origin.Href = fmt.Sprintf("%s/%d", importsPath, importOf(mark.Origin))
		case numbered(mark.Origin, "job ") != 0:
			origin.Href = fmt.Sprintf("%s/%d", jobsPath, numbered(mark.Origin, "job "))
		}
		origins[mark.Channel] = origin
	}
	return origins, nil
}

// markWords tell a mark in a sentence: Unsubscribed by the link in “Welcome”, 24 Nov 2026.
func markWords(ctx context.Context, mark crm.DoNotContact, user string, message messaging.Sent) string {
	day := words.Data{"Day": component.Date(ctx, mark.CreatedAt), "Name": user, "Message": message.Named(), "Origin": mark.Origin}
	named := message.Named() != ""
	switch {
	case mark.Reason == crm.Unsubscribed && named && mark.Comment == "":
		return words.F(ctx, "Unsubscribed by the link in “{{.Message}}”, {{.Day}}.", day)
	case mark.Reason == crm.Unsubscribed && named:
		return words.F(ctx, "Unsubscribed because of “{{.Message}}”, {{.Day}}.", day)
	case mark.Reason == crm.Bounced && named:
		return words.F(ctx, "“{{.Message}}” came back, {{.Day}}.", day)
	case user != "" && mark.Reason == crm.Unsubscribed:
		return words.F(ctx, "{{.Name}} noted that they unsubscribed, {{.Day}}.", day)
	case user != "":
		return words.F(ctx, "{{.Name}} decided this, {{.Day}}.", day)
	case importOf(mark.Origin) != 0:
		return words.F(ctx, "An import said so, {{.Day}}.", day)
	case numbered(mark.Origin, "job ") != 0:
		return words.F(ctx, "An action on many contacts, {{.Day}}.", day)
	case mark.Origin == "api":
		return words.F(ctx, "A program with an API key said so, {{.Day}}.", day)
	case mark.Reason == crm.Unsubscribed:
		return words.F(ctx, "Unsubscribed, {{.Day}}.", day)
	case mark.Reason == crm.Bounced:
		return words.F(ctx, "Messages to this address came back, {{.Day}}.", day)
	case mark.Origin != "":
		return words.F(ctx, "By {{.Origin}}, {{.Day}}.", day)
	}
	return words.F(ctx, "Someone on your team decided this, {{.Day}}.", day)
}

// consentDetails are the details of entries, with the names of messages in place of their public ids.
func (p *pages) consentDetails(ctx context.Context, org domain.OrgID, consents []crm.Consent) (map[crm.ConsentID]string, error) {
	var sids []string
	for _, consent := range consents {
		if sid, ok := strings.CutPrefix(consent.Detail, messagePrefix); ok {
			sids = append(sids, sid)
		}
	}
	messages, err := p.Messaging.MessagesBySid(ctx, org, sids)
	if err != nil {
		return nil, err
	}
	details := make(map[crm.ConsentID]string, len(consents))
	for _, consent := range consents {
		details[consent.ID] = consentDetail(ctx, consent.Detail, messages)
	}
	return details, nil
}

func consentDetail(ctx context.Context, detail string, messages map[string]messaging.Sent) string {
	sid, byMessage := strings.CutPrefix(detail, messagePrefix)
	job := numbered(detail, jobPrefix)
	switch {
	case byMessage && messages[sid].Named() != "":
		return words.F(ctx, "In the message “{{.Message}}”", words.Data{"Message": messages[sid].Named()})
	case byMessage && !strings.Contains(sid, " "):
		return words.F(ctx, "In the message {{.Message}}", words.Data{"Message": sid})
	case job != 0:
		return words.F(ctx, "Action on many contacts, job {{.Job}}", words.Data{"Job": job})
	}
	return words.Phrase(ctx, messaging.CommentPhrase(detail))
}

func userOf(origin string) identity.UserID { return identity.UserID(numbered(origin, "user ")) }
func importOf(origin string) crm.ImportID  { return crm.ImportID(numbered(origin, "import ")) }

// numbered reads the number behind a word, 0 when there is none.
func numbered(text, word string) int64 {
	rest, ok := strings.CutPrefix(text, word)
	if !ok {
		return 0
	}
	number, err := strconv.ParseInt(rest, 10, 64)
	if err != nil {
		return 0
	}
	return number
}

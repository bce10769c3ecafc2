package messagingui

import (
	"context"
	"fmt"
	"html"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	emailsPath = "/app/emails"
	emailsList = "emails" // id of the element that holds the list
	emailForm  = "email-form"
	testForm   = "test-form"
)

func (p pages) registerEmails(r fiber.Router) {
	r.Get(emailsPath, p.listEmails)
	r.Get(emailsPath+"/suggest", listing.Suggest(emailsList, messaging.EmailCommands))
	r.Get(emailsPath+"/new", p.newEmail)
	r.Post(emailsPath, p.createEmail)
	r.Get(emailsPath+"/:id<int>", p.editEmail)
	r.Post(emailsPath+"/:id<int>", p.saveEmail)
	r.Post(emailsPath+"/:id<int>/delete", p.deleteEmail)
	r.Post(emailsPath+"/:id<int>/test", p.sendTest)
}

func emailPath(id messaging.EmailID) string { return fmt.Sprintf("%s/%d", emailsPath, id) }

type emailsView struct {
	List    component.List
	Rows    []messaging.Email
	Problem *search.Error // why the search can't be read; nil: it can
}

var emailColumns = []component.Column{
	{Label: words.Mark("Name"), Sort: "name"}, {Label: words.Mark("Subject"), Sort: "subject", Plain: true}, {Label: words.Mark("Changed"), Sort: "updatedAt"},
}

func (p pages) listEmails(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Messaging.Emails(c.UserContext(), org(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := emailsView{List: component.ListOf(emailsPath, emailsList, q, found), Rows: found.Items, Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: emailsPage(v), Region: emailRegion(v), Body: emailTable(v)})
}

// emailView is the page on which an email is written.
type emailView struct {
	messaging.EmailInput
	ID       messaging.EmailID // 0: new
	Revision int
	Errors   component.Errors
	Test     testView
}

func (v emailView) action() string {
	if v.ID == 0 {
		return emailsPath
	}
	return emailPath(v.ID)
}

func (v emailView) title(ctx context.Context) string {
	if v.ID == 0 {
		return words.T(ctx, "New email")
	}
	return v.Name
}

// facts are what those read who do not write emails.
func (v emailView) facts(ctx context.Context) []component.Fact {
	facts := []component.Fact{{Label: words.T(ctx, "Subject"), Value: withTags(v.Subject)}, {Label: words.T(ctx, "Preheader"), Value: withTags(v.Preheader)}}
	for _, own := range []struct{ label, value string }{
		{words.T(ctx, "Sender's name"), v.FromName}, {words.T(ctx, "Sender's address"), v.FromEmail}, {words.T(ctx, "Answers go to"), v.ReplyTo},
	} {
		if own.value != "" {
			facts = append(facts, component.Fact{Label: own.label, Value: withTags(own.value)})
		}
	}
	return facts
}

func (v emailView) delete(ctx context.Context) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Delete"), Look: component.Danger, Icon: "trash-2"},
		Action:      emailPath(v.ID) + "/delete",
		Title:       words.F(ctx, "Delete “{{.Name}}”?", words.Data{"Name": v.Name}),
		Text:        words.T(ctx, "An email that was never sent is deleted for good. One that was sent stays."),
		Yes:         words.T(ctx, "Delete"),
	}
}

func (p pages) newEmail(c *fiber.Ctx) error {
	if err := identity.Require(c.UserContext(), org(c), identity.EditEmails); err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, emailPage(emailView{EmailInput: startEmail(c.UserContext())}))
}

func (p pages) createEmail(c *fiber.Ctx) error {
	v := emailView{EmailInput: emailInput(c)}
	email, err := p.Messaging.CreateEmail(c.UserContext(), org(c), v.EmailInput)
	if err != nil {
		return refused(c, v, err)
	}
	return page.Redirect(c, emailPath(email.ID), words.T(c.UserContext(), "Email saved."))
}

func (p pages) editEmail(c *fiber.Ctx) error {
	id, err := page.ID[messaging.EmailID](c, "id")
	if err != nil {
		return err
	}
	email, err := p.Messaging.Email(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, emailPage(emailView{
		EmailInput: email.Input(), ID: id, Revision: email.Revision,
		Test: testView{Email: id, To: page.From(c.UserContext()).User.Email},
	}))
}

func (p pages) saveEmail(c *fiber.Ctx) error {
	id, err := page.ID[messaging.EmailID](c, "id")
	if err != nil {
		return err
	}
	v := emailView{EmailInput: emailInput(c), ID: id, Revision: formInt(c, "revision"), Test: testView{Email: id, To: page.From(c.UserContext()).User.Email}}
	if _, err := p.Messaging.UpdateEmail(c.UserContext(), org(c), id, v.Revision, v.EmailInput); err != nil {
		return refused(c, v, err)
	}
	return page.Redirect(c, emailPath(id), words.T(c.UserContext(), "Email saved."))
}

// refused shows the page again with what was typed.
func refused(c *fiber.Ctx, v emailView, err error) error {
	found, ok := component.ErrorsFrom(c.UserContext(), err)
	if !ok {
		return err
	}
	v.Errors = found
	return page.Render(c, http.StatusUnprocessableEntity, emailPage(v))
}

func (p pages) deleteEmail(c *fiber.Ctx) error {
	id, err := page.ID[messaging.EmailID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Messaging.DeleteEmail(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, emailsPath, words.T(c.UserContext(), "Email deleted."))
}

func emailInput(c *fiber.Ctx) messaging.EmailInput {
	return messaging.EmailInput{
		Name: c.FormValue("name"), FromName: c.FormValue("fromName"), FromEmail: c.FormValue("fromEmail"), ReplyTo: c.FormValue("replyTo"),
		Subject: c.FormValue("subject"), Preheader: c.FormValue("preheader"), HTML: c.FormValue("html"), Text: c.FormValue("text"),
	}
}

// startEmail is what a new email begins with. It is the marketer's from then on.
func startEmail(ctx context.Context) messaging.EmailInput {
	name := fmt.Sprintf("{{ contact.firstname | default: %q }}", words.T(ctx, "there"))
	say := html.EscapeString
	return messaging.EmailInput{HTML: fmt.Sprintf(startHTML, words.F(ctx, "Hello {{.Name}},", words.Data{"Name": name}),
		say(words.T(ctx, "write what you have to say here.")), say(words.T(ctx, "A link that counts its clicks")),
		say(words.T(ctx, "Unsubscribe")), say(words.T(ctx, "View in the browser")))}
}

const startHTML = `<!DOCTYPE html>
<html>
<body style="margin:0;padding:32px 16px;background:#f4f4f5;font-family:sans-serif">
  <div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px;color:#18181b;line-height:1.6">
    <p>%s</p>
    <p>%s</p>
    <p><a href="https://example.com">%s</a></p>
  </div>
  <p style="text-align:center;font-size:12px;color:#71717a">
    {{ organization.name }}, {{ organization.address }}<br>
    <a href="{{ unsubscribe_url }}" style="color:#71717a">%s</a> ·
    <a href="{{ view_url }}" style="color:#71717a">%s</a>
  </p>
</body>
</html>
`

// testView is the form that sends a test.
type testView struct {
	Email  messaging.EmailID
	To     string
	Sent   string // where the last one went
	Errors component.Errors
}

func (p pages) sendTest(c *fiber.Ctx) error {
	id, err := page.ID[messaging.EmailID](c, "id")
	if err != nil {
		return err
	}
	v := testView{Email: id, To: c.FormValue("to")}
	message, err := p.Messaging.SendTest(c.UserContext(), org(c), id, messaging.TestSend{To: v.To, As: chosenContact(c)})
	found, ours := component.ErrorsFrom(c.UserContext(), err)
	switch {
	case err == nil && message.State == messaging.StateSent:
		v.Sent = message.Address
		return page.Fragment(c, http.StatusOK, testEmailForm(v))
	case err == nil:
		v.Errors = component.Errors{{Message: words.Kept(c.UserContext(), message.Reason)}}
	case ours:
		v.Errors = found
	default:
		return err
	}
	return page.Fragment(c, http.StatusUnprocessableEntity, testEmailForm(v))
}

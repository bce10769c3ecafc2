package messagingui

import (
	"context"
	"fmt"
	"net/http"
	"net/mail"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	inboxPath = "/app/inbox"
	inboxList = "inbox" // id of the element that holds the list
)

func (p pages) registerInbox(r fiber.Router) {
	r.Get(inboxPath, p.listInbox)
	r.Get(inboxPath+"/suggest", listing.Suggest(inboxList, messaging.InboxCommands))
	r.Get(inboxPath+"/:id<int>", p.showMail)
	r.Get(inboxPath+"/:id<int>/html", p.mailHTML)
}

type inboxView struct {
	List    component.List
	Problem *search.Error // why the search can't be read; nil: it can
	Rows    []messaging.Captured
}

var inboxColumns = []component.Column{{Label: words.Mark("Subject")}, {Label: words.Mark("To")}, {Label: words.Mark("Arrived"), Plain: true}}

func mailPath(id messaging.InboxID) string { return fmt.Sprintf("%s/%d", inboxPath, id) }

func (p pages) listInbox(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Messaging.InboxPage(c.UserContext(), org(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := inboxView{List: component.ListOf(inboxPath, inboxList, q, found), Rows: found.Items, Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: inboxPage(v), Region: inboxRegion(v), Body: inboxTable(v)})
}

// The sides of a mail.
const (
	showHTML   = ""
	showText   = "text"
	showSource = "source"
)

type mailView struct {
	messaging.Captured
	Parts messaging.MailParts
	Show  string
}

func (v mailView) tabs(ctx context.Context) []component.Tab {
	path := mailPath(v.ID)
	return []component.Tab{
		{Label: words.T(ctx, "Mail"), Href: path, Active: v.Show == showHTML},
		{Label: words.T(ctx, "Text"), Href: path + "?show=" + showText, Active: v.Show == showText},
		{Label: words.T(ctx, "Source"), Href: path + "?show=" + showSource, Active: v.Show == showSource},
	}
}

// mainHeaders are the headers that everybody wants to see, in words.
var mainHeaders = map[string]string{"From": words.Mark("From"), "To": words.Mark("To"), "Reply-To": words.Mark("Answers go to"), "Date": words.Mark("Sent")}

// facts are the main headers, as people write them.
func (v mailView) facts(ctx context.Context) []component.Fact {
	var facts []component.Fact
	for _, header := range v.Parts.Headers {
		if label, main := mainHeaders[header.Name]; main {
			facts = append(facts, component.Fact{Label: words.Say(ctx, label), Value: plainHeader(header)})
		}
	}
	return facts
}

// otherHeaders are the rest, as they stand in the mail.
func (v mailView) otherHeaders() []component.Fact {
	var facts []component.Fact
	for _, header := range v.Parts.Headers {
		if _, main := mainHeaders[header.Name]; !main {
			facts = append(facts, component.Fact{Label: header.Name, Value: component.Text(header.Value)})
		}
	}
	return facts
}

// plainHeader shows a date in the zone of the page, and addresses without quotes and needless brackets.
func plainHeader(header messaging.HeaderLine) templ.Component {
	if header.Name == "Date" {
		if at, err := mail.ParseDate(header.Value); err == nil {
			return component.Time(at)
		}
	}
	all, err := mail.ParseAddressList(header.Value)
	if err != nil {
		return component.Text(header.Value)
	}
	plain := make([]string, 0, len(all))
	for _, a := range all {
		if a.Name == "" {
			plain = append(plain, a.Address)
		} else {
			plain = append(plain, a.Name+" <"+a.Address+">")
		}
	}
	return component.Text(strings.Join(plain, ", "))
}

func (p pages) showMail(c *fiber.Ctx) error {
	captured, parts, err := p.mail(c)
	if err != nil {
		return err
	}
	v := mailView{Captured: captured, Parts: parts, Show: c.Query("show")}
	if v.Parts.HTML == "" && v.Show == showHTML {
		v.Show = showText
	}
	return page.Render(c, http.StatusOK, mailPage(v))
}

// mailHTML is the document in the frame of a mail. Links in it are real: a click counts.
func (p pages) mailHTML(c *fiber.Ctx) error {
	_, parts, err := p.mail(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, mailPolicy)
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.SendString(inNewWindow(parts.HTML))
}

func (p pages) mail(c *fiber.Ctx) (messaging.Captured, messaging.MailParts, error) {
	id, err := page.ID[messaging.InboxID](c, "id")
	if err != nil {
		return messaging.Captured{}, messaging.MailParts{}, err
	}
	captured, err := p.Messaging.InboxMail(c.UserContext(), org(c), id)
	if err != nil {
		return messaging.Captured{}, messaging.MailParts{}, err
	}
	parts, err := captured.Parts()
	return captured, parts, err
}

// inNewWindow lets links without a target of their own open a window. A base element works
// wherever it stands before the links, and the doctype must stay first.
func inNewWindow(html string) string {
	const base = `<base target="_blank">`
	for i := range html {
		if html[i] == '<' && i+1 < len(html) && html[i+1] != '!' {
			return html[:i] + base + html[i:]
		}
	}
	return base + html
}

package messagingui

import (
	"context"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	domainsPath = "/app/settings/domains"
	domainForm  = "domain-form"
)

func (p pages) registerSenderDomains(r fiber.Router) {
	r.Get(domainsPath, p.listDomains)
	r.Post(domainsPath, p.addDomain)
	r.Get(domainsPath+"/:id<int>", p.showDomain)
	r.Post(domainsPath+"/:id<int>/check", p.checkDomain)
	r.Post(domainsPath+"/:id<int>/delete", p.deleteDomain)
}

func domainPath(id messaging.SenderDomainID) string { return fmt.Sprintf("%s/%d", domainsPath, id) }

type domainsView struct {
	Rows    []messaging.SenderDomain
	ToAdd   []string
	Captive bool // mail stays in the app
	MayEdit bool
	Form    domainFormView
}

type domainFormView struct {
	Name, BounceDomain string
	Bounces            bool // the provider takes what comes back at a domain of one's choice
	Errors             component.Errors
}

var domainColumns = []component.Column{{Label: words.Mark("Domain")}, {Label: words.Mark("State"), Aside: true}, {Label: words.Mark("Checked")}}

func (p pages) domainsView(c *fiber.Ctx) (domainsView, error) {
	ctx := c.UserContext()
	v := domainsView{MayEdit: page.May(ctx, identity.EditSettings), Captive: p.Messaging.ProviderName() == "inbox"}
	var err error
	if v.Rows, err = p.Messaging.SenderDomains(ctx, org(c)); err != nil {
		return v, err
	}
	v.ToAdd, err = p.Messaging.DomainsToAdd(ctx, org(c))
	v.Form.Bounces = p.Messaging.SignsItself()
	if len(v.ToAdd) > 0 {
		v.Form.Name = v.ToAdd[0]
	}
	return v, err
}

func (p pages) listDomains(c *fiber.Ctx) error {
	v, err := p.domainsView(c)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, domainsPage(v))
}

func (p pages) addDomain(c *fiber.Ctx) error {
	form := domainFormView{Name: c.FormValue("name"), BounceDomain: c.FormValue("bounceDomain"), Bounces: p.Messaging.SignsItself()}
	added, err := p.Messaging.AddSenderDomain(c.UserContext(), org(c), form.Name, form.BounceDomain)
	if err == nil {
		return page.Redirect(c, domainPath(added.ID), words.T(c.UserContext(), "Domain added. Set these records where its DNS is kept."))
	}
	found, ours := component.ErrorsFrom(c.UserContext(), err)
	if !ours {
		return err
	}
	form.Errors = found
	v, err := p.domainsView(c)
	if err != nil {
		return err
	}
	v.Form = form
	return page.Render(c, http.StatusUnprocessableEntity, domainsPage(v), page.Part{ID: domainForm, Show: domainFields(form)})
}

type domainView struct {
	messaging.SenderDomain
	MayEdit bool
}

func (p pages) showDomain(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SenderDomainID](c, "id")
	if err != nil {
		return err
	}
	d, err := p.Messaging.SenderDomain(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, domainPage(domainView{d, page.May(c.UserContext(), identity.EditSettings)}))
}

func (p pages) checkDomain(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SenderDomainID](c, "id")
	if err != nil {
		return err
	}
	d, err := p.Messaging.CheckSenderDomain(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	said := words.T(c.UserContext(), "Checked: something is still missing.")
	if d.Ready() {
		said = words.T(c.UserContext(), "Checked: the domain is ready.")
	}
	return page.Redirect(c, domainPath(id), said)
}

func (p pages) deleteDomain(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SenderDomainID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Messaging.DeleteSenderDomain(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, domainsPath, words.T(c.UserContext(), "Domain removed."))
}

func (v domainView) check(ctx context.Context) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Check again"), Icon: "refresh-cw", Look: component.Main}, Action: domainPath(v.ID) + "/check",
	}
}

func (v domainView) remove(ctx context.Context) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Remove"), Icon: "trash-2", Look: component.Quiet}, Action: domainPath(v.ID) + "/delete",
		Title: words.F(ctx, "Remove {{.Domain}}?", words.Data{"Domain": v.Name}), Yes: words.T(ctx, "Remove"),
		Text: words.T(ctx, "Mail from this domain is no longer signed by us. If you add it again, it gets a new key and needs a new record."),
	}
}

func domainBadge(ctx context.Context, d messaging.SenderDomain) templ.Component {
	if d.Ready() {
		return component.StateBadge(component.Good, words.T(ctx, "Ready"))
	}
	return component.StateBadge(component.Caution, words.T(ctx, "Not ready"))
}

var recordStates = map[messaging.RecordStatus]struct {
	label string
	tone  component.Tone
}{
	messaging.RecordOK:      {words.Mark("Right"), component.Good},
	messaging.RecordAdvice:  {words.Mark("Have a look"), component.Caution},
	messaging.RecordMissing: {words.Mark("Missing"), component.Bad},
	messaging.RecordWrong:   {words.Mark("Wrong"), component.Bad},
	messaging.RecordUnknown: {words.Mark("Not known"), component.Neutral},
}

var recordTitles = map[messaging.RecordPurpose]struct{ title, what string }{
	messaging.PurposeDKIM:  {"DKIM", words.Mark("The key by which mailboxes verify that a mail is yours and was not changed.")},
	messaging.PurposeSPF:   {"SPF", words.Mark("The servers that may send in the name of the domain.")},
	messaging.PurposeDMARC: {"DMARC", words.Mark("What mailboxes do with mail that pretends to be yours.")},
	messaging.PurposeMX:    {"MX", words.Mark("The server that takes mail that could not be delivered.")},
}

// verdict says in a sentence how the domain is.
func (v domainView) verdict(ctx context.Context) (component.Tone, string) {
	switch {
	case v.Ready():
		return component.Good, words.T(ctx, "Mailboxes can verify mail from this domain, so campaigns may send from it.")
	case !v.DKIMOK:
		return component.Caution, words.T(ctx, "Mailboxes can't verify mail from this domain yet: campaigns that send from it can't be published.")
	}
	return component.Caution, words.T(ctx, "Mail from this domain does not pass DMARC yet: campaigns that send from it can't be published.")
}

package campaignui

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	whyPath      = "/app/why"
	whyAnswerID  = "why-answer"  // of the element that holds the answer
	whyChoicesID = "why-choices" // of the campaigns and emails to ask about
	whyShown     = 6             // of each
)

func (p *pages) whyRoutes(r fiber.Router) {
	r.Get(whyPath, p.why)
	r.Get(whyPath+"/choices", p.whyChoices)
	r.Get("/app/contacts/:id<int>/why", p.whyOfContact)
}

// whyView is the question and its answer.
type whyView struct {
	Contact  string // as it was typed
	Fixed    bool   // the contact is not to be chosen
	About    subject
	Search   string
	Choices  []aboutChoice
	Asked    bool
	Problem  string // why there is no answer
	Answer   campaign.Explanation
	Workflow string // where Temporal UI shows the journey, "" for people who may not see it
}

// subject is what somebody asks about, as a form sends it: campaign-3 or email-5.
type subject string

func (s subject) number(noun campaign.Noun) int64 {
	digits, ok := strings.CutPrefix(string(s), string(noun)+"-")
	if !ok {
		return 0
	}
	id, _ := strconv.ParseInt(digits, 10, 64)
	return max(id, 0)
}

func subjectOf[T ~int64](noun campaign.Noun, id T) subject {
	return subject(fmt.Sprintf("%s-%d", noun, id))
}

// aboutChoice is a campaign or an email to ask about.
type aboutChoice struct {
	Subject subject
	Name    string
	Kind    string
	Icon    string
}

// why answers a question that the address holds, so that an answer can be passed on as a link.
func (p *pages) why(c *fiber.Ctx) error {
	ctx := c.UserContext()
	v := whyView{Contact: strings.TrimSpace(c.Query("contact")), About: subject(c.Query("about")), Search: c.Query("search")}
	status, err := p.explain(ctx, orgOf(c), &v, messaging.MessageID(c.QueryInt("message")))
	if err != nil {
		return err
	}
	if v.Choices, err = p.subjects(ctx, orgOf(c), v.Search, v.About); err != nil {
		return err
	}
	return page.Render(c, status, whyPage(v),
		page.Part{ID: whyAnswerID, Show: whyAnswer(v)}, page.Part{ID: modalID, Show: whyDialog(v)})
}

// explain fills in the answer, or what keeps it from being given.
func (p *pages) explain(ctx context.Context, org domain.OrgID, v *whyView, message messaging.MessageID) (status int, err error) {
	v.Asked = v.Contact != "" || message != 0
	if !v.Asked {
		return http.StatusOK, nil
	}
	q := campaign.WhyQuery{
		Message: message, Campaign: campaign.ID(v.About.number(campaign.NounCampaign)), Email: messaging.EmailID(v.About.number(campaign.NounEmail)),
		SMS: messaging.SMSID(v.About.number(campaign.NounSMS)),
		Now: page.From(ctx).Now,
	}
	if message == 0 {
		var contact crm.Contact
		contact, err = p.CRM.FindContact(ctx, org, v.Contact)
		q.Contact = contact.ID
	}
	if err == nil {
		v.Answer, err = p.Campaigns.Why(ctx, org, q)
	}
	if refused, ok := errors.AsType[*domain.Error](err); ok && message == 0 {
		switch v.Problem = words.Error(ctx, refused); refused.Kind {
		case domain.KindInvalid:
			return http.StatusUnprocessableEntity, nil
		case domain.KindNotFound:
			return http.StatusNotFound, nil
		}
	}
	v.Workflow = p.workflowPath(ctx, v.Answer.WorkflowID)
	return http.StatusOK, err
}

func (p *pages) whyChoices(c *fiber.Ctx) error {
	found, err := p.subjects(c.UserContext(), orgOf(c), c.Query("search"), subject(c.Query("about")))
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, whyChoices(found, subject(c.Query("about"))))
}

// whyOfContact is the part of a contact's page that answers questions about it.
func (p *pages) whyOfContact(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	contact, err := p.CRM.Contact(c.UserContext(), orgOf(c), id)
	if err != nil {
		return err
	}
	v := whyView{Contact: strconv.FormatInt(int64(contact.ID), 10), Fixed: true}
	if v.Choices, err = p.subjects(c.UserContext(), orgOf(c), "", ""); err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, whyPanel(v))
}

// subjects are the campaigns and emails that a search finds, after the one that is chosen.
func (p *pages) subjects(ctx context.Context, org domain.OrgID, text string, chosen subject) ([]aboutChoice, error) {
	few := domain.PageQuery{Limit: whyShown, Search: search.Literal(text)}.Normal()
	var all []aboutChoice
	for _, state := range []campaign.State{"", campaign.StateArchived} {
		found, err := p.Campaigns.Campaigns(ctx, org, campaign.Query{PageQuery: few, State: state})
		if err != nil {
			return nil, err
		}
		for _, one := range found.Items {
			all = append(all, campaignChoice(ctx, one))
		}
	}
	emails, err := p.Messaging.Emails(ctx, org, few)
	if err != nil {
		return nil, err
	}
	for _, email := range emails.Items {
		all = append(all, emailChoice(ctx, email))
	}
	texts, err := p.Messaging.Texts(ctx, org, few)
	if err != nil {
		return nil, err
	}
	for _, sms := range texts.Items {
		all = append(all, smsChoice(sms))
	}
	return p.chosenFirst(ctx, org, all, chosen)
}

func (p *pages) chosenFirst(ctx context.Context, org domain.OrgID, all []aboutChoice, chosen subject) ([]aboutChoice, error) {
	var first aboutChoice
	switch id, email, sms := chosen.number(campaign.NounCampaign), chosen.number(campaign.NounEmail), chosen.number(campaign.NounSMS); {
	case id != 0:
		found, err := p.Campaigns.Campaign(ctx, org, campaign.ID(id))
		if err != nil {
			return all, ignoreNotFound(err)
		}
		first = campaignChoice(ctx, found)
	case email != 0:
		found, err := p.Messaging.Email(ctx, org, messaging.EmailID(email))
		if err != nil {
			return all, ignoreNotFound(err)
		}
		first = emailChoice(ctx, found)
	case sms != 0:
		found, err := p.Messaging.SMS(ctx, org, messaging.SMSID(sms))
		if err != nil {
			return all, ignoreNotFound(err)
		}
		first = smsChoice(found)
	default:
		return all, nil
	}
	all = slices.DeleteFunc(all, func(c aboutChoice) bool { return c.Subject == chosen })
	return slices.Insert(all, 0, first), nil
}

func ignoreNotFound(err error) error {
	if domain.KindOf(err) == domain.KindNotFound {
		return nil
	}
	return err
}

func campaignChoice(ctx context.Context, c campaign.Campaign) aboutChoice {
	kind := words.T(ctx, "Campaign")
	if c.State != campaign.StateActive {
		kind = words.F(ctx, "Campaign, {{.State}}", words.Data{"State": strings.ToLower(words.Say(ctx, states[c.State].label))})
	}
	return aboutChoice{Subject: subjectOf(campaign.NounCampaign, c.ID), Name: c.Name, Kind: kind, Icon: "workflow"}
}

func emailChoice(ctx context.Context, e messaging.Email) aboutChoice {
	return aboutChoice{Subject: subjectOf(campaign.NounEmail, e.ID), Name: e.Name, Kind: words.T(ctx, "Email"), Icon: "mail"}
}

func smsChoice(t messaging.SMS) aboutChoice {
	return aboutChoice{Subject: subjectOf(campaign.NounSMS, t.ID), Name: t.Name, Kind: "SMS", Icon: "smartphone"}
}

// whyAbout is the address that answers a question about a contact.
func whyAbout(contact crm.ContactID, about subject) string {
	return whyPath + "?" + url.Values{"contact": {strconv.FormatInt(int64(contact), 10)}, "about": {string(about)}}.Encode()
}

// nounPaths say where each noun has its page, and what its link is called.
var nounPaths = map[campaign.Noun]struct{ path, label string }{
	campaign.NounContact:  {"/app/contacts/", words.Mark("Contact")},
	campaign.NounCampaign: {listPath + "/", words.Mark("Campaign")},
	campaign.NounJourney:  {"/app/journeys/", words.Mark("Journey")},
	campaign.NounMessage:  {"/app/messages/", words.Mark("Message")},
	campaign.NounEmail:    {"/app/emails/", words.Mark("Email")},
	campaign.NounSMS:      {"/app/sms/", "SMS"},
}

// links lead to what the answer is about.
func (v whyView) links(ctx context.Context) []component.Tab {
	var links []component.Tab
	add := func(noun campaign.Noun, id int64) {
		if id != 0 {
			links = append(links, component.Tab{Label: words.Say(ctx, nounPaths[noun].label), Href: refPath(campaign.Ref{Noun: noun, ID: id})})
		}
	}
	add(campaign.NounContact, int64(v.Answer.Contact))
	add(campaign.NounCampaign, int64(v.Answer.Campaign))
	add(campaign.NounJourney, int64(v.Answer.Journey))
	add(campaign.NounMessage, int64(v.Answer.Message))
	return links
}

func refPath(ref campaign.Ref) string {
	if ref.ID == 0 {
		return ""
	}
	return nounPaths[ref.Noun].path + strconv.FormatInt(ref.ID, 10)
}

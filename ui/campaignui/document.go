package campaignui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const documentID = "campaign-form"

func (p *pages) documentRoutes(r fiber.Router) {
	r.Get(listPath+"/new", p.newDocument)
	r.Post(listPath, p.createFromDocument)
	r.Get(listPath+"/:id<int>/document", p.editDocument)
	r.Post(listPath+"/:id<int>/document", p.saveDocument)
}

// documentView is the form in which a campaign is written as a document.
type documentView struct {
	ID       campaign.ID // 0: a new one
	Title    string
	Name     string
	About    string
	Reentry  string
	Flow     string
	Revision int
	Errors   component.Errors
}

var reentryOptions = []component.Option{
	{Value: string(campaign.ReentryNever), Label: words.Mark("Never: once in a lifetime")},
	{Value: string(campaign.ReentryAfterExit), Label: words.Mark("After they have finished")},
	{Value: string(campaign.ReentryAlways), Label: words.Mark("Always, even while they are inside")},
}

func (v documentView) action() string {
	if v.ID == 0 {
		return listPath
	}
	return pathOf(v.ID) + "/document"
}

// heading says what is done here; the way back names the campaign.
func (v documentView) heading(ctx context.Context) string {
	if v.ID == 0 {
		return v.Title
	}
	return words.T(ctx, "Edit as document")
}

func (v documentView) back(ctx context.Context) (href, label string) {
	if v.ID == 0 {
		return listPath, words.T(ctx, "Campaigns")
	}
	return pathOf(v.ID), v.Title
}

// emptyFlow is what a new document starts from.
const emptyFlow = `{
  "root": [
    {"id": "wait", "kind": "wait", "settings": {"for": {"amount": 1, "unit": "days"}}},
    {"id": "tag", "kind": "change_tags", "settings": {"add": ["welcomed"]}}
  ]
}`

func (p *pages) newDocument(c *fiber.Ctx) error {
	if err := identity.Require(c.UserContext(), orgOf(c), identity.EditCampaigns); err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, documentPage(documentView{Title: words.T(c.UserContext(), "New campaign"), Flow: emptyFlow}))
}

func (p *pages) createFromDocument(c *fiber.Ctx) error {
	v := documentForm(c)
	v.Title = words.T(c.UserContext(), "New campaign")
	in, err := v.input()
	if err != nil {
		return refuse(c, v, err)
	}
	created, err := p.Campaigns.CreateCampaign(c.UserContext(), orgOf(c), in)
	if err != nil {
		return refuse(c, v, err)
	}
	return page.Redirect(c, pathOf(created.ID), words.T(c.UserContext(), "The campaign is saved as a draft."))
}

func (p *pages) editDocument(c *fiber.Ctx) error {
	if err := identity.Require(c.UserContext(), orgOf(c), identity.EditCampaigns); err != nil {
		return err
	}
	found, err := p.campaign(c)
	if err != nil {
		return err
	}
	flow, err := json.Marshal(found.Draft)
	if err != nil {
		return fmt.Errorf("write flow document: %w", err)
	}
	return page.Render(c, fiber.StatusOK, documentPage(documentView{
		ID: found.ID, Title: found.Name, Name: found.Name, About: found.Description,
		Reentry: string(found.Reentry), Flow: indented(flow), Revision: found.DraftRevision,
	}))
}

func (p *pages) saveDocument(c *fiber.Ctx) error {
	found, err := p.campaign(c)
	if err != nil {
		return err
	}
	v := documentForm(c)
	v.ID, v.Title = found.ID, found.Name
	in, err := v.input()
	if err != nil {
		return refuse(c, v, err)
	}
	if _, err := p.Campaigns.UpdateCampaign(c.UserContext(), orgOf(c), found.ID, v.Revision, in); err != nil {
		return refuse(c, v, err)
	}
	return page.Redirect(c, pathOf(found.ID)+"?show=draft", words.T(c.UserContext(), "The draft is saved."))
}

func documentForm(c *fiber.Ctx) documentView {
	revision, _ := strconv.Atoi(c.FormValue("revision"))
	return documentView{
		Name: c.FormValue("name"), About: c.FormValue("description"), Reentry: c.FormValue("reentry"),
		Flow: c.FormValue("flow"), Revision: revision,
	}
}

func (v documentView) input() (campaign.Input, error) {
	flow, err := campaign.ParseFlow([]byte(v.Flow))
	if err != nil {
		return campaign.Input{}, err
	}
	return campaign.Input{Name: v.Name, Description: v.About, Reentry: campaign.Reentry(v.Reentry), Flow: flow}, nil
}

// refuse shows the form again with what was typed and what is wrong with it.
func refuse(c *fiber.Ctx, v documentView, err error) error {
	found, ok := component.ErrorsFrom(c.UserContext(), err)
	if !ok {
		return err
	}
	v.Errors = inDocument(found)
	return page.Render(c, fiber.StatusUnprocessableEntity, documentPage(v), page.Part{ID: documentID, Show: documentForms(v)})
}

// inDocument points findings about places inside the document at its field, and names the place.
func inDocument(found component.Errors) component.Errors {
	placed := make(component.Errors, len(found))
	for i, e := range found {
		if place, inside := strings.CutPrefix(e.Field, "flow."); inside {
			e = domain.FieldError{Field: "flow", Message: place + ": " + e.Message}
		}
		placed[i] = e
	}
	return placed
}

func indented(document []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, document, "", "  ") != nil {
		return string(document)
	}
	return out.String()
}

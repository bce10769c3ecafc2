package campaignui_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/campaignstore"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/ui/campaignui"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

// still is a workflow system in which nothing runs: journeys stay where they are.
type still struct{}

func (still) Start(context.Context, campaign.Journey) (string, error)       { return "run", nil }
func (still) Wake(context.Context, string, campaign.Happened) (bool, error) { return true, nil }
func (still) Running(context.Context, string) (bool, error)                 { return true, nil }
func (still) Doing(context.Context, string) (ans campaign.Instruction, err error) {
	return ans, errors.New("still")
}
func (still) Namespace(context.Context) (string, error) { return "ns", nil }

// site is the pages of one organization, seen by one of its people.
type site struct {
	t     *testing.T
	db    *store.DB
	app   *fiber.App
	org   domain.OrgID
	role  identity.Role
	ctx   context.Context
	crm   *crm.Service
	camps *campaign.Service
	mails *messaging.Service
}

func setup(t *testing.T) *site {
	t.Helper()
	return setupIn(t, storetest.New(t), "Acme")
}

func setupIn(t *testing.T, db *store.DB, name string) *site {
	t.Helper()
	s := &site{t: t, db: db, org: storetest.Org(t, db, name), role: identity.RoleSuperadmin}
	s.ctx = identity.WithActor(context.Background(), identity.System(s.org))
	log := slog.New(slog.DiscardHandler)
	ids := identity.New(identity.Deps{Store: identitystore.New(db), Tx: db})
	s.crm = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: []byte("a secret of thirty-two bytes ...")}})
	if err != nil {
		t.Fatal(err)
	}
	s.mails = messaging.New(messaging.Deps{Store: messagingstore.New(db), Tx: db, Contacts: s.crm, Signer: signer, Log: log})
	s.camps = campaign.New(campaign.Deps{
		Tx: db, Store: campaignstore.New(db), Workflows: still{}, CRM: s.crm, Messaging: s.mails, Log: log,
	})
	s.app = fiber.New(fiber.Config{Immutable: true, ErrorHandler: layout.ErrorHandler(log)})
	s.app.Use(func(c *fiber.Ctx) error {
		actor := identity.Actor{Org: s.org, User: 1, Name: "Anna", Role: s.role}
		c.SetUserContext(identity.WithActor(c.UserContext(), actor))
		return c.Next()
	}, page.Middleware(ids))
	campaignui.Register(s.app, campaignui.Deps{Campaigns: s.camps, CRM: s.crm, Messaging: s.mails, Namespace: "mauntic"})
	return s
}

// answer is what the browser gets.
type answer struct {
	*goquery.Document
	status   int
	redirect string
}

// has fails the test unless the selector matches.
func (a answer) has(t *testing.T, selector string) {
	t.Helper()
	if a.Find(selector).Length() == 0 {
		t.Errorf("There is no %s.", selector)
	}
}

func (s *site) get(path string, target ...string) answer {
	return s.send(fiber.MethodGet, path, nil, target...)
}

func (s *site) post(path string, form url.Values, target ...string) answer {
	return s.send(fiber.MethodPost, path, form, target...)
}

// send asks as htmx does when a target is given, else as a browser without scripts.
func (s *site) send(method, path string, form url.Values, target ...string) answer {
	s.t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set(fiber.HeaderContentType, fiber.MIMEApplicationForm)
	}
	if len(target) > 0 {
		request.Header.Set("HX-Request", "true")
		request.Header.Set("HX-Target", "div#"+target[0])
	}
	response, err := s.app.Test(request, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	doc, err := goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{Document: doc, status: response.StatusCode, redirect: response.Header.Get("HX-Redirect") + response.Header.Get("Location")}
}

// campaign makes one from a flow document.
func (s *site) campaign(flow string) campaign.Campaign {
	s.t.Helper()
	parsed, err := campaign.ParseFlow([]byte(flow))
	if err != nil {
		s.t.Fatal(err)
	}
	made, err := s.camps.CreateCampaign(s.ctx, s.org, campaign.Input{Name: "Welcome", Flow: parsed})
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

func (s *site) publish(id campaign.ID) {
	s.t.Helper()
	if _, err := s.camps.Publish(s.ctx, s.org, id); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) contact(first string, tags ...string) crm.Contact {
	s.t.Helper()
	email := strings.ToLower(first) + "@example.com"
	made, err := s.crm.CreateContact(s.ctx, s.org, crm.ContactInput{Firstname: &first, Email: &email, Tags: tags})
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

func at(id campaign.ID, rest string) string { return fmt.Sprintf("/app/campaigns/%d%s", id, rest) }

const waitFlow = `{"root":[
	{"id":"pause","kind":"wait","settings":{"for":{"amount":2,"unit":"days"}}},
	{"id":"vip","kind":"condition","settings":{"tag":"vip"},"branches":[
		{"id":"yes","steps":[{"id":"out","kind":"exit"}]},
		{"id":"no","steps":[]}]},
	{"id":"mark","kind":"change_tags","settings":{"add":["welcomed"]}}]}`

package api_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/activities/provider/dns"
	"github.com/mauntic/mauntic/activities/provider/dns/dnstest"
	"github.com/mauntic/mauntic/activities/provider/inbox"
	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/api/campaignapi"
	"github.com/mauntic/mauntic/api/crmapi"
	"github.com/mauntic/mauntic/api/identityapi"
	"github.com/mauntic/mauntic/api/messagingapi"
	"github.com/mauntic/mauntic/api/operationsapi"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/campaignstore"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/operationsstore"
	"github.com/mauntic/mauntic/ui"
)

// site is the whole API on a database, with the services that the program gives it. Temporal is away, but
// says yes to everything.
type site struct {
	t         testing.TB
	db        *store.DB
	app       *fiber.App
	doc       *huma.OpenAPI
	identity  *identity.Service
	crm       *crm.Service
	messaging *messaging.Service
	campaign  *campaign.Service
}

func newSite(t testing.TB, db *store.DB) *site {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: []byte("a secret of thirty-two bytes ...")}})
	if err != nil {
		t.Fatal(err)
	}
	s, letters := &site{t: t, db: db}, messagingstore.New(db)
	s.identity = identity.New(identity.Deps{Store: identitystore.New(db), Tx: db, BaseURL: "https://marketing.example.com"})
	s.crm = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db, Starter: patient{}, Jobs: patient{}, Files: crm.AttachmentQuota{Contact: 1 << 20, Org: 1 << 20}})
	s.messaging = messaging.New(messaging.Deps{
		Store: letters, Tx: db, Contacts: s.crm, Provider: inbox.New(letters), SMS: inbox.NewSMS(letters), Signer: signer,
		BaseURL: "https://marketing.example.com", Log: log, DNS: dns.New(dnstest.New(t).Address()),
	})
	s.campaign = campaign.New(campaign.Deps{
		Tx: db, Store: campaignstore.New(db), Workflows: patient{}, CRM: s.crm, Messaging: s.messaging, Users: s.identity,
		SigningKey: []byte("another secret of thirty-two bytes"), Log: log,
	})
	s.identity.MailBy(s.messaging)
	s.messaging.TellOf(s.campaign)
	s.crm.Listen(s.campaign)
	s.crm.AskUses(s.campaign, s.messaging)
	s.messaging.GuardBy(s.campaign, s.messaging.SenderGate(), s.messaging.RuleGate())
	s.messaging.PauseBy(s.campaign)
	s.messaging.FindCampaignsBy(s.campaign)
	s.mount(log)
	return s
}

// mount serves the API as the program does.
func (s *site) mount(log *slog.Logger) {
	sessions := ui.NewSessions(ui.SessionOptions{Store: identitystore.NewSessions(s.db), Identity: s.identity})
	report := operations.New(operations.Deps{Store: operationsstore.New(s.db), Temporal: patient{}, Messaging: s.messaging, Campaigns: s.campaign, Process: func() operations.Process {
		return operations.Process{Version: "1.4.0", Started: time.Now()}
	}})
	app, a := apitest.NewWith(s.t, api.Options{Identity: s.identity, Sessions: sessions, Answers: store.NewAnswers(s.db), Log: log})
	identityapi.Register(a, s.identity, sessions)
	crmapi.RegisterFiles(app, s.crm)
	crmapi.Register(a, s.crm)
	messagingapi.Register(a, s.messaging)
	campaignapi.Register(a, s.campaign)
	operationsapi.Register(a, report)
	s.app, s.doc = app, a.OpenAPI()
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) media() string { return a.header.Get(fiber.HeaderContentType) }

// send makes a request as whoever has the cookie; "" is nobody.
func (s *site) send(cookie string, r sending) answer {
	s.t.Helper()
	headers := map[string]string{fiber.HeaderCookie: cookie, fiber.HeaderContentType: r.media}
	response, body := apitest.Do(s.t, s.app, apitest.Scenario{Method: r.method, URL: r.url, Body: r.body, Headers: headers})
	return answer{status: response.StatusCode, header: response.Header, body: body}
}

// logIn returns the cookie of a new session.
func (s *site) logIn(email string) string {
	s.t.Helper()
	got := s.send("", sending{method: http.MethodPost, url: "/api/auth/login", media: fiber.MIMEApplicationJSON, body: `{"email":"` + email + `","password":"` + adasPassword + `"}`})
	response := http.Response{Header: got.header}
	if cookies := response.Cookies(); got.status == http.StatusOK && len(cookies) == 1 {
		return cookies[0].Name + "=" + cookies[0].Value
	}
	s.t.Fatalf("%s can't log in: %d %s", email, got.status, got.body)
	return ""
}

// patient stands for Temporal: all is begun, and nothing happens.
type patient struct{}

func (patient) StartImport(context.Context, domain.OrgID, crm.ImportID) error { return nil }
func (patient) StartJob(context.Context, domain.OrgID, crm.JobID) error       { return nil }
func (patient) Start(context.Context, campaign.Journey) (string, error)       { return "run", nil }
func (patient) Wake(context.Context, string, campaign.Happened) (bool, error) { return true, nil }
func (patient) Running(context.Context, string) (bool, error)                 { return true, nil }
func (patient) Namespace(context.Context) (string, error)                     { return "namespace", nil }

func (patient) Doing(context.Context, string) (campaign.Instruction, error) {
	return campaign.Instruction{}, errors.New("nothing runs")
}
func (patient) Version(context.Context) (string, error)            { return "1.29.1", nil }
func (patient) Queues(context.Context) ([]operations.Queue, error) { return nil, nil }

var _ campaign.Workflows = patient{}

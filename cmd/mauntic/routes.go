package main

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"go.temporal.io/sdk/client"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/api/campaignapi"
	"github.com/mauntic/mauntic/api/crmapi"
	"github.com/mauntic/mauntic/api/hookapi"
	"github.com/mauntic/mauntic/api/identityapi"
	"github.com/mauntic/mauntic/api/messagingapi"
	"github.com/mauntic/mauntic/api/operationsapi"
	"github.com/mauntic/mauntic/api/trackapi"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/ui"
	"github.com/mauntic/mauntic/ui/assets"
	"github.com/mauntic/mauntic/ui/campaignui"
	"github.com/mauntic/mauntic/ui/crmui"
	"github.com/mauntic/mauntic/ui/homeui"
	"github.com/mauntic/mauntic/ui/identityui"
	"github.com/mauntic/mauntic/ui/kitui"
	"github.com/mauntic/mauntic/ui/messagingui"
	"github.com/mauntic/mauntic/ui/operationsui"
	"github.com/mauntic/mauntic/ui/publicui"
	"github.com/mauntic/mauntic/ui/searchui"
	"github.com/mauntic/mauntic/ui/shellui"
)

// mount puts everything that people and programs can reach on the site. Opens and clicks go to
// recorder.
func (a *app) mount(site *fiber.App, recorder *trackapi.Recorder) error {
	sameOrigin, err := api.SameOrigin(a.Config.BaseURL, "/u/", "/t/", "/s/", "/hooks/")
	if err != nil {
		return domain.Unavailable("MAUNTIC_BASE_URL must look like https://marketing.example.com.")
	}
	sessions := ui.NewSessions(ui.SessionOptions{
		Store: identitystore.NewSessions(a.DB), Identity: a.identity, Secure: a.Config.secure(),
	})
	a.recorder = recorder
	api.MountHealth(site, a.Log, a.checks())
	assets.Register(site)
	trackapi.Register(site, a.messaging, recorder)
	publicui.Register(site, a.messaging, a.Log)
	if a.events.hook != nil {
		hookapi.RegisterSES(site, a.signer, a.events.hook, a.Log)
	}
	if a.Config.SMS == "twilio" {
		hookapi.RegisterTwilio(site, a.signer, a.Config.twilioReceiver(a.messaging), a.Log)
	}
	site.Use(sameOrigin)
	a.mountAPI(site, sessions)
	a.mountPages(site, sessions)
	site.Use(temporalPath, sessions.Handler, operatorsOnly)
	return nil
}

func (a *app) checks() map[string]api.Check {
	return map[string]api.Check{
		"postgres": a.DB.Pool().Ping,
		"temporal": func(ctx context.Context) error {
			_, err := a.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{})
			return err
		},
	}
}

// mountAPI serves /api and returns its description.
func (a *app) mountAPI(site *fiber.App, sessions *ui.Sessions) huma.API {
	programs := api.New(site, api.Options{
		Identity: a.identity, Sessions: sessions, Answers: store.NewAnswers(a.DB), Log: a.Log,
		Version: version, AllowedOrigins: a.Config.AllowedOrigins,
	})
	identityapi.Register(programs, a.identity, sessions)
	crmapi.RegisterFiles(site, a.crm) // first: /contacts/export is no contact
	crmapi.Register(programs, a.crm)
	messagingapi.Register(programs, a.messaging)
	campaignapi.Register(programs, a.campaign)
	operationsapi.Register(programs, a.operations)
	return programs
}

func (a *app) mountPages(site *fiber.App, sessions *ui.Sessions) {
	ui.New(site, ui.Options{
		Sessions: sessions, Identity: a.identity, Pauses: a.messaging, Works: a.crm, Secure: a.Config.secure(), Uploads: []string{crmui.UploadPath, crmui.AttachmentUploads, messagingui.SuppressionUploadPath},
	})
	shellui.Register(site, shellui.Deps{Identity: a.identity, CRM: a.crm})
	if a.Config.Development {
		kitui.Register(site)
	}
	searchui.Register(site, searchui.Deps{CRM: a.crm, Messaging: a.messaging, Campaigns: a.campaign})
	identityui.Register(site, identityui.Deps{Identity: a.identity, Sessions: sessions})
	homeui.Register(site, homeui.Deps{Identity: a.identity, CRM: a.crm, Messaging: a.messaging, Campaigns: a.campaign})
	crmui.Register(site, crmui.Deps{Contacts: a.crm, Messaging: a.messaging, Identity: a.identity})
	messagingui.Register(site, messagingui.Deps{Messaging: a.messaging, CRM: a.crm})
	campaignui.Register(site, campaignui.Deps{
		Campaigns: a.campaign, CRM: a.crm, Messaging: a.messaging, Namespace: a.Config.Temporal.Namespace,
	})
	operationsui.Register(site, operationsui.Deps{
		Operations: a.operations, Campaigns: a.campaign, Namespace: a.Config.Temporal.Namespace,
	})
}

// operatorsOnly lets those pass who operate the installation. Others may sign in first.
func operatorsOnly(c *fiber.Ctx) error {
	switch {
	case ui.Operates(c):
		return c.Next()
	case !identity.ActorFrom(c.UserContext()).SignedIn():
		return c.Redirect(ui.SignInURL(c.OriginalURL()))
	}
	return domain.Forbidden("Only those who operate this installation may see its workflows.")
}

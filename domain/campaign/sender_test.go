package campaign_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/campaignstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// zone is a DNS with texts only.
type zone map[string][]string

func (z zone) TXT(_ context.Context, name string) ([]string, error) { return z[name], nil }
func (zone) CNAME(context.Context, string) (string, error)          { return "", nil }
func (zone) MX(context.Context, string) ([]string, error)           { return nil, nil }
func (zone) Addrs(context.Context, string) ([]netip.Addr, error)    { return nil, nil }

func TestACampaignWaitsForItsSendersDomain(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: []byte("a secret of thirty-two bytes ...")}})
	if err != nil {
		t.Fatal(err)
	}
	dns := zone{}
	log := slog.New(slog.DiscardHandler)
	mail := messaging.New(messaging.Deps{
		Store: messagingstore.New(w.DB), Tx: w.DB, Contacts: w.CRM, Provider: w.Provider, Signer: signer,
		BaseURL: "http://mauntic.test", Log: log, DNS: dns, VerifySenders: true,
	})
	campaigns := campaign.New(campaign.Deps{Tx: w.DB, Store: campaignstore.New(w.DB), CRM: w.CRM, Messaging: mail, Log: log})
	email := w.Email(t, "Welcome")
	document := fmt.Sprintf(`{"root": [{"id": "a", "kind": "send_email", "settings": {"email": %d}}]}`, email.ID)

	// One that runs since before anybody asked goes on, and says what is wrong.
	old := w.Publish(t, "Old", document)
	problems, err := campaigns.SenderProblems(w.Ctx(), w.Org, old.ID)
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].String(), "example.com is not set up for sending") {
		t.Errorf("%v, %v", problems, err)
	}
	if _, err := campaigns.Pause(w.Ctx(), w.Org, old.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := campaigns.Resume(w.Ctx(), w.Org, old.ID); !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), "example.com") {
		t.Errorf("resumed: %v", err)
	}

	draft, err := campaigns.CreateCampaign(w.Ctx(), w.Org, campaign.Input{Name: "New", Flow: parse(t, document)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := campaigns.Publish(w.Ctx(), w.Org, draft.ID); domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), "not set up for sending") {
		t.Errorf("published: %v", err)
	}
	added, err := mail.AddSenderDomain(w.Ctx(), w.Org, "example.com", "")
	if err != nil {
		t.Fatal(err)
	}
	dns[added.Selector+"._domainkey.example.com"] = []string{"v=DKIM1; k=rsa; p=" + added.PublicKey}
	if _, err := mail.CheckSenderDomain(w.Ctx(), w.Org, added.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := campaigns.Publish(w.Ctx(), w.Org, draft.ID); err != nil {
		t.Errorf("the domain is ready: %v", err)
	}
	if _, err := campaigns.Resume(w.Ctx(), w.Org, old.ID); err != nil {
		t.Errorf("the domain is ready: %v", err)
	}
}

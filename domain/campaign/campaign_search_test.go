package campaign_test

import (
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest/world"
)

func TestMessagesAreFoundByTheNameOfTheirCampaign(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	const exit = `{"root": [{"id": "x", "kind": "exit"}]}`
	spring, autumn := w.Publish(t, "Spring fair", exit), w.Publish(t, "Autumn sale", exit)
	anna := w.Contact(t, crm.ContactInput{Email: new("anna@example.com")})
	for key, id := range map[string]int64{"s": int64(spring.ID), "a": int64(autumn.ID), "none": 0} {
		_, err := w.Messaging.Decide(w.Ctx(), w.Org, messaging.Decision{Key: key, Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: anna.ID, Campaign: id})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, _, values, err := w.Messaging.CompleteMessageSearch(w.Ctx(), w.Org, "ann campaign:s", 14); err != nil || len(values) != 2 || values[0].Value != "Autumn sale" {
		t.Errorf("campaign:s becomes %v, %v", values, err)
	}
	for search, want := range map[string]int{"campaign:spring": 1, "!campaign:spring": 2, "campaign:*s* state:ready": 2, "campaign:winter": 0} {
		found, err := w.Messaging.Messages(w.Ctx(), w.Org, messaging.MessageQuery{PageQuery: domain.PageQuery{Search: search}})
		if err != nil || found.Total != want {
			t.Errorf("%s finds %d, %v; want %d.", search, found.Total, err, want)
		}
	}
}

package campaignui_test

import (
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/messagingstore"
)

func TestTheCampaignPageSaysWhyNothingGoesOut(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	if s.get(at(made.ID, "")).Find(`#live [role=note]`).Length() > 0 {
		t.Error("There is a notice, but nothing waits.")
	}
	letters := messagingstore.New(s.db)
	for n := range 3 {
		m, err := letters.InsertMessage(s.ctx, s.org, messaging.NewMessage{Sid: fmt.Sprint("sid-", n), Decision: messaging.Decision{
			Key: fmt.Sprint(n), Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Campaign: int64(made.ID),
		}})
		if err != nil {
			t.Fatal(err)
		}
		if err := letters.AwaitProvider(s.ctx, s.org, m.ID, "<b>It</b> can't be reached. It said: anna@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	live := s.get(at(made.ID, ""), "live")
	live.has(t, `#live [role=note]:contains("3 messages wait, the first since")`)
	live.has(t, `#live [role=note]:contains("<b>It</b> can't be reached. Nothing is lost:")`)
	if live.Find(`[role=note]:contains("anna")`).Length() > 0 {
		t.Error("The notice shows what the provider said, which may name a recipient.")
	}
}

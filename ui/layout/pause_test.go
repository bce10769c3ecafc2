package layout_test

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

func TestEverybodySeesThatSendingIsPausedAndOperatorsCanResume(t *testing.T) {
	t.Parallel()
	pause := &messaging.Pause{Reason: "It was restored from <a> backup."}
	for _, c := range []struct {
		role    identity.Role
		pause   *messaging.Pause
		banners int
		buttons int
	}{
		{identity.RoleUser, pause, 1, 0},
		{identity.RoleAdmin, pause, 1, 0},
		{identity.RoleSuperadmin, pause, 1, 1},
		{identity.RoleSuperadmin, nil, 0, 0},
	} {
		ctx := page.With(context.Background(), page.Ctx{User: identity.Actor{Org: 1, User: 1, Role: c.role}, Pause: c.pause})
		var html strings.Builder
		if err := layout.App("Home", layout.Home).Render(templ.WithChildren(ctx, templ.Raw("<h1>Home</h1>")), &html); err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html.String()))
		if err != nil {
			t.Fatal(err)
		}
		banner := doc.Find("#sending-paused")
		if banner.Length() != c.banners || c.banners == 1 && !strings.Contains(banner.Text(), pause.Reason.English()) {
			t.Errorf("%s: the banner says %q.", c.role, banner.Text())
		}
		button := banner.Find(`button[hx-post="/app/sending/resume"][hx-confirm]`)
		if button.Length() != c.buttons {
			t.Errorf("%s sees %d buttons to resume, want %d.", c.role, button.Length(), c.buttons)
		}
	}
}

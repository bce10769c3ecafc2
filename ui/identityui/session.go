package identityui

import (
	"context"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const sessionsPath = profilePath + "/sessions"

func (p pages) registerSessions(r fiber.Router) {
	r.Post(sessionsPath+"/end-others", p.endOtherSessions)
	r.Post(sessionsPath+"/:id/end", p.endSession)
}

type sessionRow struct {
	identity.Session
	Device string
	End    component.ConfirmProps
}

func (p pages) endSession(c *fiber.Ctx) error {
	id, err := page.ID[identity.SessionID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Identity.EndSession(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, profilePath, words.T(c.UserContext(), "That browser is logged out."))
}

func (p pages) endOtherSessions(c *fiber.Ctx) error {
	if err := p.Identity.EndOtherSessions(c.UserContext(), org(c)); err != nil {
		return err
	}
	return page.Redirect(c, profilePath, words.T(c.UserContext(), "All other browsers are logged out."))
}

func sessionRows(ctx context.Context, sessions []identity.Session) []sessionRow {
	rows := make([]sessionRow, len(sessions))
	for i, s := range sessions {
		device := deviceName(ctx, s.UserAgent)
		rows[i] = sessionRow{Session: s, Device: device, End: component.ConfirmProps{
			ButtonProps: component.ButtonProps{Label: words.T(ctx, "Log out"), Small: true},
			Action:      fmt.Sprintf("%s/%d/end", sessionsPath, s.ID),
			Title:       words.F(ctx, "Log out of {{.Device}}?", words.Data{"Device": device}),
			Text:        words.T(ctx, "What is typed there and not saved is lost."),
			Yes:         words.T(ctx, "Log out"),
		}}
	}
	return rows
}

func endOthers(ctx context.Context, others int) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Log out everywhere else"), Look: component.Danger},
		Action:      sessionsPath + "/end-others",
		Title:       words.T(ctx, "Log out everywhere else?"),
		Text: words.N(ctx, others, "{{.Count}} other browser is logged out at once. What is typed there and not saved is lost.",
			"{{.Count}} other browsers are logged out at once. What is typed there and not saved is lost."),
		Yes: words.T(ctx, "Log out"),
	}
}

// Browsers and systems by what their user agent contains; the first that matches counts, as many name
// others too. They are names of products.
var (
	browserNames = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}, {"curl", "curl"}}
	systemNames  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

// deviceName says which browser and system sent a user agent, as far as one can tell.
func deviceName(ctx context.Context, userAgent string) string {
	browser, system := nameIn(browserNames, userAgent), nameIn(systemNames, userAgent)
	switch {
	case browser == "" && system == "":
		return words.T(ctx, "An unknown browser")
	case system == "":
		return browser
	case browser == "":
		return system
	}
	return words.F(ctx, "{{.Browser}} on {{.System}}", words.Data{"Browser": browser, "System": system})
}

func nameIn(names [][2]string, userAgent string) string {
	for _, name := range names {
		if strings.Contains(userAgent, name[0]) {
			return name[1]
		}
	}
	return ""
}

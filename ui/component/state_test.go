package component_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
)

func TestAnEmptyListAsksOnlyThoseToFillItWhoMay(t *testing.T) {
	t.Parallel()
	button := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<button>New email</button>")
		return err
	})
	for role, want := range map[identity.Role]string{identity.RoleUser: "Write one. New email", identity.RoleViewer: "They appear here."} {
		ctx := identity.WithActor(t.Context(), identity.Actor{Org: 1, User: 1, Role: role})
		var out bytes.Buffer
		err := component.EmptyList(component.EmptyProps{
			Icon: "mail", Title: "No emails yet", Needs: identity.EditEmails, Write: "Write one.", Read: "They appear here.",
		}).Render(templ.WithChildren(ctx, button), &out)
		if err != nil {
			t.Fatal(err)
		}
		html := out.String()
		for said := range strings.SplitSeq("Write one.|New email|They appear here.", "|") {
			if strings.Contains(html, said) != strings.Contains(want, said) {
				t.Errorf("for somebody with the role %s: %q is there: %t", role, said, strings.Contains(html, said))
			}
		}
	}
}

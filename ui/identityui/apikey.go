package identityui

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	keysPath = "/app/settings/api-keys"
	keysList = "api-keys"
	keyForm  = "api-key-form"
)

var keyColumns = []component.Column{
	{Label: words.Mark("Name"), Sort: "name"}, {Label: words.Mark("Key"), Plain: true}, {Label: words.Mark("Role"), Wide: true}, {Label: words.Mark("Last used")}, {Label: words.Mark("Created"), Sort: "createdAt", Wide: true}, {Label: words.Mark("Actions"), Mute: true},
}

func (p pages) registerAPIKeys(r fiber.Router) {
	r.Get(keysPath, p.listKeys)
	r.Post(keysPath, p.createKey)
	r.Post(keysPath+"/:id/revoke", p.revokeKey)
}

type keysView struct {
	List component.List
	Rows []keyRow
	New  newKeyView
}

type keyRow struct {
	identity.APIKey
	RoleName string
	Revoke   component.ConfirmProps
}

type newKeyView struct {
	Name, Role string
	Errors     component.Errors

	Made, Secret string // name and secret of a key, shown once, right after it was made
}

// keyRoles are the roles that a key can have.
func keyRoles(ctx context.Context) []roleChoice {
	return []roleChoice{
		{string(identity.RoleViewer), roleName(ctx, identity.RoleViewer), words.T(ctx, "Only reads, and exports no contacts.")},
		{string(identity.RoleUser), roleName(ctx, identity.RoleUser), words.T(ctx, "Contacts, emails and campaigns.")},
		{string(identity.RoleAdmin), roleName(ctx, identity.RoleAdmin), words.T(ctx, "Settings, users and keys, too.")},
	}
}

func (p pages) listKeys(c *fiber.Ctx) error { return p.showKeys(c, fiber.StatusOK, newKeyView{}) }

func (p pages) createKey(c *fiber.Ctx) error {
	v := newKeyView{Name: c.FormValue("name"), Role: c.FormValue("role")}
	_, secret, err := p.Identity.CreateAPIKey(c.UserContext(), org(c), identity.APIKeyInput{Name: v.Name, Role: identity.Role(v.Role)})
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v.Errors = found
		return p.showKeys(c, fiber.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return p.showKeys(c, fiber.StatusOK, newKeyView{Made: v.Name, Secret: secret})
}

func (p pages) revokeKey(c *fiber.Ctx) error {
	id, err := page.ID[identity.APIKeyID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Identity.RevokeAPIKey(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, keysPath, words.T(c.UserContext(), "The key is revoked."))
}

func (p pages) showKeys(c *fiber.Ctx, status int, created newKeyView) error {
	q := page.Query(c)
	found, err := p.Identity.APIKeys(c.UserContext(), org(c), q)
	if err != nil {
		return err
	}
	v := keysView{
		List: component.ListOf(keysPath, keysList, q, found), New: created,
		Rows: domain.MapPage(found, func(k identity.APIKey) keyRow { return keyRowOf(c.UserContext(), k) }).Items,
	}
	return page.Render(c, status, keysPage(v), page.Part{ID: keysList, Show: keysTable(v)})
}

func keyRowOf(ctx context.Context, k identity.APIKey) keyRow {
	return keyRow{APIKey: k, RoleName: roleName(ctx, k.Role), Revoke: component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Revoke"), Look: component.Danger, Small: true},
		Action:      fmt.Sprintf("%s/%d/revoke", keysPath, k.ID),
		Title:       words.F(ctx, "Revoke the key “{{.Name}}”?", words.Data{"Name": k.Name}),
		Text:        words.T(ctx, "Programs that use it are refused at once. This cannot be undone."),
		Yes:         words.T(ctx, "Revoke"),
	}}
}

package identityui

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

const (
	keysPath = "/app/settings/api-keys"
	keysList = "api-keys"
	keyForm  = "api-key-form"
)

var keyColumns = []component.Column{
	{Label: "Name", Sort: "name"}, {Label: "Key"}, {Label: "Role", Wide: true}, {Label: "Last used", Wide: true}, {Label: "Created", Sort: "createdAt", Wide: true}, {Label: "Actions"},
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

var keyRoles = []component.Option{
	{Value: string(identity.RoleUser), Label: "User: contacts, emails and campaigns"},
	{Value: string(identity.RoleAdmin), Label: "Administrator: settings, users and keys too"},
}

func (p pages) listKeys(c *fiber.Ctx) error { return p.showKeys(c, fiber.StatusOK, newKeyView{}) }

func (p pages) createKey(c *fiber.Ctx) error {
	v := newKeyView{Name: c.FormValue("name"), Role: c.FormValue("role")}
	_, secret, err := p.Identity.CreateAPIKey(c.UserContext(), org(c), identity.APIKeyInput{Name: v.Name, Role: identity.Role(v.Role)})
	if found, ok := component.ErrorsFrom(err); ok {
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
	return page.Redirect(c, keysPath, "The key is revoked.")
}

func (p pages) showKeys(c *fiber.Ctx, status int, created newKeyView) error {
	q := page.Query(c)
	found, err := p.Identity.APIKeys(c.UserContext(), org(c), q)
	if err != nil {
		return err
	}
	v := keysView{
		List: component.ListOf(keysPath, keysList, q, found), New: created,
		Rows: domain.MapPage(found, keyRowOf).Items,
	}
	return page.Render(c, status, keysPage(v), page.Part{ID: keysList, Show: keysTable(v)})
}

func keyRowOf(k identity.APIKey) keyRow {
	return keyRow{APIKey: k, RoleName: roleNames[k.Role], Revoke: component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: "Revoke", Look: component.Danger, Small: true},
		Action:      fmt.Sprintf("%s/%d/revoke", keysPath, k.ID),
		Title:       fmt.Sprintf("Revoke the key %q?", k.Name),
		Text:        "Programs that use it are refused at once. This cannot be undone.",
		Yes:         "Revoke",
	}}
}

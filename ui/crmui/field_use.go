package crmui

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// fieldUsesView is what keeps a field from being deleted.
type fieldUsesView struct {
	Field crm.Field
	Uses  []fieldUseRow
}

type fieldUseRow struct{ Kind, Name, Href string }

// fieldUseKinds say what uses a field, and where that is.
var fieldUseKinds = map[crm.FieldUseKind]struct{ label, path string }{
	crm.UsedByCampaign: {words.Mark("Campaign"), "/app/campaigns/%d"},
	crm.UsedByEmail:    {words.Mark("Email"), "/app/emails/%d"},
	crm.UsedBySMS:      {words.Mark("SMS"), "/app/sms/%d"},
	crm.UsedByView:     {words.Mark("View of contacts"), contactsPath + "?view=%d"},
	crm.UsedByImport:   {words.Mark("Import"), importsPath + "/%d"},
}

func fieldUsesPath(id crm.FieldID) string { return fieldPath(id) + "/uses" }

func (p *pages) fieldUses(c *fiber.Ctx) error {
	id, err := page.ID[crm.FieldID](c, "id")
	if err != nil {
		return err
	}
	ctx, v := c.UserContext(), fieldUsesView{}
	if v.Field, err = p.Contacts.Field(ctx, orgOf(c), id); err != nil {
		return err
	}
	uses, err := p.Contacts.FieldUses(ctx, orgOf(c), id)
	if err != nil {
		return err
	}
	for _, use := range uses {
		v.Uses = append(v.Uses, fieldUseOf(ctx, use))
	}
	return page.Render(c, fiber.StatusOK, fieldUsesPage(v))
}

func fieldUseOf(ctx context.Context, use crm.FieldUse) fieldUseRow {
	kind := fieldUseKinds[use.Kind]
	if use.Name == "" {
		return fieldUseRow{Kind: words.Say(ctx, kind.label), Name: words.T(ctx, "A colleague's own view")}
	}
	return fieldUseRow{Kind: words.Say(ctx, kind.label), Name: use.Name, Href: fmt.Sprintf(kind.path, use.ID)}
}

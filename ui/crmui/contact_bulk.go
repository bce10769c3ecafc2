package crmui

import (
	"context"
	"slices"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// bulkDialogPath shows what will be done to the chosen contacts: ?action=… with the form of the bulk bar.
const bulkDialogPath = contactsPath + "/bulk/dialog?action="

// mayEdit says whether the person may change contacts, and what they are marked with.
func mayEdit(ctx context.Context) bool { return page.May(ctx, identity.EditContacts) }

// mayExport says whether the person may take contacts away as a file.
func mayExport(ctx context.Context) bool { return page.May(ctx, identity.ExportContacts) }

// bulkActions are what the person may do to many contacts, the most usual ones first.
func bulkActions(ctx context.Context) []component.BulkAction {
	actions := []component.BulkAction{
		{Label: words.T(ctx, "Add tags"), Icon: "tag", Href: bulkDialogPath + "add_tags"},
		{Label: words.T(ctx, "Add to segment"), Icon: "users", Href: bulkDialogPath + "add_to_segment"},
		{Label: words.T(ctx, "Export"), Icon: "download", Href: bulkDialogPath + exportAction},
		{Label: words.T(ctx, "Remove tags"), Icon: "tags", Href: bulkDialogPath + "remove_tags", Quiet: true},
		{Label: words.T(ctx, "Remove from segment"), Icon: "circle-x", Href: bulkDialogPath + "remove_from_segment", Quiet: true},
		{Label: words.T(ctx, "Change owner"), Icon: "user-pen", Href: bulkDialogPath + "set_owner", Quiet: true},
		{Label: words.T(ctx, "Set a field"), Icon: "pencil", Href: bulkDialogPath + "set_field", Quiet: true},
		{Label: words.T(ctx, "Change points"), Icon: "zap", Href: bulkDialogPath + "change_points", Quiet: true},
		{Label: words.T(ctx, "Do not contact"), Icon: "ban", Href: bulkDialogPath + "set_do_not_contact", Quiet: true},
		{Label: words.T(ctx, "Allow contact again"), Icon: "circle-check", Href: bulkDialogPath + "clear_do_not_contact", Quiet: true},
		{Label: words.T(ctx, "Delete"), Icon: "trash-2", Href: bulkDialogPath + "delete", Quiet: true, Bad: true},
	}
	if !mayExport(ctx) {
		actions = slices.DeleteFunc(actions, func(a component.BulkAction) bool { return a.Href == bulkDialogPath+exportAction })
	}
	return actions
}

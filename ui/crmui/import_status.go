package crmui

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

func importSub(ctx context.Context, v importView) string {
	columns := words.N(ctx, len(v.Columns), "{{.Count}} column", "{{.Count}} columns")
	if v.Creator == "" {
		return words.F(ctx, "{{.Columns}}, {{.Encoding}}, uploaded {{.When}}",
			words.Data{"Columns": columns, "Encoding": v.Settings.Encoding, "When": component.DateTime(ctx, v.CreatedAt)})
	}
	return words.F(ctx, "{{.Columns}}, {{.Encoding}}, uploaded by {{.Who}} {{.When}}",
		words.Data{"Columns": columns, "Encoding": v.Settings.Encoding, "Who": v.Creator, "When": component.DateTime(ctx, v.CreatedAt)})
}

func headerOf(ctx context.Context, column crm.ImportColumn, i int) string {
	if column.Header == "" {
		return words.F(ctx, "Column {{.No}}", words.Data{"No": i + 1})
	}
	return column.Header
}

// importSentence says in a sentence how things stand.
func importSentence(ctx context.Context, v importView) string {
	switch v.State {
	case crm.ImportMapping:
		return words.T(ctx, "The check is done. Nothing was changed.")
	case crm.ImportChecking:
		return words.T(ctx, "The whole file is read. Nothing is changed.")
	case crm.ImportQueued:
		return words.T(ctx, "It starts in a moment.")
	case crm.ImportRunning:
		return words.F(ctx, "{{.Percent}} % of the file is imported.", words.Data{"Percent": v.Percent()})
	case crm.ImportDone:
		if v.Rejected == 0 {
			return words.T(ctx, "Every row was imported.")
		}
		return words.N(ctx, int(v.Rejected), "{{.Count}} row was not imported.", "{{.Count}} rows were not imported.")
	case crm.ImportFailed:
		return words.Kept(ctx, v.Error)
	case crm.ImportUndoing:
		return words.F(ctx, "{{.Done}} of {{.Total}} contacts are as they were before.", words.Data{"Done": words.Number(int(v.Undo.Done)), "Total": words.Number(int(v.Undo.Total))})
	case crm.ImportUndone:
		return words.T(ctx, "The import was undone.")
	}
	return words.T(ctx, "What was imported before stays.")
}

// troubleSentence says where an import fails again and again, since when, and what to do.
func troubleSentence(ctx context.Context, v importView) string {
	t := v.Trouble
	data := words.Data{"Place": words.Number(int(t.Place)), "Since": component.DateTime(ctx, t.Since), "Error": t.Error}
	if v.State == crm.ImportUndoing {
		return words.NF(ctx, t.Tries, "The contacts behind the first {{.Place}} could not be put back since {{.Since}}, tried {{.Count}} time. Nothing is lost: it is tried again every minute and goes on by itself. If it stays so, give the error number {{.Error}} to those who run Mauntic for you.",
			"The contacts behind the first {{.Place}} could not be put back since {{.Since}}, tried {{.Count}} times. Nothing is lost: it is tried again every minute and goes on by itself. If it stays so, give the error number {{.Error}} to those who run Mauntic for you.", data)
	}
	return words.NF(ctx, t.Tries, "The rows from {{.Place}} on could not be stored since {{.Since}}, tried {{.Count}} time. Nothing is lost: it is tried again every minute and goes on by itself. If it stays so, give the error number {{.Error}} to those who run Mauntic for you.",
		"The rows from {{.Place}} on could not be stored since {{.Since}}, tried {{.Count}} times. Nothing is lost: it is tried again every minute and goes on by itself. If it stays so, give the error number {{.Error}} to those who run Mauntic for you.", data)
}

// paceSentence says how fast it goes and how long it still takes, as far as that is known.
func paceSentence(ctx context.Context, v importView) string {
	if v.State == crm.ImportUndoing {
		pace, left := v.Undo.Pace(v.Now)
		return contactPace(ctx, pace, left)
	}
	pace, left := v.Pace(v.Now)
	switch {
	case pace == 0:
		return ""
	case left < time.Second:
		return words.N(ctx, pace, "{{.Count}} row a second", "{{.Count}} rows a second")
	}
	return words.NF(ctx, pace, "{{.Count}} row a second, about {{.Left}} left", "{{.Count}} rows a second, about {{.Left}} left",
		words.Data{"Left": component.Duration(ctx, left)})
}

// contactPace says how fast work on contacts goes, and how long it still takes.
func contactPace(ctx context.Context, pace int, left time.Duration) string {
	data := words.Data{"Pace": words.Number(pace), "Left": component.Duration(ctx, left)}
	switch {
	case pace == 0:
		return ""
	case left < time.Second:
		return words.F(ctx, "{{.Pace}} contacts a second", data)
	}
	return words.F(ctx, "{{.Pace}} contacts a second, about {{.Left}} left", data)
}

// importedPath lists the contacts of an import.
func importedPath(v importView) string {
	return fmt.Sprintf("%s?search=import_id%%3A%d", contactsPath, v.ID)
}

// undoSentences say what undoing did, and what it left, as far as there is something to say.
func undoSentences(ctx context.Context, u *crm.ImportUndo) []string {
	var said []string
	add := func(n int64, sentence string) {
		if n > 0 {
			said = append(said, sentence)
		}
	}
	add(u.Deleted, words.N(ctx, int(u.Deleted), "{{.Count}} contact that the import had made is in the trash, where it stays for 30 days.",
		"{{.Count}} contacts that the import had made are in the trash, where they stay for 30 days."))
	add(u.Restored, words.N(ctx, int(u.Restored), "{{.Count}} contact that it had changed is as it was before.",
		"{{.Count}} contacts that it had changed are as they were before."))
	add(u.Partly, words.NF(ctx, int(u.Partly), "{{.Count}} contact keeps fields that can't be put back: {{.Fields}} in all.",
		"{{.Count}} contacts keep fields that can't be put back: {{.Fields}} in all.", words.Data{"Fields": words.Number(int(u.Fields))}))
	add(u.Fields-u.Taken, words.N(ctx, int(u.Fields-u.Taken), "{{.Count}} field was changed by somebody since, and stays.",
		"{{.Count}} fields were changed by somebody since, and stay."))
	add(u.Taken, words.N(ctx, int(u.Taken), "{{.Count}} email address or identifying value stays as it is, because another contact has the old one now.",
		"{{.Count}} email addresses or identifying values stay as they are, because other contacts have the old ones now."))
	add(u.Kept, words.N(ctx, int(u.Kept), "{{.Count}} contact that it had made was changed since, and stays.",
		"{{.Count}} contacts that it had made were changed since, and stay."))
	add(u.Gone, words.N(ctx, int(u.Gone), "{{.Count}} contact was deleted already.", "{{.Count}} contacts were deleted already."))
	return said
}

func cancelTitle(ctx context.Context, v importView) string {
	if v.State == crm.ImportChecking {
		return words.T(ctx, "Stop checking?")
	}
	return words.T(ctx, "Cancel this import?")
}

func cancelText(ctx context.Context, v importView) string {
	if v.State == crm.ImportChecking {
		return words.T(ctx, "You come back to the columns. Nothing was changed.")
	}
	return words.T(ctx, "It stops where it is. What was imported stays, and can be undone.")
}

// startLabel repeats the numbers of a dry run on the button that makes them true.
func startLabel(ctx context.Context, t *crm.ImportTrial) string {
	return words.F(ctx, "Import now: {{.Created}} new, {{.Updated}} updated", words.Data{
		"Created": words.Number(int(t.Created)), "Updated": words.Number(int(t.Updated)),
	})
}

// checkLabel is on the button that checks the file, before or after it was.
func checkLabel(ctx context.Context, v importView) string {
	if v.Trial != nil {
		return words.T(ctx, "Check the file again")
	}
	return words.T(ctx, "Check the file")
}

// checkLook makes checking the main thing to do, until that is importing what was checked.
func checkLook(v importView) component.Look {
	if v.Trial != nil {
		return component.Plain
	}
	return component.Main
}

package crm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ImportStart says how a file is started.
type ImportStart struct {
	DryRun bool     // nothing is written but what would happen
	Fields []string // what the columns mean, "" to leave one out; nil: as the import says
	Tags   []string // given to every contact of the file, besides those that the import names
}

// StartImport queues an import, or its dry run, and sets it in motion; while that is not possible it
// stays queued. One that is queued or checked already is set in motion again, which does no harm; a
// running or finished one is a Conflict. A start makes the custom fields and the list that the
// mapping speaks of; a dry run makes nothing.
func (s *Service) StartImport(ctx context.Context, org domain.OrgID, id ImportID, start ImportStart) (Import, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Import{}, err
	}
	if s.starter == nil {
		return Import{}, domain.Unavailable("Imports can't run here: this process knows no Temporal server.")
	}
	var imp Import
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if imp, err = s.store.LockImport(ctx, org, id); err != nil {
			return err
		}
		switch {
		case imp.State == ImportQueued && !start.DryRun, imp.State == ImportChecking && start.DryRun:
			return nil
		case imp.State == ImportChecking:
			return domain.Conflict("Import %d is being checked. Wait for the end, or cancel the check.", id)
		case imp.State != ImportMapping:
			return domain.Conflict("Import %d can't be started: it is %s.", id, imp.State)
		}
		if err := s.queue(ctx, org, &imp, start); err != nil {
			return err
		}
		return s.store.SaveImport(ctx, org, imp)
	})
	if err != nil {
		return Import{}, err
	}
	// A queued import starts by itself as soon as it can: see ResumeImports.
	_ = s.starter.StartImport(ctx, org, id)
	return imp, nil
}

// queue takes over what the columns mean, if that makes sense, and puts the import to its first row.
func (s *Service) queue(ctx context.Context, org domain.OrgID, imp *Import, start ImportStart) error {
	patch := ImportPatch{}
	if start.Fields != nil {
		patch.Columns = make([]ImportColumn, len(start.Fields))
		for n, field := range start.Fields {
			patch.Columns[n].Field = field
		}
		if err := s.makeUnknown(ctx, org, *imp, patch.Columns); err != nil {
			return err
		}
	}
	if len(start.Tags) > 0 {
		patch.Tags = slices.Concat(imp.Settings.Tags, start.Tags)
	}
	if err := s.change(ctx, org, imp, patch); err != nil {
		return err
	}
	defs, err := s.importFields(ctx, org)
	if err != nil {
		return err
	}
	if err := imp.checkColumns(defs); err != nil {
		return err
	}
	if imp.Settings.FirstRow == 0 { // uploaded by an older version
		imp.Settings.FirstByte, imp.Settings.FirstRow = imp.BytesDone, imp.NextRow
	}
	imp.rewind()
	if start.DryRun {
		imp.State, imp.Trial = ImportChecking, nil
		return s.store.DropTrialContacts(ctx, org, imp.ID)
	}
	imp.State = ImportQueued
	return s.makeTargets(ctx, org, imp)
}

// makeTargets makes the custom fields and the list that a mapping speaks of.
func (s *Service) makeTargets(ctx context.Context, org domain.OrgID, imp *Import) error {
	for i := range imp.Columns {
		column := &imp.Columns[i]
		if column.New == nil {
			continue
		}
		field, err := s.makeField(ctx, org, *column)
		if found, ok := errors.AsType[*domain.Error](err); ok {
			return domain.Refuse(found.Kind, fmt.Sprintf("columns[%d]", i), found.Phrase())
		}
		if err != nil {
			return err
		}
		column.Field, column.New = importCustom+field, nil
	}
	if imp.Settings.NewList == "" {
		return nil
	}
	segment, err := s.CreateSegment(ctx, org, SegmentInput{Name: imp.Settings.NewList})
	if found, ok := errors.AsType[*domain.Error](err); ok {
		return domain.Refuse(found.Kind, "newList", found.Phrase())
	}
	imp.Settings.Segment, imp.Settings.NewList = segment.ID, ""
	return err
}

// cutCustom returns the alias of a custom field that is named with "fields.".
func cutCustom(name string) (alias string, custom bool) { return strings.CutPrefix(name, importCustom) }

func lower(text string) string { return strings.ToLower(text) }

// makeField makes the custom field of a column and returns its alias.
func (s *Service) makeField(ctx context.Context, org domain.OrgID, column ImportColumn) (string, error) {
	alias, _ := cutCustom(column.Field)
	field, err := s.CreateField(ctx, org, FieldInput{Alias: alias, Label: column.New.Label, Type: column.New.Type})
	return field.Alias, err
}

// makeUnknown has text fields made for columns that name a custom field that is not there.
func (s *Service) makeUnknown(ctx context.Context, org domain.OrgID, imp Import, columns []ImportColumn) error {
	set, err := s.FieldSet(ctx, org)
	if err != nil {
		return err
	}
	for n := range columns {
		alias, custom := cutCustom(columns[n].Field)
		if !custom || set.defined(alias) || aliasProblem(alias) != nil || n >= len(imp.Columns) {
			continue
		}
		label := strings.TrimSpace(shorten(imp.Columns[n].Header, maxLabel))
		if label == "" {
			label = alias
		}
		columns[n].New = &NewField{Label: label, Type: FieldText}
	}
	return nil
}

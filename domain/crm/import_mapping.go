package crm

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ImportPatch changes what the columns of a file mean and what is done with its rows. What is nil stays.
type ImportPatch struct {
	Columns   []ImportColumn // one for each column of the file; only Field and New count
	Delimiter *string        // reads the file anew, as the next three do: the columns are guessed again
	Header    *bool
	Line      *int    // HeaderLine; the delimiter is guessed again, too
	ReadAs    *string // one of ReadableAs, "" for as it was found
	DateOrder *DateOrder
	Existing  *ImportExisting
	Overwrite *bool
	Match     *string
	Tags      []string // nil: as they are
	Owner     *identity.UserID
	Segment   *SegmentID
	NewList   *string
}

// UpdateImport changes an import that has not been started. What a dry run has found is forgotten when
// it may be different now. Columns may clash meanwhile: ImportClashes says so, and a start refuses it.
func (s *Service) UpdateImport(ctx context.Context, org domain.OrgID, id ImportID, patch ImportPatch) (Import, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Import{}, err
	}
	var imp Import
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if imp, err = s.store.LockImport(ctx, org, id); err != nil {
			return err
		}
		if imp.State != ImportMapping {
			return domain.Conflict("Import %d can't be changed any more: it is %s.", id, imp.State)
		}
		if err := s.readAnew(ctx, org, &imp, patch); err != nil {
			return err
		}
		if err := s.change(ctx, org, &imp, patch); err != nil {
			return err
		}
		imp.Trial, imp.Error = nil, ""
		return s.store.SaveImport(ctx, org, imp)
	})
	return imp, err
}

// ImportClashes says what keeps an import in mapping from being started, by column and option.
func (s *Service) ImportClashes(ctx context.Context, org domain.OrgID, imp Import) (domain.Findings, error) {
	defs, err := s.importFields(ctx, org)
	if err != nil {
		return nil, err
	}
	imp.Settings = imp.Settings.WithDefaults()
	findings := clashes(imp.Columns, defs)
	if len(findings) > 0 {
		return findings, nil
	}
	found, ok := errors.AsType[*domain.Error](imp.checkColumns(defs))
	if !ok {
		return nil, nil
	}
	return append(domain.Findings{{Field: found.Field, Message: found.Message, Said: found.Said}}, found.More...), nil
}

// readAnew reads the beginning of the file another way, if that is asked for.
func (s *Service) readAnew(ctx context.Context, org domain.OrgID, imp *Import, patch ImportPatch) error {
	choice := headChoice{delimiter: imp.Settings.Delimiter, header: &imp.Settings.Header, line: imp.Settings.HeaderLine, readAs: imp.Settings.ReadAs}
	if patch.Delimiter != nil {
		if !knownDelimiter(*patch.Delimiter) {
			return domain.Invalid("delimiter", "Cells can be separated by commas, semicolons, tabs or vertical bars.")
		}
		choice.delimiter = *patch.Delimiter
	}
	if patch.Header != nil {
		choice.header = patch.Header
	}
	if patch.Line != nil && *patch.Line != choice.line {
		choice.line, choice.delimiter = max(*patch.Line, 0), ""
		if patch.Header == nil {
			choice.header = nil
		}
	}
	if patch.ReadAs != nil {
		if *patch.ReadAs != "" && (imp.Settings.Encoding != windows1252 || !slices.Contains(ReadableAs, *patch.ReadAs)) {
			return domain.Invalid("encoding", "This file can't be read as %.50q.", *patch.ReadAs)
		}
		choice.readAs = *patch.ReadAs
	}
	same := choice.delimiter == imp.Settings.Delimiter && choice.line == imp.Settings.HeaderLine && choice.readAs == imp.Settings.ReadAs
	if same && *choice.header == imp.Settings.Header {
		return nil
	}
	head, err := s.importHead(ctx, org, imp.ID)
	if err != nil {
		return err
	}
	read, err := readHead(head, int64(len(head)) == imp.Bytes, choice)
	if err != nil {
		return err
	}
	imp.Columns, imp.BytesDone, imp.NextRow = read.Columns, read.BytesDone, read.NextRow
	settings := &imp.Settings
	settings.Delimiter, settings.Header, settings.ReadAs = read.Settings.Delimiter, read.Settings.Header, read.Settings.ReadAs
	settings.HeaderLine, settings.LikelyHeader = read.Settings.HeaderLine, read.Settings.LikelyHeader
	settings.FirstByte, settings.FirstRow = read.Settings.FirstByte, read.Settings.FirstRow
	return s.guess(ctx, org, imp, head)
}

// importHead returns the first piece of the file.
func (s *Service) importHead(ctx context.Context, org domain.OrgID, id ImportID) ([]byte, error) {
	return s.store.ImportText(ctx, org, id, 0, ImportPiece)
}

// change takes over what a patch says about columns and rows, if it makes sense by itself.
func (s *Service) change(ctx context.Context, org domain.OrgID, imp *Import, patch ImportPatch) error {
	if patch.Columns != nil {
		if len(patch.Columns) != len(imp.Columns) {
			return domain.Invalid("columns", "The file has %d columns, but %d were described.", len(imp.Columns), len(patch.Columns))
		}
		imp.Columns = slices.Clone(imp.Columns)
		for n, column := range patch.Columns {
			imp.Columns[n].mean(column)
		}
	}
	settings := &imp.Settings
	*settings = settings.WithDefaults()
	set(&settings.DateOrder, patch.DateOrder)
	set(&settings.Existing, patch.Existing)
	set(&settings.Overwrite, patch.Overwrite)
	set(&settings.Match, patch.Match)
	set(&settings.Owner, patch.Owner)
	set(&settings.Segment, patch.Segment)
	set(&settings.NewList, patch.NewList)
	settings.NewList = strings.TrimSpace(settings.NewList)
	if patch.Tags != nil {
		tags, err := normalTags("tags", patch.Tags)
		if err != nil {
			return err
		}
		settings.Tags = tags
	}
	return s.checkTargets(ctx, org, *settings)
}

// checkTargets looks whether owner and list are there.
func (s *Service) checkTargets(ctx context.Context, org domain.OrgID, settings ImportSettings) error {
	if settings.Owner != 0 {
		if err := s.checkOwner(ctx, org, &settings.Owner); err != nil {
			return err
		}
	}
	if settings.Segment == 0 {
		return nil
	}
	if settings.NewList != "" {
		return domain.Invalid("segment", "Choose a segment or name a new one, not both.")
	}
	_, err := s.store.Segment(ctx, org, settings.Segment)
	if domain.KindOf(err) == domain.KindNotFound {
		return domain.Invalid("segment", "There is no segment %d.", settings.Segment)
	}
	return err
}

// mean takes over what somebody says that a column means.
func (c *ImportColumn) mean(column ImportColumn) {
	field := column.Field
	if column.New != nil {
		label := strings.TrimSpace(column.New.Label)
		c.New = &NewField{Label: label, Type: column.New.Type}
		if alias, named := cutCustom(field); !named || aliasProblem(alias) != nil {
			field = CustomField(label)
		}
	} else {
		c.New = nil
	}
	if field != c.Field {
		c.Field, c.Sure = field, SureByPerson
	}
}

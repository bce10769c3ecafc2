package crm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// guess says what the columns of a file probably mean: what they meant in the last file with the same
// headers, otherwise what their headers and first cells say.
func (s *Service) guess(ctx context.Context, org domain.OrgID, imp *Import, head []byte) error {
	defs, err := s.importFields(ctx, org)
	if err != nil {
		return err
	}
	headers := make([]string, len(imp.Columns))
	for i, column := range imp.Columns {
		headers[i] = column.Header
	}
	rows := headRows(*imp, head)
	imp.Columns = guessColumns(headers, rows, defs)
	imp.Settings.DateOrder = guessDates(rows, len(headers))
	imp.Headers = nil
	if !imp.Settings.Header {
		return nil
	}
	skip := rejectColumns(headers)
	digest := digestHeaders(headers[skip:])
	imp.Headers = &digest
	last, found, err := s.store.LastMapping(ctx, org, digest)
	if err != nil || !found || len(last.Columns) < len(headers)-skip {
		return err
	}
	imp.remember(last, skip, defs)
	return nil
}

// remember takes over from an earlier import what the columns behind the first few mean, and the options.
func (i *Import) remember(last Import, skip int, defs importFields) {
	for n := range skip {
		i.Columns[n].Field, i.Columns[n].Sure = "", SureByMemory
	}
	earlier := last.Columns[len(last.Columns)-(len(i.Columns)-skip):]
	for n, column := range earlier {
		column.New = nil // it was made then
		if column.check(defs) == nil {
			i.Columns[skip+n].Field, i.Columns[skip+n].Sure = column.Field, SureByMemory
		}
	}
	was, now := last.Settings.WithDefaults(), &i.Settings
	now.DateOrder, now.Existing, now.Overwrite = was.DateOrder, was.Existing, was.Overwrite
	if was.Match == matchEmail || was.Match == matchID || defs.identifies(was.Match) {
		now.Match = was.Match
	}
}

// rejectColumns is how many columns a file of rejected rows has before its own.
func rejectColumns(headers []string) int {
	if len(headers) > len(rejectHeaders) && slices.Equal(headers[:len(rejectHeaders)], rejectHeaders) {
		return len(rejectHeaders)
	}
	return 0
}

func digestHeaders(headers []string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join(headers, "\x00"))))
	return hex.EncodeToString(sum[:16])
}

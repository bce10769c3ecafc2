package messaging

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Bounds of an imported list.
const (
	MaxSuppressionFile = 8 << 20 // bytes
	maxSuppressionRows = 200_000
	suppressionBatch   = 1_000
	shownRejects       = 100
)

// SuppressionFile is a list of addresses to put on the suppression list: a CSV file, or one address in
// a line.
type SuppressionFile struct {
	Channel Channel // "": email
	Name    string  // of the file, noted with each address; "" for what was pasted
	Text    io.Reader
}

// SuppressionImport is what came of an import.
type SuppressionImport struct {
	Added    int // are on the list now, and were not before
	Known    int // were on it, or stood in the file twice
	Rejected int // rows without an address
	Rejects  []SuppressionReject
}

// SuppressionReject is a row without an address. The first hundred are told.
type SuppressionReject struct {
	Row    int // as a spreadsheet counts
	Text   string
	Reason domain.Kept
}

// ImportSuppressions puts the addresses of a file on the list, all or none. In each row the first cell
// that is an address counts; a first row without one is taken for the header.
func (s *Service) ImportSuppressions(ctx context.Context, org domain.OrgID, file SuppressionFile) (SuppressionImport, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return SuppressionImport{}, err
	}
	file.Channel = cmp.Or(file.Channel, ChannelEmail)
	if file.Channel != ChannelEmail && file.Channel != ChannelSMS {
		return SuppressionImport{}, domain.Invalid("channel", "Choose email or sms.")
	}
	addresses, result, err := file.read()
	if err != nil {
		return SuppressionImport{}, err
	}
	entries := make([]Suppression, len(addresses))
	for i, address := range addresses {
		entries[i] = newSuppression(SuppressedImport, file.Channel, address)
		entries[i].Origin = cmp.Or(shorten(file.Name, maxFileName), identity.ActorFrom(ctx).Name)
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		for batch := range slices.Chunk(entries, suppressionBatch) {
			added, err := s.store.Suppress(ctx, org, batch, s.now())
			if err != nil {
				return err
			}
			for _, fresh := range added {
				if fresh {
					result.Added++
				} else {
					result.Known++
				}
			}
		}
		return nil
	})
	return result, err
}

const maxFileName = 191

// read returns the addresses of a file, normalised, sorted and each once.
func (f SuppressionFile) read() ([]string, SuppressionImport, error) {
	text, err := io.ReadAll(io.LimitReader(f.Text, MaxSuppressionFile+1))
	switch {
	case err != nil:
		return nil, SuppressionImport{}, err
	case len(text) > MaxSuppressionFile:
		return nil, SuppressionImport{}, domain.TooLarge("file", "A list may have %d MB at most. Split it.", MaxSuppressionFile>>20)
	}
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	if !domain.IsText(string(text)) {
		return nil, SuppressionImport{}, domain.Invalid("file", "This is not a text file in UTF-8. Save it as “CSV UTF-8”.")
	}
	rows := csv.NewReader(bytes.NewReader(text))
	rows.FieldsPerRecord, rows.LazyQuotes, rows.Comma = -1, true, delimiterOf(text)
	var addresses []string
	var result SuppressionImport
	first := true
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := rows.FieldPos(0)
		address, reason := f.addressIn(cells)
		header := first && reason != "" && !strings.ContainsAny(strings.Join(cells, ""), "@0123456789")
		blank := strings.TrimSpace(strings.Join(cells, "")) == ""
		switch {
		case err != nil:
			return nil, SuppressionImport{}, domain.Invalid("file", "Line %d can't be read: its quotes don't match.", line)
		case blank || header:
		case reason != "":
			result.reject(line, strings.Join(cells, " "), reason)
		default:
			addresses = append(addresses, address)
		}
		first = first && blank
		if len(addresses) > maxSuppressionRows {
			return nil, SuppressionImport{}, domain.TooLarge("file", "A list may have %d addresses at most. Split it.", maxSuppressionRows)
		}
	}
	if len(addresses)+result.Rejected == 0 {
		return nil, SuppressionImport{}, domain.Invalid("file", "There is no address in this list.")
	}
	slices.Sort(addresses)
	unique := slices.Compact(slices.Clone(addresses))
	result.Known = len(addresses) - len(unique)
	return unique, result, nil
}

// addressIn returns the first address among cells, or why there is none.
func (f SuppressionFile) addressIn(cells []string) (address string, reason domain.Kept) {
	for _, cell := range cells {
		cell = domain.CellText(strings.TrimSpace(cell))
		if cell == "" {
			continue
		}
		address, err := NormalAddress(f.Channel, cell)
		if err == nil {
			return address, ""
		}
		if reason == "" {
			reason = domain.PhraseOf(err).Kept()
		}
	}
	return "", reason
}

func (r *SuppressionImport) reject(line int, text string, reason domain.Kept) {
	r.Rejected++
	if len(r.Rejects) < shownRejects {
		r.Rejects = append(r.Rejects, SuppressionReject{Row: line, Text: shorten(oneLine(text), maxFileName), Reason: reason})
	}
}

// delimiterOf guesses what parts the cells of a file: what its first line has most of.
func delimiterOf(text []byte) rune {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, other := range []rune{';', '\t'} {
		if n := bytes.Count(line, []byte(string(other))); n > most {
			best, most = other, n
		}
	}
	return best
}

// WriteSuppressions writes the list as CSV that is safe to open in a spreadsheet. Addresses that were
// erased are not in it: nobody knows them.
func (s *Service) WriteSuppressions(ctx context.Context, org domain.OrgID, w io.Writer) error {
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"address", "channel", "reason", "stops", "comment", "origin", "until", "since"}); err != nil {
		return err
	}
	for after := SuppressionID(0); ; {
		list, err := s.store.SuppressionsAfter(ctx, org, after, suppressionBatch)
		if err != nil {
			return err
		}
		for _, entry := range list {
			if err := out.Write(entry.cells()); err != nil {
				return err
			}
			after = entry.ID
		}
		if len(list) == 0 {
			out.Flush()
			return out.Error()
		}
	}
}

func (s Suppression) cells() []string {
	until := ""
	if s.Until != nil {
		until = s.Until.UTC().Format(time.RFC3339)
	}
	cells := []string{
		s.Address, string(s.Channel), string(s.Reason), string(s.Stops), s.Comment, s.Origin, until, s.CreatedAt.UTC().Format(time.RFC3339),
	}
	for i, cell := range cells {
		cells[i] = domain.HarmlessCell(cell)
	}
	return cells
}

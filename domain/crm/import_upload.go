package crm

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ImportPiece is how many bytes of a file are stored in one row.
const ImportPiece = 1 << 20

// ImportUpload is a CSV file that somebody sends.
type ImportUpload struct {
	FileName string
	File     io.Reader // read once, to its end
	Tags     []string  // given to every contact of the file
	Guess    bool      // refuse the file when nobody could start it with its columns as they are guessed
}

// UploadImport stores a file, whole or not at all, finds out how it is written, and guesses by the
// headers and the first rows what its columns mean, unless a file with the same headers was imported
// before: then they mean what they meant then. The import waits in state mapping for StartImport.
func (s *Service) UploadImport(ctx context.Context, org domain.OrgID, up ImportUpload) (Import, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Import{}, err
	}
	tags, err := normalTags("tags", up.Tags)
	if err != nil {
		return Import{}, err
	}
	text, err := newImportText(up.File)
	if err != nil {
		return Import{}, err
	}
	piece := make([]byte, ImportPiece)
	n, err := fill(text, piece)
	if err != nil {
		return Import{}, err
	}
	imp, err := readHead(piece[:n], n < ImportPiece, headChoice{})
	if err != nil {
		return Import{}, err
	}
	if n < ImportPiece && imp.Settings.Header && len(bytes.TrimSpace(piece[imp.BytesDone:n])) == 0 {
		return Import{}, domain.Invalid("file", "The file has only one row, and that seems to name the columns. Add a row for each contact below it.")
	}
	if err := s.guess(ctx, org, &imp, piece[:n]); err != nil {
		return Import{}, err
	}
	if up.Guess {
		defs, err := s.importFields(ctx, org)
		if err == nil {
			checked := imp
			checked.Settings = imp.Settings.WithDefaults()
			err = checked.checkColumns(defs)
		}
		if err != nil {
			return Import{}, err
		}
	}
	imp.FileName, imp.CreatedAt, imp.CreatedBy = fileName(up.FileName), s.now(), identity.ActorFrom(ctx).Author()
	if len(tags) > 0 {
		imp.Settings.Tags = tags
	}
	// A slow upload must not hold a transaction: the text waits in a file until it is whole.
	whole, err := os.CreateTemp("", "mauntic-import-*")
	if err != nil {
		return Import{}, fmt.Errorf("open upload file: %w", err)
	}
	defer whole.Close()
	if err := os.Remove(whole.Name()); err != nil { // it lives as long as it is open
		return Import{}, fmt.Errorf("hide upload file: %w", err)
	}
	if _, err := io.Copy(whole, io.MultiReader(bytes.NewReader(piece[:n]), text)); err != nil {
		return Import{}, err
	}
	imp.Settings.Encoding = text.encoding()
	return s.keepUpload(ctx, org, imp, whole)
}

// keepUpload stores an import with its text, in one transaction.
func (s *Service) keepUpload(ctx context.Context, org domain.OrgID, imp Import, text io.ReadSeeker) (Import, error) {
	if _, err := text.Seek(0, io.SeekStart); err != nil {
		return Import{}, fmt.Errorf("rewind upload file: %w", err)
	}
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if imp.ID, err = s.store.InsertImport(ctx, org, imp); err != nil {
			return err
		}
		piece := make([]byte, ImportPiece)
		for no := 0; ; no++ {
			n, err := fill(text, piece)
			if err != nil {
				return err
			}
			if n == 0 {
				return s.store.SaveImport(ctx, org, imp)
			}
			if err := s.store.AddImportPiece(ctx, org, imp.ID, no, piece[:n]); err != nil {
				return err
			}
			imp.Bytes += int64(n)
		}
	})
	return imp, err
}

// fill reads until the piece is full or the file ends.
func fill(file io.Reader, piece []byte) (int, error) {
	n, err := io.ReadFull(file, piece)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

// headChoice is how somebody wants the beginning of a file to be read; what is zero is guessed.
type headChoice struct {
	delimiter string
	header    *bool
	line      int // where the header, or the first contact, is; 0: the first row that is not blank
	readAs    string
}

// readHead understands the beginning of a file: its delimiter, its header and what follows. It names
// the columns and leaves it to guess what they mean.
func readHead(head []byte, whole bool, choice headChoice) (Import, error) {
	imp := Import{State: ImportMapping, NextRow: max(1, int64(choice.line))}
	delimiter, text := cutSeparator(head)
	rest, err := fromLine(text, choice.line)
	if err != nil {
		return Import{}, err
	}
	if imp.Settings.Delimiter = choice.delimiter; choice.delimiter == "" {
		imp.Settings.Delimiter = delimiter
	}
	if !knownDelimiter(imp.Settings.Delimiter) {
		imp.Settings.Delimiter = guessDelimiter(rest)
	}
	headers, lines, length, err := readHeader(rest, rune(imp.Settings.Delimiter[0]))
	switch {
	case err != nil:
		return Import{}, err
	case len(headers) > maxImportColumns:
		return Import{}, domain.Invalid("file", "The file has %s columns; at most %d are allowed.", domain.Number(len(headers)), maxImportColumns)
	case !whole && length == len(rest):
		return Import{}, domain.Invalid("file", "The first row is longer than %d MB.", ImportPiece>>20)
	case bytes.IndexByte(rest[:length], 0) >= 0:
		return Import{}, domain.Invalid("file", "This is not a CSV file: its first row holds NUL characters.")
	}
	imp.Settings.Header = !slices.ContainsFunc(headers, looksLikeData)
	if choice.header != nil {
		imp.Settings.Header = *choice.header
	}
	imp.Columns = make([]ImportColumn, len(headers))
	for i, header := range headers {
		imp.Columns[i].Header = shorten(strings.TrimSpace(domain.CellText(recode(header, choice.readAs))), maxTagName)
		if !imp.Settings.Header { // the first row is a contact already
			imp.Columns[i].Header = fmt.Sprintf("Column %d", i+1)
		}
	}
	imp.BytesDone = int64(len(head) - len(rest))
	if imp.Settings.Header {
		imp.BytesDone += int64(length)
		imp.NextRow += int64(lines)
	}
	if imp.Settings.HeaderLine = choice.line; choice.line == 0 && imp.Settings.Header {
		imp.Settings.LikelyHeader = likelyHeader(rest, headers)
	}
	imp.Settings.FirstByte, imp.Settings.FirstRow = imp.BytesDone, imp.NextRow
	imp.Settings.ReadAs = choice.readAs
	return imp, nil
}

// cutSeparator takes off the line that names the delimiter for Excel, which reads it and hides it:
// sep=; perhaps in quotes and in capital letters.
func cutSeparator(head []byte) (delimiter string, rest []byte) {
	line, after, ok := bytes.Cut(head, []byte("\n"))
	text := strings.Trim(string(line[:min(len(line), 10)]), "\"\r")
	if !ok || len(text) != len("sep=;") || !strings.EqualFold(text[:4], "sep=") {
		return "", head
	}
	return text[4:], after
}

// readHeader reads the first row that is not blank, and says in which line it stands and how many bytes
// it and what is before it take up.
func readHeader(text []byte, delimiter rune) (cells []string, line, length int, err error) {
	reader := csvReader(bytes.NewReader(text), delimiter)
	for cells, err = reader.Read(); err == nil && isBlank(cells); {
		cells, err = reader.Read()
	}
	if errors.Is(err, csv.ErrQuote) || errors.Is(err, csv.ErrBareQuote) {
		// A quote is missing or too many: it must not swallow the rows that follow.
		reader = csvReader(bytes.NewReader(firstLine(text)), delimiter)
		reader.LazyQuotes = true
		cells, err = reader.Read()
	}
	switch {
	case errors.Is(err, io.EOF):
		return nil, 0, 0, domain.Invalid("file", "The file has no rows.")
	case err != nil:
		return nil, 0, 0, domain.Invalid("file", "The first row can't be read: its quotes don't match.")
	}
	line, _ = reader.FieldPos(0)
	return cells, line, int(reader.InputOffset()), nil
}

// firstLine returns the first line that is not blank, with the blank ones before it.
func firstLine(text []byte) []byte {
	blank := len(text) - len(bytes.TrimLeft(text, "\r\n"))
	if end := bytes.IndexByte(text[blank:], '\n'); end >= 0 {
		return text[:blank+end+1]
	}
	return text
}

// csvReader reads rows of any length.
func csvReader(text io.Reader, delimiter rune) *csv.Reader {
	reader := csv.NewReader(text)
	reader.Comma = delimiter
	reader.FieldsPerRecord = -1
	return reader
}

// looksLikeData knows a header row from a row of contacts: no header is an email address.
func looksLikeData(cell string) bool {
	_, err := NormalEmail(cell)
	return err == nil
}

// fileName keeps the last part of a name, short enough to show.
func fileName(name string) string {
	name = strings.ToValidUTF8(path.Base(strings.ReplaceAll(name, `\`, "/")), "")
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if name == "." || name == "/" || name == "" {
		return "contacts.csv"
	}
	return shorten(name, 191)
}

// shorten cuts text to so many characters and shows that it did.
func shorten(text string, characters int) string {
	text = strings.ToValidUTF8(text, "")
	if utf8.RuneCountInString(text) <= characters {
		return text
	}
	return string([]rune(text)[:characters-1]) + "…"
}

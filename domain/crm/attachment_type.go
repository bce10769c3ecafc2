package crm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/mauntic/mauntic/domain"
)

// fileKind is a kind of file that may be attached.
type fileKind struct {
	mediaType  string
	label      string   // as people call it
	extensions []string // of names that fit
}

// The kinds of files that may be attached. Nothing else is, whatever it is called: a browser could
// run some of it, and the rest nobody here can look at.
var (
	kindPNG  = fileKind{"image/png", "a PNG picture", []string{".png"}}
	kindJPEG = fileKind{"image/jpeg", "a JPEG picture", []string{".jpg", ".jpeg"}}
	kindGIF  = fileKind{"image/gif", "a GIF picture", []string{".gif"}}
	kindWebP = fileKind{"image/webp", "a WebP picture", []string{".webp"}}
	kindPDF  = fileKind{"application/pdf", "a PDF document", []string{".pdf"}}
	kindXLSX = fileKind{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "an Excel workbook", []string{".xlsx"}}
	kindDOCX = fileKind{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a Word document", []string{".docx"}}
	kindCSV  = fileKind{"text/csv", "a CSV file", []string{".csv"}}
	kindText = fileKind{"text/plain", "text", []string{".txt"}}
)

// AttachmentNames lists the endings of files that may be attached, for file choosers.
const AttachmentNames = ".png,.jpg,.jpeg,.gif,.webp,.pdf,.csv,.xlsx,.docx,.txt"

var errFileKind = domain.Invalid("file", "Only pictures (PNG, JPEG, GIF, WebP), PDF, Excel (.xlsx), Word (.docx), CSV and text files can be attached.")

// mediaTypeOf says what a file is by its content. It refuses kinds that are not allowed, and names
// that promise another kind.
func mediaTypeOf(file io.ReaderAt, size int64, name string) (string, error) {
	kind, err := kindOf(file, size, name)
	if err != nil {
		return "", err
	}
	extension := strings.ToLower(path.Ext(name))
	if extension != "" && !slices.Contains(kind.extensions, extension) {
		return "", domain.Invalid("file", "The name ends in %s, but the file is %s.", extension, kind.label)
	}
	return kind.mediaType, nil
}

var signatures = []struct {
	begins string
	kind   fileKind
}{
	{"\x89PNG\r\n\x1a\n", kindPNG},
	{"\xff\xd8\xff", kindJPEG},
	{"GIF87a", kindGIF},
	{"GIF89a", kindGIF},
	{"%PDF-", kindPDF},
}

func kindOf(file io.ReaderAt, size int64, name string) (fileKind, error) {
	head := make([]byte, 16)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return fileKind{}, fmt.Errorf("read upload file: %w", err)
	}
	head = head[:n]
	for _, known := range signatures {
		if bytes.HasPrefix(head, []byte(known.begins)) {
			return known.kind, nil
		}
	}
	switch {
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return kindWebP, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return officeKind(file, size)
	}
	return textKind(file, size, name)
}

// officeKind looks at the names in the directory that ends a zip file: they are not compressed.
func officeKind(file io.ReaderAt, size int64) (fileKind, error) {
	const most = 1 << 20 // a directory of an office document is far smaller
	tail := make([]byte, min(size, most))
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return fileKind{}, fmt.Errorf("read upload file: %w", err)
	}
	holds := func(name string) bool { return bytes.Contains(tail, []byte(name)) }
	switch {
	case !holds("PK\x05\x06"), !holds("[Content_Types].xml"), holds("vbaProject.bin"): // no directory, no office document, macros
		return fileKind{}, errFileKind
	case holds("xl/workbook.xml"):
		return kindXLSX, nil
	case holds("word/document.xml"):
		return kindDOCX, nil
	}
	return fileKind{}, errFileKind
}

// textKind accepts what holds no control characters, in any encoding that keeps ASCII, when it is
// called a text: markup and programs are texts, too.
func textKind(file io.ReaderAt, size int64, name string) (fileKind, error) {
	kind := kindText
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		kind = kindCSV
	case ".txt":
	default:
		return fileKind{}, errFileKind
	}
	reader, piece := io.NewSectionReader(file, 0, size), make([]byte, 64<<10)
	for {
		n, err := reader.Read(piece)
		if slices.ContainsFunc(piece[:n], controlByte) {
			return fileKind{}, errFileKind
		}
		if errors.Is(err, io.EOF) {
			return kind, nil
		}
		if err != nil {
			return fileKind{}, fmt.Errorf("read upload file: %w", err)
		}
	}
}

func controlByte(b byte) bool {
	return b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' || b == 0x7f
}

// attachmentName keeps the last part of a name and nothing that could mislead: no control
// characters, none that turn the direction of reading, no dots or blanks at its ends.
func attachmentName(name string) string {
	name = strings.ToValidUTF8(path.Base(strings.ReplaceAll(name, `\`, "/")), "")
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '/' {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if name == "" {
		return "file"
	}
	const most = 200
	if runes := []rune(name); len(runes) > most {
		extension := []rune(path.Ext(name))
		if len(extension) > 10 {
			extension = nil
		}
		name = string(runes[:most-len(extension)]) + string(extension)
	}
	return name
}

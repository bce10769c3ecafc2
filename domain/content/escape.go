package content

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"github.com/osteele/liquid/render"
	"github.com/osteele/liquid/values"
)

// escapers write the values of merge tags in each mode but Text.
var escapers = map[Mode]render.Replacer{HTML: render.HtmlEscaper, JSON: jsonEscaper{}, URL: urlEscaper{}}

type jsonEscaper struct{}

// WriteString writes what stands between the quotes of a JSON text.
func (jsonEscaper) WriteString(w io.Writer, text string) (int, error) {
	quoted, err := marshal(text)
	if err != nil {
		return 0, err
	}
	return w.Write(quoted[1 : len(quoted)-1])
}

type urlEscaper struct{}

// WriteString encodes all but letters, digits and "-_.~". A space is %20, which a path takes, too.
func (urlEscaper) WriteString(w io.Writer, text string) (int, error) {
	return io.WriteString(w, strings.ReplaceAll(url.QueryEscape(text), "+", "%20"))
}

// addMachineFilters adds json, and keeps safe from undoing what machines rely on.
func addMachineFilters(cfg *render.Config, mode Mode) {
	cfg.AddFilter("json", func(value any) (any, error) {
		written, err := marshal(value)
		switch {
		case err != nil:
			return nil, err
		case len(written) > maxText:
			return nil, errTooLarge
		case mode == JSON:
			return values.SafeValue{Value: string(written)}, nil
		}
		return string(written), nil
	})
	if mode == JSON || mode == URL {
		cfg.AddFilter("safe", func(value any) any { return value })
	}
}

// marshal writes JSON that leaves < and > as they are.
func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

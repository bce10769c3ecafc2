package campaign

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
	"github.com/mauntic/mauntic/domain/crm"
)

// Bounds of webhooks.
const (
	maxWebhookURL     = 2000 // bytes
	maxWebhookHeaders = 20
	maxWebhookHeader  = 4000 // bytes of a value
	maxTryFor         = 7 * 24 * time.Hour
)

var (
	webhookMethods = []string{"POST", "GET", "PUT", "PATCH", "DELETE"}

	headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$") // RFC 9110, a token

	// ownHeaders are set by us, or belong to the connection.
	ownHeaders = []string{
		"host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "te", "trailer",
		"user-agent", "idempotency-key", "mauntic-signature",
	}
)

// Validate implements Settings.
func (s CallWebhook) Validate(v *Validation) {
	s.validateURL(v)
	s.validateHeaders(v)
	s.validateBody(v)
	if !slices.Contains(webhookMethods, s.method()) {
		v.Problem("method", "The method is one of %s.", strings.Join(webhookMethods, ", "))
	}
	if s.Timeout < 0 || s.Timeout > int(maxCallTime/time.Second) {
		v.Problem("timeout", "A call may take 1 to %d seconds.", int(maxCallTime/time.Second))
	}
	if s.TryFor != (Span{}) {
		s.TryFor.validate(v, "tryFor")
		if s.TryFor.From(v.Now, time.UTC).Sub(v.Now) > maxTryFor {
			v.Problem("tryFor", "Go on trying for at most 7 days.")
		}
	}
	for _, status := range s.Success {
		if status < 200 || status > 599 {
			v.Problem("success", "The status of an answer lies between 200 and 599.")
			return
		}
	}
}

func (s CallWebhook) validateURL(v *Validation) {
	_, parseErr := content.Parse(s.URL, content.URL)
	address, ok := s.fixedPart()
	switch {
	case s.URL == "":
		v.Problem("url", "Type the address to call.")
	case len(s.URL) > maxWebhookURL:
		v.Problem("url", "The address is longer than %d characters.", maxWebhookURL)
	case parseErr != nil:
		v.Refuse("url", domain.PhraseOf(parseErr))
	case hasUser(s.URL):
		v.Problem("url", "An address holds no user name or password. Put them into a header.")
	case !ok:
		v.Problem("url", "The address begins with https:// and a host. Merge tags may stand behind it, in the path and in the query.")
	case address.Scheme == "http":
		v.Warn("url", "This address begins with http://, so contacts' data travels unencrypted.")
	}
}

func hasUser(text string) bool {
	address, err := url.Parse(strings.NewReplacer("{", "", "}", "", "%", "", " ", "").Replace(text))
	return err == nil && address.User != nil
}

func (s CallWebhook) validateHeaders(v *Validation) {
	if len(s.Headers) > maxWebhookHeaders {
		v.Problem("headers", "A call has at most %d headers of its own.", maxWebhookHeaders)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		value := s.Headers[name]
		switch {
		case !headerName.MatchString(name):
			v.Problem("headers."+name, "“%s” can't be the name of a header.", name)
		case slices.Contains(ownHeaders, strings.ToLower(name)):
			v.Problem("headers."+name, "The header %s is set by Mauntic.", name)
		case len(value) > maxWebhookHeader || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			v.Problem("headers."+name, "The value of the header %s is too long, or holds a line break.", name)
		case firstTag(value) >= 0:
			v.Problem("headers."+name, "Headers hold no merge tags. Put contacts' data into the address or the body.")
		}
	}
}

func (s CallWebhook) validateBody(v *Validation) {
	mode, ok := bodyModes[s.contentType()]
	if !ok {
		v.Problem("contentType", "The content type is one of %s.", strings.Join(slices.Sorted(maps.Keys(bodyModes)), ", "))
		return
	}
	if s.Body == "" {
		return
	}
	if s.method() == "GET" {
		v.Problem("body", "A GET call has no body.")
	}
	template, err := content.Parse(s.Body, mode)
	if err != nil {
		v.Refuse("body", domain.PhraseOf(err))
		return
	}
	fields := crm.Contact{}.Merge(v.Fields)
	vars := maps.Clone(fields)
	vars["contact"] = fields
	if filled, err := template.Render(vars); mode == content.JSON && (err != nil || !json.Valid([]byte(filled))) {
		v.Warn("body", "For a contact with empty fields this body is no valid JSON, and is not sent. Write {{ contact.city | json }} where a value may be missing.")
	}
}

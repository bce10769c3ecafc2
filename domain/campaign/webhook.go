package campaign

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
)

// Content types of webhooks, each with the way in which values are written into the body.
const (
	typeJSON = "application/json"
	typeForm = "application/x-www-form-urlencoded"
	typeXML  = "application/xml"
	typeText = "text/plain"
)

var bodyModes = map[string]content.Mode{typeJSON: content.JSON, typeForm: content.URL, typeXML: content.HTML, typeText: content.Text}

// webRequest makes an attempt of a call, for its contact as it is now. A domain error says why that
// can't be done.
func (s *Service) webRequest(ctx context.Context, org domain.OrgID, call LockedCall, settings CallWebhook) (WebRequest, error) {
	contact, err := s.CRM.Contact(ctx, org, call.ContactID)
	if err != nil {
		return WebRequest{}, err
	}
	answers, err := s.answers(ctx, org, call.JourneyID)
	if err != nil {
		return WebRequest{}, err
	}
	fields, err := s.CRM.Merge(ctx, org, contact)
	if err != nil {
		return WebRequest{}, err
	}
	vars := maps.Clone(fields)
	vars["contact"] = fields
	vars["campaign"] = map[string]any{"id": int64(call.CampaignID), "name": call.CampaignName}
	vars["journey"] = map[string]any{"id": int64(call.JourneyID)}
	vars["webhook"] = answers
	request := WebRequest{
		Method: settings.method(), Header: map[string]string{}, Timeout: settings.timeout(), MaxBody: maxCallAnswer,
	}
	if request.URL, err = settings.address(vars); err != nil {
		return WebRequest{}, err
	}
	body, err := settings.body(vars)
	if err != nil {
		return WebRequest{}, err
	}
	request.Body = []byte(body)
	maps.Copy(request.Header, settings.Headers)
	if body != "" {
		request.Header["Content-Type"] = settings.contentType()
	}
	request.Header["User-Agent"] = "Mauntic-Webhook/1"
	request.Header["Idempotency-Key"] = call.Key
	signature, err := s.sign(ctx, org, time.Now(), request.Body)
	if signature != "" {
		request.Header["Mauntic-Signature"] = signature
	}
	return request, err
}

// fixedPart is what a URL says before its first tag: scheme and host, which no value may change.
func (s CallWebhook) fixedPart() (*url.URL, bool) {
	fixed, hasTags := s.URL, false
	if at := firstTag(s.URL); at >= 0 {
		fixed, hasTags = s.URL[:at], true
	}
	address, err := url.Parse(fixed)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		return nil, false
	}
	// A tag right behind the host could go on with it.
	whole := !hasTags || address.Path != "" || address.RawQuery != "" || address.ForceQuery
	return address, whole && address.User == nil && address.Hostname() != ""
}

// firstTag is where the first tag of a template begins; -1: it has none.
func firstTag(text string) int {
	value, block := strings.Index(text, "{{"), strings.Index(text, "{%")
	if value < 0 || block >= 0 && block < value {
		return block
	}
	return value
}

// address fills in the URL.
func (s CallWebhook) address(vars map[string]any) (string, error) {
	filled, err := content.Render(s.URL, vars, content.URL)
	if err != nil {
		return "", err
	}
	fixed, ok := s.fixedPart()
	address, err := url.Parse(strings.TrimSpace(filled))
	switch {
	case !ok || err != nil || address.Scheme != fixed.Scheme || address.Host != fixed.Host:
		return "", domain.Invalid("url", "With this contact's data the address is none.")
	case slices.ContainsFunc(strings.Split(address.Path, "/"), func(part string) bool { return part == "." || part == ".." }):
		return "", domain.Invalid("url", "With this contact's data the address leads elsewhere.")
	}
	address.Fragment = ""
	return address.String(), nil
}

// body fills in the body.
func (s CallWebhook) body(vars map[string]any) (string, error) {
	body, err := content.Render(s.Body, vars, bodyModes[s.contentType()])
	if err != nil {
		return "", err
	}
	if s.contentType() == typeJSON && strings.TrimSpace(body) != "" && !json.Valid([]byte(body)) {
		return "", domain.Invalid("body", "With this contact's data the body is no valid JSON.")
	}
	return body, nil
}

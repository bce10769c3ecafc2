package messaging

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// HitKind is what a reader did.
type HitKind string

// The kinds.
const (
	HitOpen  HitKind = "open"
	HitClick HitKind = "click"
)

// Hit is an open or a click, before it is an event. It can be written to a file as JSON.
type Hit struct {
	ID      string    `json:"id"` // random: recording a hit twice makes one event
	Kind    HitKind   `json:"kind"`
	Sid     string    `json:"sid"`
	URL     string    `json:"url,omitempty"`     // of a click
	Machine bool      `json:"machine,omitempty"` // a program's prefetch, not a person
	At      time.Time `json:"at"`
}

// Sent is a message as a public token leads to it.
type Sent struct {
	Sid        string
	Org        domain.OrgID
	ID         MessageID
	Channel    Channel
	Class      Class
	Contact    *crm.ContactID
	CampaignID *int64
	EmailID    *EmailID
	EmailName  *string
	SMSID      *SMSID
	SMSName    *string
}

// Tracking keeps the targets of links and finds messages by what stands in public tokens, whatever
// their organization.
type Tracking interface {
	// SentBySid returns the messages that exist, in any order.
	SentBySid(ctx context.Context, sids []string) ([]Sent, error)
	// LinkTarget returns the target of a link in a message, or NotFound.
	LinkTarget(ctx context.Context, sid string, key LinkKey) (string, error)
	// ShortLink returns what a short link stands for, or NotFound.
	ShortLink(ctx context.Context, token ShortToken) (ShortTarget, error)
}

// orgLink is a link that an organization has used.
type orgLink struct {
	org domain.OrgID
	key LinkKey
}

// unknownLinks returns the links that may not be in the database yet.
func (s *Service) unknownLinks(org domain.OrgID, links []Link) []Link {
	unknown := slices.DeleteFunc(slices.Clone(links), func(link Link) bool {
		_, ok := s.known.get(orgLink{org, link.Key})
		return ok
	})
	// One order for everybody: otherwise two claims with new links can block each other.
	slices.SortFunc(unknown, func(a, b Link) int { return cmp.Compare(string(a.Key[:]), string(b.Key[:])) })
	return unknown
}

func (s *Service) linksKept(org domain.OrgID, links []Link) {
	for _, link := range links {
		s.known.put(orgLink{org, link.Key}, struct{}{})
	}
}

// ReadOpen returns the message that an open token names. Whether it exists is not looked up.
func (s *Service) ReadOpen(token string) (sid string, ok bool) {
	return s.signer.Read(PurposeOpen, token)
}

// ReadClick returns the message that a click token names and where the link leads. NotFound covers
// forged tokens and links that are gone; any other error means that it can't be known now.
func (s *Service) ReadClick(ctx context.Context, token string) (sid, target string, err error) {
	sid, key, ok := s.signer.ReadClick(token)
	if !ok {
		return "", "", errNoLink
	}
	if target, ok := s.targets.get(key); ok {
		return sid, target, nil
	}
	target, err = s.store.LinkTarget(ctx, sid, key)
	if err != nil {
		return "", "", err
	}
	if !safeTarget(target) {
		return "", "", errNoLink
	}
	s.targets.put(key, target)
	return sid, target, nil
}

var errNoLink = domain.NotFound("This link leads nowhere.")

// NewHitID returns an id for a Hit.
func NewHitID() string { return newSid() }

// RecordHits makes events of hits, in one transaction per organization. A hit that was recorded
// before makes no second event, and neither does an open of a message that was opened in the same
// minute. Hits of messages or contacts that are gone are dropped.
func (s *Service) RecordHits(ctx context.Context, hits []Hit) error {
	sids := make([]string, len(hits))
	for i, hit := range hits {
		sids[i] = hit.Sid
	}
	found, err := s.store.SentBySid(ctx, sids)
	if err != nil {
		return fmt.Errorf("find messages of hits: %w", err)
	}
	messages := make(map[string]Sent, len(found))
	for _, m := range found {
		messages[m.Sid] = m
	}
	events := map[domain.OrgID][]crm.Event{}
	seen := map[string]bool{}
	for _, hit := range hits {
		m, ok := messages[hit.Sid]
		if !ok || m.Contact == nil || seen[hit.key()] {
			continue
		}
		seen[hit.key()] = true
		events[m.Org] = append(events[m.Org], hit.event(m))
	}
	for org, list := range events {
		if err := s.appendHits(ctx, org, list); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) appendHits(ctx context.Context, org domain.OrgID, events []crm.Event) error {
	ctx = identity.WithActor(ctx, identity.System(org))
	_, err := s.contacts.AppendEvents(ctx, org, events)
	if !errors.Is(err, domain.ErrNotFound) || len(events) == 1 {
		return ignoreNotFound(err)
	}
	for _, event := range events { // one of the contacts was deleted just now: keep the others' events
		_, err := s.contacts.AppendEvents(ctx, org, []crm.Event{event})
		if err := ignoreNotFound(err); err != nil {
			return err
		}
	}
	return nil
}

func ignoreNotFound(err error) error {
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	return err
}

// key is the key of the hit's event.
func (h Hit) key() string {
	switch {
	case h.Kind == HitClick:
		return "click/" + h.ID
	case h.Machine: // must not hide a person's open in the same minute
		return fmt.Sprintf("open/%s/%d/machine", h.Sid, h.At.Unix()/60)
	}
	return fmt.Sprintf("open/%s/%d", h.Sid, h.At.Unix()/60)
}

func (h Hit) event(m Sent) crm.Event {
	event := m.event(crm.EventEmailOpened)
	if h.Kind == HitClick {
		event.Type = crm.EventEmailClicked
		if m.Channel == ChannelSMS {
			event.Type = crm.EventSMSClicked
		}
		event.Data["url"] = h.URL
	}
	if h.Machine {
		event.Data["machine"] = true
	}
	event.Key, event.OccurredAt = h.key(), h.At
	return event
}

// event begins an event about the message.
func (m Sent) event(kind string) crm.Event {
	data := map[string]any{}
	switch {
	case m.EmailID != nil && m.EmailName != nil:
		data = emailData(Email{ID: *m.EmailID, Name: *m.EmailName})
	case m.SMSID != nil && m.SMSName != nil:
		data = smsData(SMS{ID: *m.SMSID, Name: *m.SMSName})
	}
	return crm.Event{Contact: *m.Contact, Type: kind, MessageID: (*int64)(&m.ID), CampaignID: m.CampaignID, Data: data}
}

// Named returns what an email or SMS is called, "" when it is gone.
func (m Sent) Named() string {
	switch {
	case m.EmailName != nil:
		return *m.EmailName
	case m.SMSName != nil:
		return *m.SMSName
	}
	return ""
}

// MessagesBySid returns messages of an organization by their public ids; those that don't exist are absent.
func (s *Service) MessagesBySid(ctx context.Context, org domain.OrgID, sids []string) (map[string]Sent, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	if len(sids) == 0 {
		return nil, nil
	}
	found, err := s.store.SentBySid(ctx, sids)
	if err != nil {
		return nil, err
	}
	bySid := make(map[string]Sent, len(found))
	for _, m := range found {
		if m.Org == org {
			bySid[m.Sid] = m
		}
	}
	return bySid, nil
}

package messaging

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
)

// OutgoingSMS is one SMS for one phone, ready for the wire.
type OutgoingSMS struct {
	Org      domain.OrgID
	Sid      string
	Token    string        // names the message to the provider's callbacks; see ReadStatus
	To       string        // E.164
	Text     string        // at most MaxSMS characters
	ValidFor time.Duration // how long it may be tried; 0: as long as the provider likes
}

// SMSProvider is an outside system that takes SMS.
type SMSProvider interface {
	// Name is how the ledger calls it: inbox, twilio.
	Name() string
	// SendSMS makes at most one attempt, with the same answers as Provider.Send.
	SendSMS(ctx context.Context, m OutgoingSMS) (providerID string, err error)
}

// smsRevision names the body of an SMS as it was at a revision.
type smsRevision struct {
	id       SMSID
	revision int
}

func (s texts) compose(ctx context.Context, org domain.OrgID, d Draft, to recipient) (composed, error) {
	if s.sms == nil {
		return composed{}, domain.Invalid("", "No SMS provider is set up.")
	}
	out, links, shorts, err := s.outgoing(ctx, org, d, to)
	if err != nil {
		return composed{}, err
	}
	return composed{provider: s.sms.Name(), links: links, shorts: shorts, call: func(ctx context.Context) (string, error) {
		return s.sms.SendSMS(ctx, out)
	}}, nil
}

func (s texts) outgoing(ctx context.Context, org domain.OrgID, d Draft, to recipient) (OutgoingSMS, []Link, []Short, error) {
	if d.SMS == nil {
		return OutgoingSMS{}, nil, nil, domain.Invalid("", "The SMS was deleted.")
	}
	if err := d.SMS.sendable(); err != nil {
		return OutgoingSMS{}, nil, nil, err
	}
	fields, err := s.contacts.Merge(ctx, org, to.contact)
	if err != nil {
		return OutgoingSMS{}, nil, nil, err
	}
	text, err := s.fillSMS(*d.SMS, fields, d.Sender, d.journey)
	if err != nil {
		return OutgoingSMS{}, nil, nil, err
	}
	text, links, shorts := s.shorten(d.Message, text)
	if err := checkText(text, d.SMS.Name); err != nil {
		return OutgoingSMS{}, nil, nil, err
	}
	return OutgoingSMS{
		Org: org, Sid: d.Message.Sid, Token: s.signer.Token(PurposeStatus, d.Message.Sid), To: to.wire, Text: text,
		ValidFor: time.Duration(d.SMS.ValidMinutes) * time.Minute,
	}, links, shorts, nil
}

func (s *Service) fillSMS(t SMS, fields map[string]any, sender Sender, journey map[string]any) (string, error) {
	key := smsRevision{t.ID, t.Revision}
	body, ok := s.bodies.get(key)
	if !ok {
		var err error
		if body, err = content.Parse(t.Body, content.Text); err != nil {
			return "", domain.Refuse(domain.KindInvalid, "body", domain.PhraseOf(err))
		}
		s.bodies.put(key, body)
	}
	vars := smsVars(fields, sender)
	maps.Copy(vars, journey)
	return renderSMS(body, vars)
}

func renderSMS(body *content.Template, vars map[string]any) (string, error) {
	text, err := body.Render(vars)
	if err != nil {
		return "", domain.Refuse(domain.KindInvalid, "body", domain.PhraseOf(err))
	}
	return phoneText(text), nil
}

// smsVars is what merge tags may name: what emails know, without the links that only emails have.
func smsVars(fields map[string]any, sender Sender) map[string]any {
	vars := mergeVars(fields, sender, publicLinks{})
	delete(vars, "unsubscribe_url")
	delete(vars, "view_url")
	return vars
}

// ShortToken is what stands in a short link.
type ShortToken [9]byte

// Short is a short link of a message.
type Short struct {
	Token ShortToken
	Key   LinkKey // of the target
}

// ShortTarget is what a short link stands for.
type ShortTarget struct {
	Sid string
	URL string
}

// shortPath begins the path of short links.
const shortPath = "/s/"

// shorten puts short links in place of the addresses in a text.
func (s *Service) shorten(m Message, text string) (short string, links []Link, shorts []Short) {
	seen := map[string]string{}
	short = content.RewriteTextLinks(text, func(target string) string {
		if by, ok := seen[target]; ok {
			return by
		}
		if !s.trackable(target) {
			return target
		}
		link := Link{Key: linkKey(target), URL: target}
		token := s.signer.shortToken(m.Sid, link.Key)
		links = append(links, link)
		shorts = append(shorts, Short{Token: token, Key: link.Key})
		seen[target] = s.baseURL + shortPath + base64.RawURLEncoding.EncodeToString(token[:])
		return seen[target]
	})
	return short, links, shorts
}

// shortToken is the same however often a message is made. Only who has the key can guess it; what it
// stands for is in the database.
func (s *Signer) shortToken(sid string, link LinkKey) ShortToken {
	h := hmac.New(sha256.New, s.current.Secret)
	h.Write([]byte("short/" + sid + "/"))
	h.Write(link[:])
	return ShortToken(h.Sum(nil)[:len(ShortToken{})])
}

// ReadShort returns the message and the target that the token of a short link stands for. NotFound
// covers guesses and links that are gone; any other error means that it can't be known now.
func (s *Service) ReadShort(ctx context.Context, token string) (sid, target string, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != len(ShortToken{}) {
		return "", "", errNoLink
	}
	key := ShortToken(raw)
	short, ok := s.shorts.get(key)
	if !ok {
		if short, err = s.store.ShortLink(ctx, key); err != nil {
			return "", "", err
		}
		s.shorts.put(key, short)
	}
	if !safeTarget(short.URL) {
		return "", "", errNoLink
	}
	return short.Sid, short.URL, nil
}

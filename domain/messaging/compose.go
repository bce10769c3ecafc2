package messaging

import (
	"context"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
	"github.com/mauntic/mauntic/domain/crm"
)

// Draft is a message with what is needed to make it.
type Draft struct {
	Message Message
	Email   *Email // with ChannelEmail; nil: deleted
	SMS     *SMS   // with ChannelSMS; nil: deleted
	Sender  Sender
	Now     time.Time // by the database's clock, by which call deadlines are set

	journey map[string]any // merge tags about the message's journey
	notice  *NoticeText    // with ClassInternal; nil: deleted with its contact
	private bool           // with ClassInternal: it lets its reader in
}

// Link is the target of a click link.
type Link struct {
	Key LinkKey
	URL string
}

func (s emails) compose(ctx context.Context, org domain.OrgID, d Draft, to recipient) (composed, error) {
	if d.Email == nil {
		return composed{}, domain.Invalid("", "The email was deleted.")
	}
	if err := d.Email.sendable(d.Sender); err != nil {
		return composed{}, err
	}
	links := s.publicLinks(d.Message)
	fields, err := s.contacts.Merge(ctx, org, to.contact)
	if err != nil {
		return composed{}, err
	}
	rendered, err := s.render(*d.Email, fields, d.Sender, links, d.journey)
	if err != nil {
		return composed{}, err
	}
	targets := s.track(d.Message.Sid, &rendered)
	out, err := s.outgoing(ctx, org, d, rendered, links, to)
	out.links = targets
	return out, err
}

// outgoing makes the mail of what is rendered.
func (s emails) outgoing(
	ctx context.Context, org domain.OrgID, d Draft, rendered Rendered, links publicLinks, to recipient,
) (_ composed, err error) {
	if rendered.from.Address, err = crm.NormalEmail(rendered.from.Address); err != nil {
		return composed{}, domain.Invalid("fromEmail", "The sender address can't be used: %s", domain.PhraseOf(err))
	}
	raw, err := s.mime(org, d, rendered, links, to.wire)
	if err != nil {
		return composed{}, err
	}
	if raw, err = s.sign(ctx, org, rendered.from.Address, raw); err != nil {
		return composed{}, err
	}
	out := Outgoing{Org: org, Sid: d.Message.Sid, From: rendered.from.Address, To: to.wire, Subject: rendered.Subject, Raw: raw, Private: d.private}
	if s.returns != nil && s.provider.Name() == returnsToSender {
		out.From = s.returns.Return(d.Message.Sid)
	}
	if d.Message.CampaignID != nil {
		out.Campaign = *d.Message.CampaignID
	}
	return composed{provider: s.provider.Name(), domain: domainOf(rendered.from.Address), call: func(ctx context.Context) (string, error) {
		return s.provider.Send(ctx, out)
	}}, nil
}

func (s *Service) render(e Email, fields map[string]any, sender Sender, links publicLinks, journey map[string]any) (Rendered, error) {
	p, err := s.parsed(e)
	if err != nil {
		return Rendered{}, err
	}
	vars := mergeVars(fields, sender, links)
	maps.Copy(vars, journey)
	rendered, err := p.fill(vars)
	if err != nil {
		return Rendered{}, err
	}
	if rendered.Subject == "" {
		return Rendered{}, domain.Invalid("subject", "The subject of “%s” is empty for this contact.", e.Name)
	}
	err = rendered.finish(e.Input(), sender, links)
	return rendered, err
}

// returnsToSender is the provider whose mail comes back to the envelope sender. Others tell us.
const returnsToSender = "smtp"

func (s *Service) publicLinks(m Message) publicLinks {
	links := publicLinks{
		unsubscribe: s.baseURL + "/u/" + s.signer.Token(PurposeUnsubscribe, m.Sid),
		view:        s.baseURL + "/v/" + s.signer.Token(PurposeView, m.Sid),
		footer:      m.Class != ClassTransactional,
	}
	if s.returns != nil {
		links.unsubscribeMail = s.returns.Unsubscribe(m.Sid)
	}
	return links
}

// track points the links of r at our click links, adds the open pixel, and returns the links.
func (s *Service) track(sid string, r *Rendered) []Link {
	var links []Link
	replaced := map[string]string{}
	rewrite := func(target string) string {
		if by, ok := replaced[target]; ok {
			return by
		}
		by := target
		if s.trackable(target) {
			link := Link{Key: linkKey(target), URL: target}
			links = append(links, link)
			by = s.baseURL + "/t/c/" + s.signer.ClickToken(sid, link.Key)
		}
		replaced[target] = by
		return by
	}
	r.HTML = content.RewriteLinks(r.HTML, rewrite)
	r.Text = content.RewriteTextLinks(r.Text, rewrite)
	if r.HTML != "" {
		pixel := s.baseURL + "/t/o/" + s.signer.Token(PurposeOpen, sid) + ".gif"
		r.HTML = content.AppendBody(r.HTML, `<img src="`+pixel+`" width="1" height="1" alt="" style="display:block">`)
	}
	return links
}

// maxURL is what the links table keeps.
const maxURL = 8192

// trackable says whether clicks on target may go through us: not our own unsubscribe and view
// links, and nothing that a redirect must not lead to.
func (s *Service) trackable(target string) bool {
	for _, own := range []string{"/u/", "/v/", "/t/"} {
		if strings.HasPrefix(target, s.baseURL+own) {
			return false
		}
	}
	return safeTarget(target)
}

// safeTarget says whether a redirect may lead to target: an absolute web address without user name,
// password or control characters.
func safeTarget(target string) bool {
	if len(target) > maxURL || strings.ContainsFunc(target, breaksHeader) || strings.ContainsAny(target, " \\") {
		return false
	}
	parsed, err := url.Parse(target)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != "" && parsed.User == nil
}

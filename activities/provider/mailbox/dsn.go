package mailbox

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/mauntic/mauntic/domain/messaging"
)

// enhanced is an enhanced status code of RFC 3463.
var enhanced = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

// actions say what a mail server has done (RFC 3464, 2.3.3). "Expanded" tells nothing: reports of
// those it was expanded to follow.
var actions = map[string]messaging.FeedbackKind{
	"failed":    messaging.FeedbackBounced,
	"delayed":   messaging.FeedbackDelayed,
	"delivered": messaging.FeedbackDelivered,
	"relayed":   messaging.FeedbackDelivered,
}

// bounces reads a report about deliveries. Our mails have one recipient, so more groups than one come
// from addresses that forward.
func (p *parser) bounces() []messaging.Feedback {
	sid, ok := p.about()
	if !ok {
		return nil
	}
	var list []messaging.Feedback
	for i, group := range p.status {
		kind, known := actions[strings.ToLower(word(group["action"]))]
		if !known || i > maxParts {
			continue
		}
		f := p.feedback(i, sid, kind)
		f.Detail = said(cmp.Or(group["diagnostic-code"], group["status"]))
		if kind == messaging.FeedbackBounced {
			f.Bounce.Status = cmp.Or(enhanced.FindString(group["status"]), enhanced.FindString(group["diagnostic-code"]))
			f.Bounce.Type = bounceType(f.Bounce.Status)
		}
		list = append(list, f)
	}
	return list
}

// bounceType is what the class of a status says.
func bounceType(status string) string {
	switch {
	case strings.HasPrefix(status, "5"):
		return "permanent"
	case strings.HasPrefix(status, "4"):
		return "transient"
	}
	return "undetermined"
}

// word is the first word of a value, which a comment may follow.
func word(value string) string {
	words := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == '(' || r == ';' })
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

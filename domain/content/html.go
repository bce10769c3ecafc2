package content

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/inbucket/html2text"
	nethtml "golang.org/x/net/html"
)

// Untracked is the attribute by which a marketer keeps a link as it is.
const Untracked = "data-no-track"

// RewriteLinks returns document with the target of each web link replaced by rewrite's answer. All
// else stays byte for byte. Links that are not http or https (mailto, tel, anchors) and links with
// the Untracked attribute are left alone.
func RewriteLinks(document string, rewrite func(url string) string) string {
	var out bytes.Buffer
	out.Grow(len(document) + len(document)/4)
	tokens := nethtml.NewTokenizer(strings.NewReader(document))
	for {
		kind := tokens.Next()
		raw := tokens.Raw()
		if kind == nethtml.ErrorToken {
			out.Write(raw)
			return out.String()
		}
		if kind != nethtml.StartTagToken && kind != nethtml.SelfClosingTagToken {
			out.Write(raw)
			continue
		}
		kept := bytes.Clone(raw) // reading the token overwrites it
		token := tokens.Token()
		if (token.Data == "a" || token.Data == "area") && rewriteHref(&token, rewrite) {
			out.WriteString(token.String())
			continue
		}
		out.Write(kept)
	}
}

func rewriteHref(token *nethtml.Token, rewrite func(string) string) bool {
	href := -1
	for i, attr := range token.Attr {
		switch attr.Key {
		case Untracked, "mautic:disable-tracking":
			return false
		case "href":
			href = i
		}
	}
	if href < 0 || !IsWebLink(token.Attr[href].Val) {
		return false
	}
	before := strings.TrimSpace(token.Attr[href].Val)
	after := rewrite(before)
	token.Attr[href].Val = after
	return after != before
}

// IsWebLink says whether target is an http or https address.
func IsWebLink(target string) bool {
	target = strings.ToLower(strings.TrimSpace(target))
	return strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://")
}

var textLink = regexp.MustCompile(`https?://[^\s<>"]+`)

// RewriteTextLinks does to the addresses in a plain text what RewriteLinks does to those in HTML.
func RewriteTextLinks(text string, rewrite func(url string) string) string {
	return textLink.ReplaceAllStringFunc(text, func(found string) string {
		link := strings.TrimRight(found, ".,;:!?)'\"")
		return rewrite(link) + found[len(link):]
	})
}

// TextPart makes a plain text from HTML, for mailboxes that show no HTML.
func TextPart(document string) (string, error) {
	return html2text.FromString(document, html2text.Options{})
}

// AppendBody puts markup at the end of the body.
func AppendBody(document, markup string) string {
	if at := lastIndexFold(document, "</body"); at >= 0 {
		return document[:at] + markup + document[at:]
	}
	if at := lastIndexFold(document, "</html"); at >= 0 {
		return document[:at] + markup + document[at:]
	}
	return document + markup
}

// Preheader puts text at the start of the body, where mailboxes show it after the subject and
// readers do not see it.
func Preheader(document, text string) string {
	if text == "" {
		return document
	}
	// The blanks keep the beginning of the mail out of the mailbox's preview.
	hidden := `<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all">` +
		html.EscapeString(text) + strings.Repeat("&#847;&zwnj;&nbsp;", 40) + `</div>`
	at := bodyStart(document)
	return document[:at] + hidden + document[at:]
}

// bodyStart returns where the content of the body begins; 0 for a document without body tag.
func bodyStart(document string) int {
	tokens := nethtml.NewTokenizer(strings.NewReader(document))
	for at := 0; ; {
		kind := tokens.Next()
		if kind == nethtml.ErrorToken {
			return 0
		}
		at += len(tokens.Raw())
		if name, _ := tokens.TagName(); kind == nethtml.StartTagToken && string(name) == "body" {
			return at
		}
	}
}

// lastIndexFold is strings.LastIndex without regard to the case of ASCII letters.
func lastIndexFold(s, lower string) int {
	for at := len(s) - len(lower); at >= 0; at-- {
		if strings.EqualFold(s[at:at+len(lower)], lower) {
			return at
		}
	}
	return -1
}

package content

import (
	"strings"
	"testing"
)

func TestOnlyWebLinksAreRewritten(t *testing.T) {
	t.Parallel()
	source := `<!DOCTYPE html><p  CLASS=x>&nbsp;<A class="b" href="https://example.com/?a=1&amp;b=2">go</A>
<a href='mailto:a@b.c'>m</a><a href="tel:+1">t</a><a href="#top">x</a><a>y</a><a href="https://example.com/raw" data-no-track>z</a><!-- <a href="http://c"> --><br/>
<script>var a = '<a href="http://s">'</script><a href=" http://example.com/two ">two`
	var seen []string
	got := RewriteLinks(source, func(url string) string {
		seen = append(seen, url)
		return "https://t/" + string(rune('0'+len(seen)))
	})
	if strings.Join(seen, " ") != "https://example.com/?a=1&b=2 http://example.com/two" {
		t.Errorf("seen %q", seen)
	}
	want := strings.NewReplacer(
		`<A class="b" href="https://example.com/?a=1&amp;b=2">`, `<a class="b" href="https://t/1">`,
		`<a href=" http://example.com/two ">`, `<a href="https://t/2">`,
	).Replace(source)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLinksThatStayAreNotTouched(t *testing.T) {
	t.Parallel()
	source := `<A HREF='https://example.com/u/x'  id = q>bye</A>`
	if got := RewriteLinks(source, func(url string) string { return url }); got != source {
		t.Errorf("got %s", got)
	}
}

func TestLinksInTextKeepTheirPunctuation(t *testing.T) {
	t.Parallel()
	got := RewriteTextLinks("See https://example.com/a?b=1. Or (http://example.com/b), <https://c.example>", func(string) string { return "L" })
	if got != "See L. Or (L), <L>" {
		t.Errorf("got %q", got)
	}
}

func TestMarkupGoesIntoTheBody(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		"<html><body>a</BODY ></html>": "<html><body>aX</BODY ></html>",
		"<p>a</p>":                     "<p>a</p>X",
		"<p>a</p></html>":              "<p>a</p>X</html>",
		"":                             "X",
	} {
		if got := AppendBody(document, "X"); got != want {
			t.Errorf("AppendBody(%q) = %q", document, got)
		}
	}
	got := Preheader(`<html><head><title>x</title></head><body style="a>b">Hello`, "1 < 2")
	if !strings.HasPrefix(got, `<html><head><title>x</title></head><body style="a>b"><div style="display:none`) || !strings.Contains(got, "1 &lt; 2") {
		t.Errorf("Preheader: %q", got)
	}
	if got := Preheader("Hello", ""); got != "Hello" {
		t.Errorf("empty preheader: %q", got)
	}
}

func TestTextPartKeepsLinks(t *testing.T) {
	t.Parallel()
	got, err := TextPart(`<html><head><style>p{}</style></head><body><h1>Hi</h1><p>Read <a href="https://example.com">this</a></p></body></html>`)
	if err != nil || !strings.Contains(got, "this ( https://example.com )") || strings.Contains(got, "{}") {
		t.Errorf("got %q, %v", got, err)
	}
}

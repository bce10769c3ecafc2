package main

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/temporal/embedded"
)

const temporalPath = embedded.UIPath

// mountTemporal serves Temporal's UI, which listens at address. Whoever may not see the workflows
// of all organizations must have been turned away before: see operatorsOnly.
func mountTemporal(site *fiber.App, address string) {
	proxy := &temporalProxy{ui: &fasthttp.HostClient{
		Addr: address, ReadTimeout: time.Minute, MaxConns: 64,
		DisablePathNormalizing: true, // ids of workflows hold escaped slashes
	}}
	site.All(temporalPath, proxy.pass)
	site.All(temporalPath+"/*", proxy.pass)
}

type temporalProxy struct{ ui *fasthttp.HostClient }

// pass hands the request on. Our cookies and keys stay here: the UI would forward them.
func (p *temporalProxy) pass(c *fiber.Ctx) error {
	request := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(request)
	c.Request().CopyTo(request)
	request.SetRequestURI(c.OriginalURL())
	request.SetHost(p.ui.Addr)
	for _, header := range []string{fiber.HeaderAuthorization, fiber.HeaderConnection, fiber.HeaderAcceptEncoding, fiber.HeaderOrigin} {
		request.Header.Del(header)
	}
	token := string(c.Request().Header.Cookie(uiCookie))
	request.Header.DelAllCookies()
	if token != "" {
		request.Header.SetCookie(uiCookie, token)
	}
	if err := p.ui.Do(request, c.Response()); err != nil {
		return domain.Unavailable("Temporal's pages can't be reached just now.")
	}
	c.Response().Header.Del(fiber.HeaderConnection)
	protect(c)
	return nil
}

// uiCookie is the UI's own, against requests from other sites.
const uiCookie = "_csrf"

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// protect gives the UI's pages a policy of their own. The UI drops its own when it is not at the
// root; this one is the same and a little stricter. Inline scripts are allowed by their hash.
func protect(c *fiber.Ctx) {
	c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	if !strings.HasPrefix(c.GetRespHeader(fiber.HeaderContentType), fiber.MIMETextHTML) {
		return
	}
	scripts := []string{"script-src 'strict-dynamic'"}
	for _, found := range inlineScript.FindAllSubmatch(c.Response().Body(), -1) {
		sum := sha256.Sum256(found[1])
		scripts = append(scripts, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	c.Set(fiber.HeaderContentSecurityPolicy, strings.Join([]string{
		"default-src 'self'", strings.Join(scripts, " "), "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:",
		"font-src 'self' data:", "manifest-src 'self' data:", "worker-src 'self' blob:", "connect-src 'self'", "frame-ancestors 'self'", "base-uri 'none'", "form-action 'self'",
	}, "; "))
}

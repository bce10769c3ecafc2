package main

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// check refuses settings that can't work, in a sentence, before anything is started for them.
func (c *Config) check(ctx context.Context) error {
	if err := checkURL("MAUNTIC_BASE_URL", c.BaseURL); err != nil {
		return err
	}
	if err := checkURL("MAUNTIC_CONTENT_URL", c.ContentURL); err != nil {
		return err
	}
	if err := checkOrigins(c.AllowedOrigins); err != nil {
		return err
	}
	for _, proxy := range c.TrustedProxies {
		if _, err := netip.ParseAddr(proxy); err == nil {
			continue
		}
		if _, err := netip.ParsePrefix(proxy); err != nil {
			return domain.Unavailable("MAUNTIC_TRUSTED_PROXIES has %q, which is neither an address nor a network such as 10.0.0.0/8.", proxy)
		}
	}
	if c.SigningKey != "" && len(c.SigningKey) < signingKeyLength {
		return domain.Unavailable("MAUNTIC_SIGNING_KEY is too short: it needs at least %d characters.", signingKeyLength)
	}
	if _, err := c.Temporal.tlsConfig(); err != nil {
		return err
	}
	if _, err := egressClient(c); err != nil {
		return err
	}
	_, err := mailProvider(ctx, c, nil)
	return err
}

// checkURL refuses what is not the address of a site: links in mail begin with it.
func checkURL(setting, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return domain.Unavailable("%s is %q, but must look like https://marketing.example.com.", setting, address)
	}
	return nil
}

// checkOrigins refuses what is not a site, all subdomains of one, or * by itself.
func checkOrigins(origins []string) error {
	for _, origin := range origins {
		site := strings.TrimSuffix(strings.Replace(strings.TrimSpace(origin), "://*.", "://", 1), "/")
		if len(origins) == 1 && site == "*" {
			return nil
		}
		if u, err := url.Parse(site); checkURL("", site) != nil || err != nil || u.Path != "" || u.User != nil || strings.Contains(u.Host, "*") {
			return domain.Unavailable("MAUNTIC_ALLOWED_ORIGINS has %q, but a site looks like https://www.example.com or https://*.example.com.", origin)
		}
	}
	return nil
}

// local says whether an address is on this machine only.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

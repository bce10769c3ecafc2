package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
)

func TestSettingsThatCantWorkAreRefusedInASentence(t *testing.T) {
	t.Parallel()
	for setting, change := range map[string]func(c *Config){
		"MAUNTIC_BASE_URL":        func(c *Config) { c.BaseURL = "marketing.example.com" },
		"MAUNTIC_CONTENT_URL":     func(c *Config) { c.ContentURL = "ftp://files.example.com" },
		"MAUNTIC_TRUSTED_PROXIES": func(c *Config) { c.TrustedProxies = []string{"10.0.0.0/8", "proxy"} },
		"MAUNTIC_ALLOWED_ORIGINS": func(c *Config) { c.AllowedOrigins = []string{"https://example.com", "nonsense"} },
		"MAUNTIC_SIGNING_KEY":     func(c *Config) { c.SigningKey = "short" },
		"MAUNTIC_MAIL":            func(c *Config) { c.Mail = "smpt://mail.example.com" },
	} {
		cfg := Config{Addr: "127.0.0.1:8080", Mail: "inbox", TrustedProxies: []string{"10.0.0.0/8", "::1"}}
		cfg.complete()
		if err := cfg.check(t.Context()); err != nil {
			t.Fatalf("good settings: %v", err)
		}
		change(&cfg)
		if err := cfg.check(t.Context()); domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(err.Error(), setting) {
			t.Errorf("%s: %v, want a sentence that names it.", setting, err)
		}
	}
}

func TestAmazonIsNotCalledInARegionThatNobodyNamed(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		t.Setenv(name, "")
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		t.Setenv(name, filepath.Join(t.TempDir(), "none"))
	}
	cfg := Config{Addr: "127.0.0.1:8080", Mail: "ses"}
	cfg.complete()
	const says = "MAUNTIC_MAIL is ses, but no region is named: set MAUNTIC_SES_REGION, for example to eu-central-1."
	if err := cfg.check(t.Context()); domain.KindOf(err) != domain.KindUnavailable || sentence(err) != says {
		t.Errorf("without a region: %v", err)
	}
	cfg.SES.Region = "eu-central-1"
	if err := cfg.check(t.Context()); err != nil {
		t.Errorf("with a region: %v", err)
	}
	cfg.SES.Region = ""
	t.Setenv("AWS_REGION", "eu-central-1")
	if err := cfg.check(t.Context()); err != nil {
		t.Errorf("with a region of AWS's own tools: %v", err)
	}
}

func TestSitesThatMayCallTheAPI(t *testing.T) {
	t.Parallel()
	for origins, good := range map[string]bool{
		"https://example.com,http://localhost:3000": true, "https://*.example.com": true, "https://example.com/": true, "*": true,
		"example.com": false, "https://example.com/app": false, "https://*": false, "*,https://example.com": false, "": false,
	} {
		if err := checkOrigins(strings.Split(origins, ",")); (err == nil) != good {
			t.Errorf("%q: %v", origins, err)
		}
	}
}

func TestNumbersBelowZeroAreRefused(t *testing.T) {
	t.Parallel()
	for setting, change := range map[string]func(c *Config){
		"":                          func(*Config) {},
		"MAUNTIC_DATABASE_POOL":     func(c *Config) { c.DatabasePool = 0 },
		"MAUNTIC_TEMPORAL_PORT":     func(c *Config) { c.Temporal.Port = 99_999 },
		"MAUNTIC_EMAIL_RATE":        func(c *Config) { c.EmailRate = math.NaN() },
		"MAUNTIC_FILES_ORG":         func(c *Config) { c.FilesOrg = -1 },
		"MAUNTIC_KEEP_EVENTS":       func(c *Config) { c.Keep.Events = -1 },
		"MAUNTIC_UNKNOWN_MARKETING": func(c *Config) { c.UnknownMarketing = -time.Minute },
	} {
		cfg := Config{DatabasePool: 32, Temporal: TemporalConfig{Port: 7233}}
		change(&cfg)
		switch err := cfg.checkNumbers(); {
		case setting == "" && err != nil:
			t.Errorf("good numbers: %v", err)
		case setting != "" && (err == nil || !strings.Contains(err.Error(), setting)):
			t.Errorf("%s: %v", setting, err)
		}
	}
}

func TestTheConsoleSaysSentencesWithoutTheNamesOfFields(t *testing.T) {
	t.Parallel()
	wrong := domain.Invalid("email", "This is not a valid email address.")
	for name, err := range map[string]error{"a rule": wrong, "what kong makes of it": errors.Join(wrong, nil)} {
		if got := sentence(err); got != "This is not a valid email address." {
			t.Errorf("of %s it says %q", name, got)
		}
	}
	if got := sentence(fmt.Errorf("make the owner: %w", wrong)); got != "make the owner: email: This is not a valid email address." {
		t.Errorf("of a wrapped error it says %q", got)
	}
}

func TestAnOwnerThatCantBeMadeIsSaidByItsSetting(t *testing.T) {
	t.Parallel()
	got := ofSettings(domain.Invalid("password", "Use at least 12 characters."))
	if want := "MAUNTIC_ADMIN_PASSWORD can't be used: Use at least 12 characters."; got.Error() != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if other := errors.New("the disk is full"); !errors.Is(ofSettings(other), other) {
		t.Error("another error is not what it was")
	}
}

func TestClocksThatDisagreeAreNoticed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ahead, took time.Duration
		want        string // "": nothing to say
		only        bool   // it is only noted
	}{
		{ahead: time.Second, took: 10 * time.Millisecond},
		{ahead: 20 * time.Second, took: 30 * time.Second}, // the answer took too long to tell
		{ahead: 10 * time.Second, want: "10s ahead of the database's", only: true},
		{ahead: -time.Hour, want: "1h0m0s behind the database's"},
		{ahead: time.Hour, want: "1h0m0s ahead of the database's"},
	} {
		_, err := judgeClocks(c.ahead, c.took)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.ahead, err)
			}
			continue
		}
		if _, only := errors.AsType[warning](err); err == nil || !strings.Contains(err.Error(), c.want) || only != c.only {
			t.Errorf("%s: %v (only noted: %v)", c.ahead, err, only)
		}
	}
}

func TestASecretThatOthersCanReadIsFoundByTheDoctor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	d := dataDir{path: dir}
	if _, err := d.secret("signing.key"); err != nil {
		t.Fatal(err)
	}
	good := func() bool {
		_, err := judgeFolder(dir, "")
		_, only := errors.AsType[warning](err)
		return err == nil || only
	}
	if !good() {
		t.Fatal("A folder as the program makes it is called wrong.")
	}
	for path, mode := range map[string]os.FileMode{"": 0o777, "secrets": 0o755, "secrets/signing.key": 0o644} {
		path = filepath.Join(dir, path)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if good() {
			t.Errorf("%s with %o is not noticed.", path, mode)
		}
		if err := os.Chmod(path, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
}

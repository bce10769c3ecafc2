package main

import "testing"

func TestTheBaseURLFollowsFromTheAddress(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080",
		":8080":          "http://localhost:8080",
		"0.0.0.0:80":     "http://localhost:80",
		"[::]:8080":      "http://localhost:8080",
	} {
		cfg := Config{Addr: addr}
		cfg.complete()
		if cfg.BaseURL != want || cfg.ContentURL != want {
			t.Errorf("%s: base %s, content %s; want %s", addr, cfg.BaseURL, cfg.ContentURL, want)
		}
	}
	cfg := Config{Addr: ":8080", BaseURL: "https://example.com/"}
	if cfg.complete(); cfg.BaseURL != "https://example.com" || !cfg.secure() {
		t.Errorf("base = %s, secure = %v", cfg.BaseURL, cfg.secure())
	}
}

func TestPartsAskForTheAddressesTheyNeed(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(*Config) error{
		"serve": serveCommand{}.Run, "worker": workerCommand{}.Run, "temporal": temporalCommand{}.Run,
	} {
		if err := run(&Config{}); err == nil {
			t.Errorf("%s starts without any address", name)
		}
	}
}

func TestAnExceptionThatCantBeReadStopsTheStart(t *testing.T) {
	t.Parallel()
	if _, err := egressClient(&Config{EgressAllow: []string{"10.0.0.0/8:8080", "intranet"}}); err == nil {
		t.Error("MAUNTIC_EGRESS_ALLOW=intranet is taken.")
	}
	if _, err := egressClient(&Config{EgressAllow: []string{"10.0.0.0/8:8080"}}); err != nil {
		t.Error(err)
	}
}

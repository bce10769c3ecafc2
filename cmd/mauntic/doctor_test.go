package main

import (
	"strings"
	"testing"

	"github.com/mauntic/mauntic/activities/provider/twilio/faketwilio"
)

func TestTheDoctorAsksTwilioWhetherItLetsUsIn(t *testing.T) {
	t.Parallel()
	fake, err := faketwilio.New(faketwilio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := fake.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fake.Close() })
	account := TwilioConfig{AccountSID: "ACfake", AuthToken: "token", From: "+15005550006", BaseURL: fake.URL()}
	d := doctor{cfg: &Config{SMS: "twilio", Twilio: account}}
	if found, err := d.sms(t.Context()); err != nil || found != "twilio lets us in." {
		t.Errorf("%q, %v", found, err)
	}
	d.cfg.Twilio.AuthToken = "guess"
	if found, err := d.sms(t.Context()); err == nil || !strings.Contains(err.Error(), "MAUNTIC_TWILIO_AUTH_TOKEN") {
		t.Errorf("%q, %v", found, err)
	}
	if fake.Calls() != 0 {
		t.Error("something was sent")
	}
}

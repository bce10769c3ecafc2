package main

import (
	"github.com/mauntic/mauntic/activities/provider/inbox"
	"github.com/mauntic/mauntic/activities/provider/twilio"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// smsProvider returns what MAUNTIC_SMS names. Without a signer nothing is reported about what it sends.
func smsProvider(cfg *Config, signer *messaging.Signer, keeper inbox.SMSKeeper) (messaging.SMSProvider, error) {
	switch cfg.SMS {
	case "inbox":
		return inbox.NewSMS(keeper), nil
	case "twilio":
		account := twilio.Config{
			AccountSID: cfg.Twilio.AccountSID, AuthToken: cfg.Twilio.AuthToken, MessagingService: cfg.Twilio.MessagingService,
			From: cfg.Twilio.From, BaseURL: cfg.Twilio.BaseURL,
		}
		if signer != nil {
			account.StatusURL = cfg.BaseURL + signer.HookPath("twilio") + "/status"
		}
		provider, err := twilio.New(account)
		if err != nil {
			return nil, domain.Unavailable("MAUNTIC_SMS=twilio can't be used: %v. Set MAUNTIC_TWILIO_ACCOUNT_SID, _AUTH_TOKEN, and _MESSAGING_SERVICE_SID or _FROM.", err)
		}
		return provider, nil
	}
	return nil, domain.Unavailable("MAUNTIC_SMS must be inbox or twilio.")
}

// twilioReceiver takes what Twilio posts.
func (c *Config) twilioReceiver(s *messaging.Service) *twilio.Receiver {
	return &twilio.Receiver{BaseURL: c.BaseURL, AuthToken: c.Twilio.AuthToken, Messaging: s}
}

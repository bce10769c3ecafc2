package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/twilio/twilio-go/client"
)

// Check asks Twilio for the account, and sends nothing. The error is a sentence that says what was in
// the way.
func (p *Provider) Check(ctx context.Context) error {
	call := p.call(ctx)
	account, err := call.api().FetchAccount(p.config.AccountSID)
	told, readable := errors.AsType[*client.TwilioRestError](err)
	switch {
	case err == nil && text(account.Status) == "active":
		return nil
	case err == nil && text(account.Status) != "":
		return fmt.Errorf("the account is %s. Open Twilio's console to see why", text(account.Status))
	case call.status == 0:
		return fmt.Errorf("it can't be reached: %w", err)
	case call.status < http.StatusBadRequest:
		return errors.New("what answers is not Twilio")
	case call.status == http.StatusUnauthorized || call.status == http.StatusForbidden || call.status == http.StatusNotFound:
		return errors.New("the account's SID and its auth token do not belong together. Check MAUNTIC_TWILIO_ACCOUNT_SID and MAUNTIC_TWILIO_AUTH_TOKEN")
	case readable:
		return fmt.Errorf("status %d, %s", call.status, told.Message)
	}
	return fmt.Errorf("status %d", call.status)
}

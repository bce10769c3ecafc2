package ses

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	throttleWait = 2 * time.Second  // the rate per second was exceeded
	quotaWait    = 10 * time.Minute // the quota of 24 hours is used up
	accountWait  = 5 * time.Minute  // the account, its domain or our access must be repaired by somebody
)

// noCode is how the SDK calls an error whose answer names none.
const noCode = "UnknownError"

// accountCodes are refusals that say nothing about the message.
var accountCodes = map[string]bool{
	"AccountSuspendedException": true, "SendingPausedException": true, "MailFromDomainNotVerifiedException": true,
	"NotFoundException": true, "LimitExceededException": true,
}

// classify sorts errors into definite refusals and the rest, whose outcome nobody knows. written
// says whether SES may have seen anything of the request.
func classify(err error, written bool) error {
	if !written {
		return &messaging.Refused{Reason: domain.Keep("Amazon SES can't be reached."), Detail: err.Error()}
	}
	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil {
		return fmt.Errorf("call SES: %w", err)
	}
	status, code, detail := answer.HTTPStatusCode(), "", ""
	if api := smithy.APIError(nil); errors.As(err, &api) {
		code, detail = api.ErrorCode(), api.ErrorMessage()
	}
	switch {
	case status == http.StatusServiceUnavailable && code != "" && code != noCode:
		// SES itself says that it did not take the mail; without its words it may be a proxy.
		return &messaging.Refused{Reason: domain.Keep("Amazon SES is not available."), Detail: first(detail, code), RetryAfter: throttled(answer, detail)}
	case status >= http.StatusInternalServerError || status < http.StatusBadRequest:
		return fmt.Errorf("call SES: %w", err)
	case status == http.StatusTooManyRequests || code == "TooManyRequestsException" || strings.HasPrefix(code, "Throttling"):
		return &messaging.Refused{Reason: slower(detail), Detail: detail, RetryAfter: throttled(answer, detail)}
	case status == http.StatusUnauthorized || status == http.StatusForbidden || accountCodes[code]:
		return &messaging.Refused{Reason: domain.Keep("Amazon SES does not let this account send."), Detail: first(detail, code), RetryAfter: accountWait}
	}
	return &messaging.Refused{Permanent: true, Reason: domain.Keep("Amazon SES refused the mail."), Detail: first(detail, code)}
}

// throttled is how long SES, or its reason, asks us to wait.
func throttled(answer *awshttp.ResponseError, detail string) time.Duration {
	if seconds, err := strconv.Atoi(answer.Response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		return min(time.Duration(seconds)*time.Second, quotaWait)
	}
	if aboutQuota(detail) {
		return spread(quotaWait)
	}
	return spread(throttleWait)
}

// slower says which of the two limits was hit.
func slower(detail string) domain.Kept {
	if aboutQuota(detail) {
		return domain.Keep("Amazon SES takes no more emails from this account today. We try again every few minutes.")
	}
	return domain.Keep("Amazon SES asks us to send more slowly.")
}

// aboutQuota knows "Daily message quota exceeded" from "Maximum sending rate exceeded".
func aboutQuota(detail string) bool { return strings.Contains(strings.ToLower(detail), "quota") }

// spread adds up to as much again: those who were refused together must not come back together.
func spread(wait time.Duration) time.Duration {
	return wait + rand.N(wait) //nolint:gosec // nobody gains by guessing it
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

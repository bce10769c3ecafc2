package main

import (
	"math"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// checkNumbers refuses numbers that no setting can have, whatever the command: days below zero would
// have everything removed.
func (c *Config) checkNumbers() error {
	if c.DatabasePool < 1 {
		return domain.Unavailable("MAUNTIC_DATABASE_POOL is %d, but the program needs at least one connection.", c.DatabasePool)
	}
	if c.Temporal.Port < 1 || c.Temporal.Port > 65_535 {
		return domain.Unavailable("MAUNTIC_TEMPORAL_PORT is %d, but a port lies between 1 and 65535.", c.Temporal.Port)
	}
	for setting, value := range map[string]float64{
		"MAUNTIC_EMAIL_RATE": c.EmailRate, "MAUNTIC_SMS_RATE": c.SMSRate,
		"MAUNTIC_FILES_CONTACT": float64(c.FilesContact), "MAUNTIC_FILES_ORG": float64(c.FilesOrg),
		"MAUNTIC_KEEP_EVENTS": float64(c.Keep.Events), "MAUNTIC_KEEP_MESSAGES": float64(c.Keep.Messages),
		"MAUNTIC_KEEP_STEP_LOGS": float64(c.Keep.StepLogs), "MAUNTIC_KEEP_INBOX": float64(c.Keep.Inbox),
		"MAUNTIC_KEEP_FEEDBACK": float64(c.Keep.Feedback),
	} {
		if math.IsNaN(value) || value < 0 {
			return domain.Unavailable("%s is %g, but can't be less than 0.", setting, value)
		}
	}
	for setting, value := range map[string]time.Duration{
		"MAUNTIC_UNKNOWN_TRANSACTIONAL": c.UnknownTransactional, "MAUNTIC_UNKNOWN_MARKETING": c.UnknownMarketing,
	} {
		if value < 0 {
			return domain.Unavailable("%s is %s, but can't be less than 0.", setting, value)
		}
	}
	return nil
}

// Package workflows names what the workflows share: their task queues, search attributes and ids.
package workflows

import (
	"fmt"

	"github.com/mauntic/mauntic/domain"
)

// Task queues. Each channel has one of its own, so that a slow provider holds up nobody else.
const (
	QueueJourney = "journey" // journeys and what they do in the database
	QueueEmail   = "email"   // one email a task
	QueueWebhook = "webhook" // one call of a webhook a task
	QueueSMS     = "sms"     // one SMS a task
	QueueBulk    = "bulk"    // imports, and other work on many contacts
)

// Queues returns all task queues.
func Queues() []string { return []string{QueueJourney, QueueEmail, QueueWebhook, QueueSMS, QueueBulk} }

// Search attributes, by which ops find workflows. They are set at the start only: each later change
// would rewrite a row of the visibility store.
const (
	SearchOrg         = "MaunticOrg"
	SearchCampaign    = "MaunticCampaign"
	SearchContact     = "MaunticContact"
	SearchEntrySource = "MaunticEntrySource"
)

// ImportID is the id of the workflow of an import.
func ImportID(org domain.OrgID, id int64) string { return fmt.Sprintf("import/%d/%d", org, id) }

// JobID is the id of the workflow of a job.
func JobID(org domain.OrgID, id int64) string { return fmt.Sprintf("job/%d/%d", org, id) }

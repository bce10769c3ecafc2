package twilio

import "github.com/mauntic/mauntic/domain"

// codes is what Twilio's error codes mean for us. Twilio keeps splitting them, so a code that is not here is
// permanent for the message and says nothing about the number.
var codes = map[int]code{
	21211: {suppress, domain.Keep("The number is not valid.")},
	21614: {suppress, domain.Keep("The number is not a mobile number.")},
	21635: {suppress, domain.Keep("The number is a landline.")},
	30005: {suppress, domain.Keep("The number does not exist.")},
	30006: {suppress, domain.Keep("The number is a landline, or its carrier takes no SMS.")},
	21610: {optOut, domain.Keep("The recipient has opted out.")},
	30003: {soft, domain.Keep("The phone is switched off or out of reach.")},
	30008: {soft, domain.Keep("The carrier does not say why.")},
	30410: {soft, domain.Keep("The carrier did not answer in time.")},
	20429: {retry, domain.Keep("Twilio asks us to send more slowly.")},
	21611: {retry, domain.Keep("The queue of the sender is full.")},
	30001: {retry, domain.Keep("The queue of the sender was full.")},
	30022: {retry, domain.Keep("The carrier's limit for the sender was reached.")},
	30023: {retry, domain.Keep("The carrier's limit for the day was reached.")},
	20003: {lane, domain.Keep("Twilio does not accept the account's credentials.")},
	21408: {lane, domain.Keep("The account may not send to this country.")},
	21603: {lane, domain.Keep("No sender is set.")},
	21606: {lane, domain.Keep("The sender does not belong to the account, or can't send SMS.")},
	21608: {lane, domain.Keep("The account is on trial and may only send to verified numbers.")},
	30002: {lane, domain.Keep("The account is suspended.")},
	30032: {lane, domain.Keep("The toll-free sender is not verified.")},
	30034: {lane, domain.Keep("The sender is not registered with the carriers.")},
	21602: {message, domain.Keep("The text is empty.")},
	21617: {message, domain.Keep("The text is too long.")},
	21612: {message, domain.Keep("The sender can't reach this number.")},
	30004: {message, domain.Keep("The carrier blocked the message.")},
	30007: {message, domain.Keep("The carrier filtered the message as spam.")},
	30010: {message, domain.Keep("The message cost more than is allowed.")},
}

package messaging

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// SuppressionCommands are what the suppression list can be searched by, in the order of help.
var SuppressionCommands = search.Commands{
	{Name: "address", Hint: domain.Mark("The address holds this text"), Example: "address:*@example.org"},
	search.Among("reason", domain.Mark("Why they are on the list"), reasonValues()...),
	search.Among("channel", domain.Mark("Email addresses or phone numbers"), string(ChannelEmail), string(ChannelSMS)),
	search.Among("stops", domain.Mark("What is kept back: marketing only, or all"), string(StopsMarketing), string(StopsAll)),
	{Name: "comment", Hint: domain.Mark("The comment holds this text"), Example: "comment:phone"},
	{Name: "origin", Hint: domain.Mark("What put them there: a file, a message, a user"), Example: "origin:complaints.csv"},
	{Name: "until", Kind: search.Date, Hint: domain.Mark("By the day on which they come off the list"), Example: "until:<=2026-12-31"},
	search.ByCreated, search.ByIDs,
}

func reasonValues() []string {
	values := make([]string, len(suppressionRules))
	for i, rule := range suppressionRules {
		values[i] = string(rule.Reason)
	}
	return values
}

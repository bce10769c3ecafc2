package messagingstore

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store/searchsql"
)

// suppressionSearch is what searches mean for selectSuppression. Addresses are kept in small letters.
var suppressionSearch = searchsql.List{
	Commands: messaging.SuppressionCommands,
	Words:    "s.address",
	Terms: map[string]searchsql.Term{
		"address": suppressedAddress,
		"reason":  searchsql.OneOf("s.reason"),
		"channel": searchsql.OneOf("s.channel"),
		"stops":   searchsql.OneOf("s.stops"),
		"comment": searchsql.Text("s.comment"),
		"origin":  searchsql.Text("s.origin"),
		"until":   searchsql.Date("s.until"),
		"created": searchsql.Date("s.created_at"),
		"ids":     searchsql.IDs("s.id"),
	},
}

// suppressedAddress leaves out those of which only a fingerprint is known.
func suppressedAddress(_ searchsql.Scope, t search.Term) sq.Sqlizer {
	if t.Any() {
		return sq.Expr("s.address is not null")
	}
	return sq.Expr("s.address like lower(?)", searchsql.Pattern(t))
}

package crmstore

import (
	"math"
	"strconv"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store/searchsql"
)

// textColumns are the commands that look into one text. What crm.contacts.search holds too is looked for
// there as well, because the index is on it.
var textColumns = map[string]func(search.Term) sq.Sqlizer{
	"name":      indexedText("lower(concat_ws(' ', c.firstname, c.lastname))", "coalesce(c.firstname, c.lastname)"),
	"firstname": indexedText("lower(c.firstname)", "c.firstname"),
	"lastname":  indexedText("lower(c.lastname)", "c.lastname"),
	"email":     indexedText("c.email_norm", "c.email"),
	"company":   indexedText("lower(c.company)", "c.company"),
	"phone":     phoneSQL,
	"position": func(t search.Term) sq.Sqlizer {
		return textSQL("lower(c.position)", "c.position", t)
	},
	"stage": func(t search.Term) sq.Sqlizer {
		if t.Any() {
			return sq.Expr("c.stage is not null")
		}
		return searchsql.EqualTo("lower(c.stage)", t)
	},
	"locale": func(t search.Term) sq.Sqlizer {
		if t.Any() {
			return sq.Expr("c.locale is not null")
		}
		return sq.Or{searchsql.EqualTo("lower(c.locale)", t), sq.Expr("lower(c.locale) like lower(?)", searchsql.Literally(t.Value)+"-%")}
	},
}

func textSQL(lower, column string, t search.Term) sq.Sqlizer {
	if t.Any() {
		return sq.Expr(column + " is not null")
	}
	return sq.Expr(lower+" like lower(?)", searchsql.Pattern(t))
}

func indexedText(lower, column string) func(search.Term) sq.Sqlizer {
	return func(t search.Term) sq.Sqlizer {
		if t.Any() {
			return textSQL(lower, column, t)
		}
		return sq.And{sq.Expr("c.search like lower(?)", "%"+searchsql.Pattern(t)+"%"), textSQL(lower, column, t)}
	}
}

// phoneSQL finds a number as it was typed, and as it is dialled when the value is a whole number.
func phoneSQL(t search.Term) sq.Sqlizer {
	typed := indexedText("lower(c.phone)", "c.phone")(t)
	if dialled := crm.PhoneE164(t.Value); dialled != nil && !t.Any() {
		return sq.Or{typed, sq.Expr("c.phone_e164 = ?", *dialled)}
	}
	return typed
}

func (s contactSearch) tag(t search.Term) sq.Sqlizer {
	if t.Any() {
		return sq.Expr(`exists (select from crm.contact_tags x join crm.tags t on t.org_id = x.org_id and t.id = x.tag_id
			where x.org_id = ? and x.contact_id = c.id)`, s.scope.Org)
	}
	return carries(s.scope.Org, s.named[t])
}

func (s contactSearch) segment(t search.Term) sq.Sqlizer {
	if t.Any() {
		return sq.Expr(`exists (select from crm.segment_contacts x join crm.segments g on g.org_id = x.org_id and g.id = x.segment_id
			where x.org_id = ? and x.contact_id = c.id)`, s.scope.Org)
	}
	return belongs(s.scope.Org, s.named[t])
}

func (s contactSearch) owner(t search.Term) sq.Sqlizer {
	if t.Any() {
		return sq.Expr("c.owner_id is not null")
	}
	if id, err := strconv.ParseInt(t.Value, 10, 64); err == nil {
		return sq.Eq{"c.owner_id": id}
	}
	if strings.EqualFold(t.Value, "me") && !t.Literal {
		return sq.Eq{"c.owner_id": s.scope.Viewer}
	}
	return sq.Expr("c.owner_id in (?)", sq.Select("u.id").From("identity.users u").Join("identity.org_members m on m.user_id = u.id").
		Where(sq.Eq{"m.org_id": s.scope.Org}).Where(sq.Or{sq.Expr("lower(u.name) like lower(?)", searchsql.Pattern(t)), sq.Expr("lower(u.email) like lower(?)", searchsql.Pattern(t))}))
}

func (s contactSearch) is(t search.Term) sq.Sqlizer {
	switch t.Value {
	case "mine":
		return sq.Eq{"c.owner_id": s.scope.Viewer}
	case "unowned":
		return sq.Expr("c.owner_id is null")
	case "sample":
		return sq.Expr("c.is_sample")
	case "anonymous":
		return sq.Expr("(c.email is null and c.phone is null and c.firstname is null and c.lastname is null)")
	}
	return sq.Expr("true") // is:* is every contact
}

func (s contactSearch) has(what string) sq.Sqlizer {
	switch what {
	case "email", "phone", "company":
		return sq.NotEq{"c." + what: nil}
	case "tags":
		return s.tag(search.Term{Value: "*"})
	case "notes":
		return sq.Expr("exists (select from crm.notes n where n.org_id = ? and n.contact_id = c.id and n.deleted_at is null)", s.scope.Org)
	}
	return sq.Expr("true")
}

func (s contactSearch) dnc(t search.Term) sq.Sqlizer {
	marks := sq.Select("1").From("crm.do_not_contact d").Where(sq.Eq{"d.org_id": s.scope.Org}).Where("d.contact_id = c.id")
	if t.Value != "any" && !t.Any() {
		marks = marks.Where(sq.Eq{"d.channel": t.Value})
	}
	return sq.Expr("exists (?)", marks)
}

// imported finds what imports have written down of their contacts. Not "in": its opposite would look through
// a list of all contacts of the import for each contact.
func (s contactSearch) imported(t search.Term) sq.Sqlizer {
	return sq.Expr("exists (select from crm.import_contacts i where i.org_id = ? and i.import_id = any(?) and i.contact_id = c.id)", s.scope.Org, search.ParseIDs(t.Value))
}

// pointsSQL compares with whole numbers, as the index has them: more than 2.5 is more than 2.
func pointsSQL(t search.Term) sq.Sqlizer {
	value, err := strconv.ParseFloat(t.Value, 64)
	if t.Any() || err != nil { // the reader has checked it
		return sq.Expr("true")
	}
	value = min(max(value, math.MinInt32-1), math.MaxInt32+1)
	below, above := int64(math.Floor(value)), int64(math.Ceil(value))
	switch t.Op {
	case search.More:
		return sq.Expr("c.points > ?::bigint", below)
	case search.AtLeast:
		return sq.Expr("c.points >= ?::bigint", above)
	case search.Less:
		return sq.Expr("c.points < ?::bigint", above)
	case search.AtMost:
		return sq.Expr("c.points <= ?::bigint", below)
	}
	if below != above {
		return sq.Expr("false")
	}
	return sq.Expr("c.points = ?::bigint", below)
}

package campaign

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// maxAnswerDepth is how many objects and lists of an answer may lie inside each other.
const maxAnswerDepth = 30

// usable returns the answer as the database keeps it; nil when it is no JSON or too much of it.
func usable(answer WebAnswer) json.RawMessage {
	if answer.Cut || !strings.Contains(strings.ToLower(answer.ContentType), "json") {
		return nil
	}
	value, ok := readAnswer(answer.Body)
	if !ok {
		return nil
	}
	kept, err := json.Marshal(value)
	if err != nil || len(kept) > maxCallAnswer {
		return nil
	}
	return kept
}

// readAnswer reads JSON into maps, lists and values as templates know them.
func readAnswer(body []byte) (any, bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() {
		return nil, false
	}
	return plain(value, maxAnswerDepth)
}

// plain turns numbers into Go's, and refuses what Postgres can't keep.
func plain(value any, depth int) (any, bool) {
	if depth == 0 {
		return nil, false
	}
	switch v := value.(type) {
	case string:
		return v, !strings.ContainsRune(v, 0)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, true
		}
		f, err := v.Float64()
		return f, err == nil && !math.IsInf(f, 0)
	case []any:
		for i := range v {
			item, ok := plain(v[i], depth-1)
			if !ok {
				return nil, false
			}
			v[i] = item
		}
	case map[string]any:
		for name := range v {
			item, ok := plain(v[name], depth-1)
			if !ok || strings.ContainsRune(name, 0) {
				return nil, false
			}
			v[name] = item
		}
	}
	return value, true
}

var _ messaging.Journeys = (*Service)(nil)

// MessageVars implements messaging.Journeys: what webhooks of the message's journey have answered.
func (s *Service) MessageVars(ctx context.Context, org domain.OrgID, m messaging.Message) (map[string]any, error) {
	if m.JourneyID == nil {
		return nil, nil
	}
	answers, err := s.answers(ctx, org, JourneyID(*m.JourneyID))
	return map[string]any{"webhook": answers}, err
}

// answers returns what webhooks have answered on a journey, by the step's id and by its name as
// merge tags spell it. Each holds the fields of the JSON, http_status, and the whole as answer.
func (s *Service) answers(ctx context.Context, org domain.OrgID, id JourneyID) (map[string]any, error) {
	calls, err := s.Store.EndedCalls(ctx, org, id)
	if err != nil {
		return nil, err
	}
	answers := map[string]any{}
	for _, call := range calls {
		route, err := s.route(ctx, versionKey{org: org, campaign: call.CampaignID, version: call.Version})
		if err != nil {
			return nil, err
		}
		vars := map[string]any{}
		if value, ok := readAnswer(call.Answer); ok {
			if fields, isObject := value.(map[string]any); isObject {
				vars = fields
			}
			vars["answer"] = value
		}
		vars["http_status"] = call.Status
		answers[string(call.StepID)] = vars
		if step, ok := route.steps[call.StepID]; ok {
			answers[tagName(step.Title())] = vars
		}
	}
	return answers, nil
}

// tagName spells a step's name as merge tags do: "Look up CRM" is look_up_crm.
func tagName(title string) string {
	var out strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case unicode.IsLetter(r) && r < unicode.MaxASCII, unicode.IsDigit(r) && r < unicode.MaxASCII:
			out.WriteRune(r)
		case out.Len() > 0 && !strings.HasSuffix(out.String(), "_"):
			out.WriteByte('_')
		}
	}
	name := strings.TrimSuffix(out.String(), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "step_" + name
	}
	return name
}

// answered looks up a path such as webhook.look_up_crm.score in what webhooks have answered.
func answered(answers map[string]any, path string) (any, bool) {
	var value any = answers
	for _, name := range strings.Split(path, ".")[1:] {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, value != nil
}

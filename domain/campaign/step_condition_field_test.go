package campaign_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
)

var conditionFields = []crm.FieldInput{
	{Label: "Born", Type: crm.FieldDate},
	{Label: "Vip", Type: crm.FieldBoolean},
	{Label: "Orders", Type: crm.FieldNumber},
	{Label: "Note", Type: crm.FieldText},
	{Label: "Sizes", Type: crm.FieldMultiselect, Options: []crm.FieldOption{{Value: "s", Label: "Small"}, {Value: "m", Label: "Medium"}, {Value: "l", Label: "Large"}}},
	{Label: "Land", Type: crm.FieldCountry},
	{Label: "Seen", Type: crm.FieldDatetime},
}

func TestConditionsCompareByTheTypeOfTheField(t *testing.T) {
	t.Parallel()
	s := enter(t, `{"root": [{"id": "send", "kind": "send_email", "settings": {"email": %d}}]}`, conditionFields...)
	_, err := s.CRM.UpdateContact(s.Ctx(), s.Org, s.journey.Contact, crm.ContactPatch{Fields: map[string]any{
		"born": "1990-05-01", "vip": true, "orders": 10, "sizes": "s|m", "note": "10", "land": "DE", "seen": "2026-03-31T13:04:00Z",
	}})
	if err != nil {
		t.Fatal(err)
	}
	for condition, want := range map[string]bool{
		`"field":"born","operator":"greater","value":"30.4.1990"`:        true,
		`"field":"born","operator":"less","value":"1990-05-01"`:          false,
		`"field":"born","operator":"equals","value":"1 May 1990"`:        true,
		`"field":"vip","operator":"equals","value":"yes"`:                true,
		`"field":"vip","operator":"not_equals","value":"1"`:              false,
		`"field":"orders","operator":"equals","value":"10.0"`:            true,
		`"field":"orders","operator":"greater","value":"9"`:              true,
		`"field":"note","operator":"equals","value":"10.0"`:              false,
		`"field":"sizes","operator":"contains","value":"Medium"`:         true,
		`"field":"sizes","operator":"not_contains","value":"m"`:          false,
		`"field":"sizes","operator":"contains","value":"l"`:              false,
		`"field":"sizes","operator":"equals","value":"s"`:                false,
		`"field":"sizes","operator":"equals","value":"m, s"`:             true,
		`"field":"land","operator":"equals","value":"Germany"`:           true,
		`"field":"seen","operator":"greater","value":"2026-03-31 00:00"`: true,
		`"field":"seen","operator":"empty"`:                              false,
	} {
		holds, err := s.holds(t, condition)
		if err != nil || holds != want {
			t.Errorf("%s: got %v (%v), want %v", condition, holds, err, want)
		}
	}
}

// holds asks the scene's contact in a campaign of its own.
func (s *scene) holds(t *testing.T, condition string) (bool, error) {
	t.Helper()
	c := s.Publish(t, condition, `{"root": [{"id": "ask", "kind": "condition", "settings": {`+condition+`}, "branches": [
		{"id": "yes", "steps": [{"id": "yes", "kind": "change_tags", "settings": {"add": ["yes"]}}]},
		{"id": "no", "steps": [{"id": "no", "kind": "change_tags", "settings": {"add": ["no"]}}]}]}]}`)
	asked := &scene{World: s.World, workflows: s.workflows, journey: s.Enter(t, c.ID, s.journey.Contact)[0]}
	asked.ask(t, monday, campaign.HappenedStart)
	log := strings.Join(s.Log(t, asked.journey.ID), " ")
	if !strings.Contains(log, "?: ") {
		return false, fmt.Errorf("no answer in %q", log)
	}
	return strings.Contains(log, "?: Yes."), nil
}

func TestConditionsOnFieldsAreValidatedByType(t *testing.T) {
	t.Parallel()
	s := enter(t, `{"root": [{"id": "send", "kind": "send_email", "settings": {"email": %d}}]}`, conditionFields...)
	for condition, says := range map[string]string{
		`"field":"born","operator":"greater","value":"03/04/1990"`: "some countries put the month first",
		`"field":"vip","operator":"equals","value":"maybe"`:        "Write Yes or No here.",
		`"field":"sizes","operator":"contains","value":"xl"`:       "not one of the choices",
		`"field":"gone","operator":"empty"`:                        "No contact can have a field named “gone”",
		`"field":"locale","operator":"equals","value":"de"`:        "",
	} {
		draft, err := s.Campaign.CreateCampaign(s.Ctx(), s.Org, campaign.Input{Name: says, Flow: parse(t, `{"root":[{"id":"a","kind":"condition","settings":{`+condition+`}}]}`)})
		if says == "" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		problems, err := s.Campaign.Validate(s.Ctx(), s.Org, draft.ID)
		if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Message, says) {
			t.Errorf("%s: got %+v (%v), want %q", condition, problems, err, says)
		}
	}
}

func TestAFieldThatACampaignUsesIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := enter(t, `{"root": [
		{"id": "set", "kind": "update_contact", "settings": {"fields": {"note": "x"}}},
		{"id": "wait", "kind": "wait", "settings": {"for": {"amount": 2, "unit": "days"}}, "branches": []},
		{"id": "tell", "kind": "notify_user", "settings": {"to": "owner", "subject": "Size", "text": "Has {{ contact.sizes | upcase }} of the land"}},
		{"id": "ask", "kind": "condition", "settings": {"field": "vip", "operator": "empty"}, "branches": [{"id": "yes", "steps": [
			{"id": "send", "kind": "send_email", "settings": {"email": %d}}]}]}]}`, conditionFields...)
	fields, err := s.CRM.Fields(s.Ctx(), s.Org)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range fields {
		_, err := s.CRM.DeleteField(s.Ctx(), s.Org, field.ID, 0)
		used := field.Alias == "note" || field.Alias == "vip" || field.Alias == "sizes"
		if refused := domain.KindOf(err) == domain.KindConflict && strings.Contains(err.Error(), "the campaign “Welcome”"); refused != used {
			t.Errorf("%s: got %v, want a refusal: %v", field.Alias, err, used)
		}
	}
}

package campaign_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
)

func TestParseFlow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		document string
		field    string // where the refusal points
		says     string
	}{
		"NoJSON":              {`{"root": [`, "flow", "can't be read"},
		"TwoDocuments":        {`{"root": []} {"root": []}`, "flow", "more than one"},
		"NotATree":            {`[1, 2]`, "flow", "can't be"},
		"UnknownField":        {`{"root": [], "steps": []}`, "flow", "unknown field"},
		"UnknownKind":         {`{"root": [{"id": "a", "kind": "teleport"}]}`, "flow.root.0.kind", "no step of the kind"},
		"UnknownSetting":      {`{"root": [{"id": "a", "kind": "wait", "settings": {"colour": 1}}]}`, "flow.root.0.settings", "can't be read"},
		"WrongTypeOfSetting":  {`{"root": [{"id": "a", "kind": "wait", "settings": {"for": {"amount": "two"}}}]}`, "flow.root.0.settings", "can't be"},
		"SameIDTwice":         {`{"root": [{"id": "a", "kind": "exit"}, {"id": "a", "kind": "exit"}]}`, "flow.root.1.id", "circle"},
		"AwkwardID":           {`{"root": [{"id": "a b", "kind": "exit"}]}`, "flow.root.0.id", "40 letters"},
		"UnknownBranch":       {`{"root": [{"id": "a", "kind": "condition", "branches": [{"id": "maybe"}]}]}`, "flow.root.0.branches.0.id", "no branch"},
		"BranchTwice":         {`{"root": [{"id": "a", "kind": "condition", "branches": [{"id": "yes"}, {"id": "yes"}]}]}`, "flow.root.0.branches.1.id", "twice"},
		"BranchesOfAPlainOne": {`{"root": [{"id": "a", "kind": "wait", "branches": [{"id": "yes"}]}]}`, "flow.root.0.branches.0.id", "no branch"},
		"NULInAText":          {`{"root": [{"id": "a", "kind": "exit", "name": "a\u0000b"}]}`, "flow", "U+0000"},
		"ThousandLevels":      {nested(1000), "flow", "levels deep"},
		"HundredThousandArrays": {
			`{"root": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, "flow", "levels deep",
		},
		"TooLarge": {`{"root": "` + strings.Repeat("x", campaign.MaxFlowBytes) + `"}`, "flow", "larger than 1 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := campaign.ParseFlow([]byte(test.document))
			var refusal *domain.Error
			if !asError(err, &refusal) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if refusal.Field != test.field || !strings.Contains(refusal.Message, test.says) {
				t.Errorf("got %q at %q, want %q at %q", refusal.Message, refusal.Field, test.says, test.field)
			}
		})
	}
}

func nested(levels int) string {
	open, closed := strings.Builder{}, strings.Builder{}
	for i := range levels {
		fmt.Fprintf(&open, `{"id": "s%d", "kind": "condition", "branches": [{"id": "yes", "steps": [`, i)
		closed.WriteString(`]}]}`)
	}
	return `{"root": [` + open.String() + closed.String() + `]}`
}

func TestFlowSurvivesItsOwnJSON(t *testing.T) {
	t.Parallel()
	for _, kind := range campaign.StepKinds {
		t.Run(string(kind.Kind), func(t *testing.T) {
			t.Parallel()
			document := fmt.Sprintf(`{"root": [{"id": "first", "kind": %q, "name": "First"}]}`, kind.Kind)
			flow := parse(t, document)
			written, err := json.Marshal(flow)
			if err != nil {
				t.Fatal(err)
			}
			again, err := campaign.ParseFlow(written)
			if err != nil {
				t.Fatalf("read what was written: %v\n%s", err, written)
			}
			rewritten, err := json.Marshal(again)
			if err != nil || !bytes.Equal(rewritten, written) {
				t.Errorf("got %s, want %s (%v)", rewritten, written, err)
			}
			if got := len(again.Root[0].Branches); got != len(kind.Branches) {
				t.Errorf("got %d branches, want all %d of the kind", got, len(kind.Branches))
			}
		})
	}
}

func TestStepWithoutIDGetsOne(t *testing.T) {
	t.Parallel()
	flow := parse(t, `{"root": [{"kind": "exit"}]}`)
	if len(flow.Root[0].ID) != 26 {
		t.Errorf("got %q, want a ULID", flow.Root[0].ID)
	}
}

func TestSpanFollowsTheCalendar(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	beforeSummerTime := time.Date(2026, 3, 28, 9, 0, 0, 0, berlin)
	for name, test := range map[string]struct {
		span campaign.Span
		want time.Time
	}{
		"TwoDaysLaterAtTheSameHour": {campaign.Span{Amount: 2, Unit: "days"}, time.Date(2026, 3, 30, 9, 0, 0, 0, berlin)},
		"FortyEightHours":           {campaign.Span{Amount: 48, Unit: "hours"}, time.Date(2026, 3, 30, 10, 0, 0, 0, berlin)},
		"OneMonth":                  {campaign.Span{Amount: 1, Unit: "months"}, time.Date(2026, 4, 28, 9, 0, 0, 0, berlin)},
		"ThirtySeconds":             {campaign.Span{Amount: 30, Unit: "seconds"}, beforeSummerTime.Add(30 * time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.span.From(beforeSummerTime.UTC(), berlin); !got.Equal(test.want) {
				t.Errorf("got %v, want %v", got.In(berlin), test.want)
			}
		})
	}
}

package campaign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/mauntic/mauntic/domain"
)

// Limits of a flow document. They are far above what a person can oversee.
const (
	MaxFlowBytes = 1 << 20
	MaxSteps     = 500
	MaxDepth     = 25 // branches within branches
)

// StepID names a step for ever: people in it keep their place when the flow around it changes.
type StepID string

// Flow is what a marketer draws: a tree of steps. Branches rejoin the sequence they came from,
// unless they end with an exit.
type Flow struct {
	Root []Step `json:"root"`
}

// Step is one card on the canvas.
type Step struct {
	ID       StepID   `json:"id"`
	Kind     Kind     `json:"kind"`
	Name     string   `json:"name,omitempty"`
	Settings Settings `json:"settings"`
	Branches []Branch `json:"branches,omitempty"`
}

// Branch is one way on from a step that decides.
type Branch struct {
	ID    string `json:"id"`
	Label string `json:"label,omitempty"`
	Steps []Step `json:"steps"`
}

// Title is what a step is called, in English: its name, or what its settings say.
func (s Step) Title() string { return s.Phrase().String() }

// Phrase is what a step is called: its name, or what its settings say.
func (s Step) Phrase() *domain.Phrase {
	if s.Name != "" {
		return domain.Quote(s.Name)
	}
	return s.Settings.Describe()
}

// The document as it arrives: settings stay raw until the kind is known. Decoding is one linear
// pass, however deep the document is.
type rawStep struct {
	ID       StepID          `json:"id"`
	Kind     Kind            `json:"kind"`
	Name     string          `json:"name"`
	Settings json.RawMessage `json:"settings"`
	Branches []rawBranch     `json:"branches"`
}

type rawBranch struct {
	ID    string    `json:"id"`
	Label string    `json:"label"`
	Steps []rawStep `json:"steps"`
}

var stepIDPattern = regexp.MustCompile(`^[0-9A-Za-z_-]{1,40}$`)

// ParseFlow reads a flow document. It refuses what is not a tree of known steps; what is merely
// unfinished (no email chosen yet) is for Validate to say. Steps without an id get one.
func ParseFlow(document []byte) (Flow, error) {
	if len(document) > MaxFlowBytes {
		return Flow{}, domain.TooLarge("flow", "The flow document is larger than 1 MB.")
	}
	if err := checkNesting(document); err != nil {
		return Flow{}, err
	}
	var raw struct {
		Root []rawStep `json:"root"`
	}
	if err := strictDecode(document, &raw); err != nil {
		return Flow{}, domain.Invalid("flow", "The flow document can't be read: %s.", plainJSONError(err))
	}
	p := flowParser{seen: map[StepID]bool{}}
	flow := Flow{Root: p.steps(raw.Root, "flow.root")}
	return flow, p.findings.Err()
}

// checkNesting bounds the depth before anything recursive looks at the document.
func checkNesting(document []byte) error {
	const perBranch = 4 // "branches": [ { "steps": [ { … adds four levels
	decoder := json.NewDecoder(bytes.NewReader(document))
	for depth := 0; ; {
		token, err := decoder.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return domain.Invalid("flow", "The flow document is not valid JSON: %s.", plainJSONError(err))
		}
		if text, ok := token.(string); ok && strings.ContainsRune(text, 0) {
			return domain.Invalid("flow", "Text may not contain the character U+0000, as before byte %d.", decoder.InputOffset())
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth > (MaxDepth+2)*perBranch {
			return domain.Invalid("flow", "The flow has branches within branches more than %d levels deep.", MaxDepth)
		}
	}
}

func strictDecode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if decoder.More() {
		return errors.New("there is more than one document")
	}
	return nil
}

func plainJSONError(err error) *domain.Phrase {
	if err == io.EOF { //nolint:errorlint // the decoder returns it bare
		return domain.Say("it is empty")
	}
	if typeError, ok := err.(*json.UnmarshalTypeError); ok { //nolint:errorlint // the decoder returns it bare
		if typeError.Field == "" {
			return domain.Say("it can't be of type %s", typeError.Value)
		}
		return domain.Say("%q can't be %s", typeError.Field, typeError.Value)
	}
	return domain.Quote(string(bytes.TrimPrefix([]byte(err.Error()), []byte("json: "))))
}

type flowParser struct {
	seen     map[StepID]bool
	findings domain.Findings
}

func (p *flowParser) steps(raw []rawStep, path string) []Step {
	steps := make([]Step, 0, len(raw))
	for i, r := range raw {
		step, ok := p.step(r, fmt.Sprintf("%s.%d", path, i))
		if ok {
			steps = append(steps, step)
		}
	}
	return steps
}

func (p *flowParser) step(raw rawStep, path string) (Step, bool) {
	if raw.ID == "" {
		raw.ID = StepID(ulid.Make().String())
	}
	kind, known := KindNamed(raw.Kind)
	switch {
	case len(p.seen) >= MaxSteps:
		p.findings.Add(path, "A flow has at most %d steps.", MaxSteps)
		return Step{}, false
	case !stepIDPattern.MatchString(string(raw.ID)):
		p.findings.Add(path+".id", "A step id has 1 to 40 letters, digits, - or _.")
	case p.seen[raw.ID]:
		p.findings.Add(path+".id", "Two steps have the id %s, so the flow would run in a circle.", raw.ID)
	case !known:
		p.findings.Add(path+".kind", "There is no step of the kind %q.", raw.Kind)
	case len([]rune(raw.Name)) > 191:
		p.findings.Add(path+".name", "A step's name has at most 191 characters.")
	}
	p.seen[raw.ID] = true
	if !known {
		return Step{}, false
	}
	settings, err := kind.read(raw.Settings)
	if err != nil {
		p.findings.Add(path+".settings", "The settings of this step can't be read: %s.", plainJSONError(err))
		return Step{}, false
	}
	step := Step{ID: raw.ID, Kind: raw.Kind, Name: raw.Name, Settings: settings}
	step.Branches = p.branches(kind, raw.Branches, path)
	return step, true
}

// branches returns the branches that the kind has, in its order; those left out are empty.
func (p *flowParser) branches(kind StepKind, raw []rawBranch, path string) []Branch {
	given := map[string]rawBranch{}
	for i, branch := range raw {
		where := fmt.Sprintf("%s.branches.%d", path, i)
		if !kind.hasBranch(branch.ID) {
			p.findings.Add(where+".id", "A step of the kind %q has no branch %q.", kind.Kind, branch.ID)
		}
		if _, twice := given[branch.ID]; twice {
			p.findings.Add(where+".id", "The branch %q is there twice.", branch.ID)
		}
		given[branch.ID] = branch
	}
	var branches []Branch
	for i, branch := range kind.Branches {
		steps := p.steps(given[branch.ID].Steps, fmt.Sprintf("%s.branches.%d.steps", path, i))
		branches = append(branches, Branch{ID: branch.ID, Label: branch.Label, Steps: steps})
	}
	return branches
}

// Steps returns all steps in reading order.
func (f Flow) Steps() []Step {
	var all []Step
	f.walk(func(step Step, _ int) { all = append(all, step) })
	return all
}

func (f Flow) walk(visit func(step Step, depth int)) {
	var into func(steps []Step, depth int)
	into = func(steps []Step, depth int) {
		for _, step := range steps {
			visit(step, depth)
			for _, branch := range step.Branches {
				into(branch.Steps, depth+1)
			}
		}
	}
	into(f.Root, 0)
}

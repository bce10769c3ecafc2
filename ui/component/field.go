package component

import (
	"maps"
	"strings"

	"github.com/a-h/templ"
)

// FieldProps describe one labelled control. Name is also its id (with "f-" before it) and the field
// name that errors use.
type FieldProps struct {
	Name         string
	Label        string
	Value        string
	Hint         string // one line under the label of a difficult field
	Error        string // Errors.On(name)
	Type         string // of the input: text when empty
	Placeholder  string
	Autocomplete string
	Required     bool
	Disabled     bool
	Rows         int              // of a text area: 4 when 0
	Mono         bool             // code: fixed-width letters
	More         templ.Component  // opens behind a ? beside the label, for what one line can't explain
	Attrs        templ.Attributes // further attributes of the control
}

// Option is one choice of a Select.
type Option struct{ Value, Label string }

func (p FieldProps) id() string { return "f-" + p.Name }

func (p FieldProps) inputType() string {
	if p.Type == "" {
		return "text"
	}
	return p.Type
}

func (p FieldProps) rows() int {
	if p.Rows == 0 {
		return 4
	}
	return p.Rows
}

// attrs join the control to its hint and error, so that they are read aloud with it.
func (p FieldProps) attrs() templ.Attributes {
	all := templ.Attributes{"id": p.id(), "name": p.Name, "required": p.Required, "disabled": p.Disabled}
	for name, value := range map[string]string{"placeholder": p.Placeholder, "autocomplete": p.Autocomplete} {
		if value != "" {
			all[name] = value
		}
	}
	if p.Error != "" {
		all["aria-invalid"] = "true"
	}
	if described := p.described(); described != "" {
		all["aria-describedby"] = described
	}
	maps.Copy(all, p.Attrs)
	return all
}

// described are the ids of what is read aloud after the label.
func (p FieldProps) described() string {
	described := ""
	if p.Hint != "" {
		described = p.id() + "-hint"
	}
	if p.Error != "" {
		described += " " + p.id() + "-error"
	}
	return strings.TrimSpace(described)
}

func (p FieldProps) inputClass() string {
	class := "input w-full"
	if p.Error != "" {
		class += " input-error"
	}
	if p.Mono {
		class += " font-mono text-sm"
	}
	return class
}

func (p FieldProps) textAreaClass() string {
	class := "textarea w-full leading-relaxed"
	if p.Error != "" {
		class += " textarea-error"
	}
	if p.Mono {
		class += " font-mono text-[0.8125rem]"
	}
	return class
}

func (p FieldProps) selectClass() string {
	if p.Error != "" {
		return "select w-full select-error"
	}
	return "select w-full"
}

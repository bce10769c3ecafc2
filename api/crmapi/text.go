package crmapi

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// text is a text that may be left out, given, or cleared with null or "".
type text struct {
	given bool
	value string
}

// UnmarshalJSON implements json.Unmarshaler; it is called for null too, but not for what is left out.
func (t *text) UnmarshalJSON(raw []byte) error {
	t.given = true
	if string(raw) == "null" {
		return nil
	}
	return json.Unmarshal(raw, &t.value)
}

// Schema implements huma.SchemaProvider.
func (text) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true}
}

// pointer is nil when the text was left out.
func (t text) pointer() *string {
	if !t.given {
		return nil
	}
	return &t.value
}

// number is a whole number that may be left out or given; null counts as 0.
type number[T ~int | ~int64] struct {
	given bool
	value T
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *number[T]) UnmarshalJSON(raw []byte) error {
	n.given = true
	if string(raw) == "null" {
		return nil
	}
	return json.Unmarshal(raw, &n.value)
}

// Schema implements huma.SchemaProvider.
func (number[T]) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Format: "int64", Nullable: true}
}

func (n number[T]) pointer() *T {
	if !n.given {
		return nil
	}
	return &n.value
}

var (
	_ huma.SchemaProvider = text{}
	_ huma.SchemaProvider = number[int]{}
)

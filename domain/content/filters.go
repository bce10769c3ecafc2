package content

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/osteele/liquid/filters"
	"github.com/osteele/liquid/render"
	"github.com/osteele/tuesday"
)

// Limits of one value inside a template.
const (
	maxText  = 64 << 10 // bytes of a text
	maxItems = 1000     // elements of a list
)

var errTooLarge = errors.New("a filter makes a text or list that is too large")

// filterNames are the filters that templates may use. Nothing changes them after the start.
var filterNames = func() map[string]bool {
	names := filterList{}
	filters.AddStandardFilters(names)
	names["safe"] = true // added by the library where values are escaped
	return names
}()

type filterList map[string]bool

func (l filterList) AddFilter(name string, _ any) { l[name] = true }

// addFilters adds the standard filters with limits, because a chain of them can double a text
// with each link.
func addFilters(cfg *render.Config) {
	filters.AddStandardFilters(limitedFilters{cfg})
	cfg.AddFilter("replace", replaceAll)
	cfg.AddFilter("remove", func(s, old string) (string, error) { return replaceAll(s, old, "") })
	cfg.AddFilter("join", join)
	cfg.AddFilter("date", date)
	cfg.AddSafeFilter()
}

type limitedFilters struct{ cfg *render.Config }

// AddFilter adds fn with its inputs and its result limited.
func (l limitedFilters) AddFilter(name string, fn any) {
	inner := reflect.ValueOf(fn)
	kind := inner.Type()
	outs := []reflect.Type{kind.Out(0), errorType}
	ins := make([]reflect.Type, kind.NumIn())
	for i := range ins {
		ins[i] = kind.In(i)
	}
	limited := reflect.MakeFunc(reflect.FuncOf(ins, outs, kind.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		if slices.ContainsFunc(args, tooLarge) {
			return refuse(outs[0])
		}
		call := inner.Call
		if kind.IsVariadic() {
			call = inner.CallSlice
		}
		results := call(args)
		if tooLarge(results[0]) {
			return refuse(outs[0])
		}
		if len(results) == 1 {
			results = append(results, reflect.Zero(errorType))
		}
		return results
	})
	l.cfg.AddFilter(name, limited.Interface())
}

var errorType = reflect.TypeFor[error]()

func refuse(result reflect.Type) []reflect.Value {
	return []reflect.Value{reflect.Zero(result), reflect.ValueOf(&errTooLarge).Elem()}
}

func tooLarge(v reflect.Value) bool {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String:
		return v.Len() > maxText
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Len() > maxText
		}
		return v.Len() > maxItems
	default:
		return false
	}
}

func replaceAll(s, old, replacement string) (string, error) {
	if len(s)+strings.Count(s, old)*(len(replacement)-len(old)) > maxText {
		return "", errTooLarge
	}
	return strings.ReplaceAll(s, old, replacement), nil
}

func join(list []any, separator func(string) string) (string, error) {
	if len(list) > maxItems {
		return "", errTooLarge
	}
	between := separator(" ")
	var out strings.Builder
	for _, item := range list {
		if item == nil {
			continue
		}
		if out.Len() > 0 {
			out.WriteString(between)
		}
		fmt.Fprint(&out, item)
		if out.Len() > maxText {
			return "", errTooLarge
		}
	}
	return out.String(), nil
}

// wideField is a directive that pads to a hundred characters or more.
var wideField = regexp.MustCompile(`%[^a-zA-Z%]*[0-9]{3}`)

func date(t time.Time, format func(string) string) (string, error) {
	layout := format("%a, %b %d, %y")
	if len(layout) > 200 || wideField.MatchString(layout) {
		return "", errTooLarge
	}
	return tuesday.Strftime(layout, t)
}

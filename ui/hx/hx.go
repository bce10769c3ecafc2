// Package hx writes the attributes by which htmx 4 asks the server for parts of a page. Their names
// and values are spelled here once, so that a habit of htmx 2 or a slip of the pen does not compile.
//
//	hx.Get("/app/contacts").Target("#contacts").Swap(hx.OuterHTML).ReplaceURL().Attrs()
//
// In htmx 4 nothing is inherited: each element that asks says for itself where the answer goes.
package hx

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// Style says what becomes of the target when the answer comes.
type Style string

// The styles. Those that morph keep focus, scroll position and what is being typed.
const (
	InnerHTML  Style = "innerHTML"
	OuterHTML  Style = "outerHTML"
	InnerMorph Style = "innerMorph"
	OuterMorph Style = "outerMorph"
	BeforeEnd  Style = "beforeend"
	AfterBegin Style = "afterbegin"
	AfterEnd   Style = "afterend"
	Delete     Style = "delete"
	None       Style = "none" // only headers count: a redirect, a message
)

// ShowTop scrolls the target's top into view after the swap.
const ShowTop = "show:top"

// This selects the element itself; htmx reads it, as those below, beside the selectors of CSS.
const This = "this"

// Closest selects the nearest ancestor that matches, or the element itself.
func Closest(selector string) string { return "closest " + selector }

// Find selects the first descendant that matches.
func Find(selector string) string { return "find " + selector }

// Next selects the next element that matches.
func Next(selector string) string { return "next " + selector }

// ID selects an element by its id.
func ID(id string) string { return "#" + id }

// Request is what an element asks of the server. Its methods return a changed copy.
type Request struct{ attrs templ.Attributes }

// Get asks for url by default on a click, a submit of a form, or a change of a control.
func Get(url string) Request { return Request{templ.Attributes{"hx-get": url}} }

// Post sends the values of the control or form to url.
func Post(url string) Request { return Request{templ.Attributes{"hx-post": url}} }

// Put sends the values of the control or form to url, to replace what is there.
func Put(url string) Request { return Request{templ.Attributes{"hx-put": url}} }

// Patch sends the values of the control or form to url, to change what is there.
func Patch(url string) Request { return Request{templ.Attributes{"hx-patch": url}} }

// DeleteAt asks to delete what is at url.
func DeleteAt(url string) Request { return Request{templ.Attributes{"hx-delete": url}} }

func (r Request) with(name string, value any) Request {
	attrs := maps.Clone(r.attrs)
	if attrs == nil {
		attrs = templ.Attributes{}
	}
	attrs[name] = value
	return Request{attrs}
}

// Target says which element the answer goes into: a selector of CSS, This, Closest, Find or Next.
// Without one it is the asking element itself.
func (r Request) Target(selector string) Request { return r.with("hx-target", selector) }

// Swap says what becomes of the target; modifiers such as ShowTop follow the style.
func (r Request) Swap(style Style, modifiers ...string) Request {
	return r.with("hx-swap", strings.Join(append([]string{string(style)}, modifiers...), " "))
}

// Status swaps differently for an answer with a status: Status(422, InnerHTML, "#errors").
func (r Request) Status(code int, style Style, target string) Request {
	value := "swap:" + string(style)
	if target != "" {
		value += " target:" + quoted(target)
	}
	return r.with("hx-status:"+strconv.Itoa(code), value)
}

// On says which events ask; several are alternatives. Filters in brackets do not work here: the
// content security policy forbids to evaluate them.
func (r Request) On(triggers ...Trigger) Request {
	all := make([]string, len(triggers))
	for i, t := range triggers {
		all[i] = string(t)
	}
	return r.with("hx-trigger", strings.Join(all, ", "))
}

// Trigger is On in htmx's own notation: "input changed delay:250ms, submit".
func (r Request) Trigger(events string) Request { return r.with("hx-trigger", events) }

// Include sends the values of more controls.
func (r Request) Include(selector string) Request { return r.with("hx-include", selector) }

// Vals sends more values, as JSON.
func (r Request) Vals(values map[string]any) Request {
	encoded, err := json.Marshal(values)
	if err != nil {
		return r // channels and functions: no value of a form
	}
	return r.with("hx-vals", string(encoded))
}

// Confirm asks text before the request, in our own dialog.
func (r Request) Confirm(text string) Request { return r.with("hx-confirm", text) }

// Sync says what happens to a request of selector that is still under way.
func (r Request) Sync(selector string, how Order) Request {
	return r.with("hx-sync", selector+":"+string(how))
}

// Order is what a newer request does to an older one.
type Order string

// The orders.
const (
	Replace Order = "replace" // the newer one counts: search as you type
	Drop    Order = "drop"    // the older one counts: a button pressed twice
	Queue   Order = "queue"
)

// ReplaceURL puts the address of the request into the browser's, so that the state can be bookmarked.
func (r Request) ReplaceURL() Request { return r.with("hx-replace-url", "true") }

// PushURL is ReplaceURL with a step back in the history.
func (r Request) PushURL() Request { return r.with("hx-push-url", "true") }

// Disable disables the controls that selector finds while the request is under way.
func (r Request) Disable(selector string) Request { return r.with("hx-disable", selector) }

// Busy marks the elements that selector finds with the class htmx-request meanwhile.
func (r Request) Busy(selector string) Request { return r.with("hx-indicator", selector) }

// Files sends the form in the encoding that can carry files.
func (r Request) Files() Request { return r.with("hx-encoding", "multipart/form-data") }

// Select takes only the part of the answer that selector finds.
func (r Request) Select(selector string) Request { return r.with("hx-select", selector) }

// Data adds a data- attribute for scripts.
func (r Request) Data(name, value string) Request { return r.with("data-"+name, value) }

// Attrs are the attributes, for { attrs... } in a template.
func (r Request) Attrs() templ.Attributes { return maps.Clone(r.attrs) }

// Trigger is an event that makes an element ask.
type Trigger string

// Load asks once, when the element is there.
const Load Trigger = "load"

// Revealed asks when the element scrolls into view.
const Revealed Trigger = "revealed"

// Submit asks when the form is sent.
const Submit Trigger = "submit"

// Change asks when a control has a new value.
const Change Trigger = "change"

// Every asks again and again.
func Every(d time.Duration) Trigger { return Trigger("every " + short(d)) }

// Typing asks when the typing pauses and the value is another one.
func Typing(pause time.Duration) Trigger { return Trigger("input changed delay:" + short(pause)) }

// From listens on another element: Typing(d).From(Find("input")). A selector of several words is
// quoted: htmx 4 would stop reading at the space.
func (t Trigger) From(selector string) Trigger { return t + Trigger(" from:"+quoted(selector)) }

// Said asks when the server's answer to anything carried HX-Trigger with that name.
func Said(name string) Trigger { return Trigger(name).From("body") }

func short(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.Itoa(int(d/time.Second)) + "s"
	}
	return strconv.Itoa(int(d/time.Millisecond)) + "ms"
}

func quoted(selector string) string {
	if strings.ContainsAny(selector, " ,") {
		return "'" + selector + "'"
	}
	return selector
}

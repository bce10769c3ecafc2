package hx_test

import (
	"maps"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/ui/hx"
)

func TestRequestsAreWrittenAsHtmx4ReadsThem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request hx.Request
		want    templ.Attributes
	}{
		"a list that is searched while typing": {
			hx.Get("/app/contacts").On(hx.Submit, hx.Typing(250*time.Millisecond).From(hx.Find("input"))).
				Target(hx.ID("contacts")).Swap(hx.OuterHTML).ReplaceURL().Sync(hx.This, hx.Replace),
			templ.Attributes{
				"hx-get": "/app/contacts", "hx-trigger": "submit, input changed delay:250ms from:'find input'",
				"hx-target": "#contacts", "hx-swap": "outerHTML", "hx-replace-url": "true", "hx-sync": "this:replace",
			},
		},
		"a poll": {
			hx.Get("/app/imports/7").On(hx.Every(2 * time.Second)).Swap(hx.OuterMorph),
			templ.Attributes{"hx-get": "/app/imports/7", "hx-trigger": "every 2s", "hx-swap": "outerMorph"},
		},
		"a form that shows its errors elsewhere": {
			hx.Post("/app/x").Status(422, hx.InnerHTML, "#x .errors").Disable(hx.Find("button")),
			templ.Attributes{"hx-post": "/app/x", "hx-status:422": "swap:innerHTML target:'#x .errors'", "hx-disable": "find button"},
		},
		"a next page": {
			hx.Get("/app/x?page=2").Swap(hx.OuterHTML, hx.ShowTop),
			templ.Attributes{"hx-get": "/app/x?page=2", "hx-swap": "outerHTML show:top"},
		},
		"more values": {
			hx.Post("/app/x").Vals(map[string]any{"name": `"quoted"`}).Swap(hx.None),
			templ.Attributes{"hx-post": "/app/x", "hx-vals": `{"name":"\"quoted\""}`, "hx-swap": "none"},
		},
		"an event of the server": {
			hx.Get("/app/x").On(hx.Said("contactsChanged")),
			templ.Attributes{"hx-get": "/app/x", "hx-trigger": "contactsChanged from:body"},
		},
	} {
		if got := c.request.Attrs(); !maps.Equal(got, c.want) {
			t.Errorf("%s is %v, want %v.", name, got, c.want)
		}
	}
}

func TestARequestCanBeTheStartOfSeveral(t *testing.T) {
	t.Parallel()
	base := hx.Get("/app/x").Target("#x")
	first, second := base.Swap(hx.OuterHTML), base.Swap(hx.InnerMorph)
	if first.Attrs()["hx-swap"] != "outerHTML" || second.Attrs()["hx-swap"] != "innerMorph" || base.Attrs()["hx-swap"] != nil {
		t.Error("One request changed another.")
	}
}

// Package listing is what list pages share that are searched in a language: the box with its help, what
// completes it, and what is shown when a search can't be read.
package listing

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

// Page is a list page with its parts, one inside the other.
type Page struct {
	List    component.List
	Problem *search.Error // why the search can't be read; nil: it can
	Whole   templ.Component
	Region  templ.Component // component.Region: the list and what is above it
	Body    templ.Component // component.ListBody: the list
}

// Problem takes out of an error what is wrong with a search. Other errors stay.
func Problem(err error) (*search.Error, error) {
	if problem, ok := errors.AsType[*search.Error](err); ok {
		return problem, nil
	}
	return nil, err
}

// Render answers with the page, or with what htmx asks for of it. A search that can't be read leaves the
// list as it is when the search box asks, and else is explained in its place.
func Render(c *fiber.Ctx, p Page) error {
	region := page.Part{ID: component.RegionID(p.List.ID), Show: p.Region}
	switch {
	case p.Problem == nil:
		return page.Render(c, fiber.StatusOK, p.Whole, region, page.Part{ID: p.List.ID, Show: p.Body})
	case page.Target(c) == p.List.ID:
		return page.Fragment(c, fiber.StatusUnprocessableEntity, Wrong(p.List, p.Problem))
	}
	return page.Render(c, fiber.StatusUnprocessableEntity, p.Whole, region)
}

// meant is the search with the suggestion in place of what could not be read; "" when there is none.
func meant(l component.List, problem *search.Error) string {
	if problem.Suggest == "" {
		return ""
	}
	text := []rune(l.Query.Search)
	place := search.Commands(nil).At(string(text), min(problem.At+1, len(text)))
	end := place.To
	// A command is replaced without its value.
	if colon := slices.Index(text[place.From:end], ':'); colon >= 0 && strings.HasSuffix(problem.Suggest, ":") {
		end = place.From + colon + 1
	}
	return string(text[:place.From]) + problem.Suggest + string(text[end:])
}

// meantAddress is the address of what was meant, "" when that is not known.
func meantAddress(l component.List, problem *search.Error) string {
	if text := meant(l, problem); text != "" {
		return l.Searching(text)
	}
	return ""
}

func box(ctx context.Context, l component.List, label string, commands search.Commands) component.FinderProps {
	return component.FinderProps{Label: label, Suggest: l.Path + "/suggest", Help: help(ctx, commands)}
}

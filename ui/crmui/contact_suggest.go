package crmui

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// suggestSearch completes what is typed into the search box, at the cursor. Where nothing is typed it offers
// the commands only when it is asked for all.
func (p *pages) suggestSearch(c *fiber.Ctx) error {
	ctx, text := c.UserContext(), c.Query("search")
	place, commands, values, err := p.Contacts.CompleteContactSearch(ctx, orgOf(c), text, c.QueryInt("at", len([]rune(text))))
	if err != nil {
		return err
	}
	if place.Typed == "" && c.Query("all") == "" {
		commands = nil
	}
	v := component.SuggestionsProps{List: contactsID, From: place.From, To: place.To}
	for _, command := range commands {
		v.Items = append(v.Items, component.Suggestion{Insert: command.Name + ":", Label: command.Name + ":", Hint: words.Say(ctx, command.Hint)})
	}
	for _, value := range values {
		v.Items = append(v.Items, valueSuggestion(ctx, place.Command, value))
	}
	return page.Fragment(c, fiber.StatusOK, component.Suggestions(v))
}

// valueSuggestion ends with a blank, so that the next word can be typed at once.
func valueSuggestion(ctx context.Context, c search.Command, v search.Value) component.Suggestion {
	s := component.Suggestion{Insert: search.Completion(v.Value) + " ", Label: v.Value, Hint: v.Label}
	if c.Kind == search.Date { // with its sign
		s.Insert, s.Hint = v.Value+" ", words.Say(ctx, v.Label)
	}
	if s.Hint == s.Label {
		s.Hint = ""
	}
	return s
}

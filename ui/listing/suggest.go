package listing

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// Complete finds what a search may become at a cursor, which is a number of characters.
type Complete func(text string, cursor int) (search.Place, []search.Command, []search.Value, error)

// Suggest answers the search box of a list that has these commands.
func Suggest(list string, commands search.Commands) fiber.Handler {
	return func(c *fiber.Ctx) error {
		return Suggestions(c, list, func(text string, cursor int) (search.Place, []search.Command, []search.Value, error) {
			place, offered, values := commands.Complete(text, cursor)
			return place, offered, values, nil
		})
	}
}

// Suggestions completes what is typed into the search box, at the cursor. Where nothing is typed it offers
// the commands only when it is asked for all.
func Suggestions(c *fiber.Ctx, list string, complete Complete) error {
	ctx, text := c.UserContext(), c.Query("search")
	place, commands, values, err := complete(text, c.QueryInt("at", len([]rune(text))))
	if err != nil {
		return err
	}
	if place.Typed == "" && c.Query("all") == "" {
		commands = nil
	}
	v := component.SuggestionsProps{List: list, From: place.From, To: place.To}
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

// help explains the commands.
func help(ctx context.Context, commands search.Commands) []component.SearchHelp {
	lines := make([]component.SearchHelp, len(commands))
	for i, c := range commands {
		lines[i] = component.SearchHelp{Example: c.Example, Hint: words.Say(ctx, c.Hint)}
	}
	return lines
}

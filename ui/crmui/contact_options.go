package crmui

import (
	"context"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// fewOptions is how many options can be looked over; more are searched.
const fewOptions = 10

// choices are the options of a field after the empty one.
func choices(ctx context.Context, field crm.Field) []component.Option {
	options := []component.Option{{Label: words.T(ctx, "Not set")}}
	for _, option := range field.Options {
		options = append(options, component.Option{Value: option.Value, Label: option.Label})
	}
	return options
}

func yesNoOptions(ctx context.Context, field crm.Field) []component.Option {
	return []component.Option{
		{Label: words.T(ctx, "Not set")}, {Value: "true", Label: show(ctx, field, true)}, {Value: "false", Label: show(ctx, field, false)},
	}
}

func countryOptions(ctx context.Context) []component.Option {
	options := []component.Option{{Label: words.T(ctx, "Not set")}}
	for _, country := range crm.Countries {
		options = append(options, component.Option{Value: country.Code, Label: words.Country(ctx, country.Code)})
	}
	return options
}

func channelOptions(ctx context.Context) []component.Option {
	options := []component.Option{{Label: words.T(ctx, "No preference")}}
	for _, channel := range crm.Channels {
		options = append(options, component.Option{Value: string(channel), Label: channelName(ctx, channel)})
	}
	return options
}

package crmui

import (
	"context"
	"slices"
	"strconv"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// textOptions offers texts, and those that are chosen besides.
func textOptions(texts, chosen []string) []component.Option {
	var options []component.Option
	for _, text := range texts {
		options = append(options, component.Option{Value: text, Label: text})
	}
	for _, text := range chosen {
		if !slices.Contains(texts, text) {
			options = append(options, component.Option{Value: text, Label: text})
		}
	}
	return options
}

func bulkSegments(segments []crm.Segment) []component.Option {
	var options []component.Option
	for _, segment := range segments {
		options = append(options, component.Option{Value: strconv.FormatInt(int64(segment.ID), 10), Label: segment.Name})
	}
	return options
}

func bulkOwners(ctx context.Context, owners []crm.Colleague) []component.Option {
	options := []component.Option{{Value: "0", Label: words.T(ctx, "Nobody")}}
	for _, owner := range owners {
		options = append(options, component.Option{Value: strconv.FormatInt(int64(owner.ID), 10), Label: owner.Name})
	}
	return options
}

func pointsText(points int) string {
	if points == 0 {
		return ""
	}
	return strconv.Itoa(points)
}

// eraseWord is what somebody types to delete contacts for ever: how many they are.
func eraseWord(contacts int) string { return strconv.Itoa(contacts) }

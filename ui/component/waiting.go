package component

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/words"
)

// waitingTitle says what does not go out, and since when.
func waitingTitle(ctx context.Context, w messaging.Waiting) string {
	return words.NF(ctx, w.Messages, "{{.Count}} message waits, the first since {{.Since}}.", "{{.Count}} messages wait, the first since {{.Since}}.",
		words.Data{"Since": DateTime(ctx, w.Since)})
}

// waitingText says why, and what ends it.
func waitingText(ctx context.Context, w messaging.Waiting) string {
	why := words.Data{"Reason": strings.TrimSuffix(words.Kept(ctx, w.Reason), ".")}
	switch {
	case w.For == messaging.WaitsForProvider:
		return words.F(ctx, "{{.Reason}}. Nothing is lost: they go out by themselves, within about a minute after it takes mail again.", why)
	case w.Until != nil:
		return words.F(ctx, "{{.Reason}}. Nothing is lost: they go out from {{.Time}} on.", words.Data{
			"Reason": why["Reason"], "Time": DateTime(ctx, *w.Until),
		})
	}
	return words.F(ctx, "{{.Reason}}. Nothing is lost: they go out when that is over.", why)
}

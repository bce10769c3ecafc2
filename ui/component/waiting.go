package component

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain/messaging"
)

// waitingTitle says what does not go out, and since when.
func waitingTitle(ctx context.Context, w messaging.Waiting) string {
	return Plural(w.Messages, "message waits", "messages wait") + ", the first since " + DateTime(ctx, w.Since) + "."
}

// waitingText says why, and what ends it.
func waitingText(ctx context.Context, w messaging.Waiting) string {
	reason := strings.TrimSuffix(w.Reason, ".") + ". "
	switch {
	case w.For == messaging.WaitsForProvider:
		return reason + "Nothing is lost: they go out by themselves, within about a minute after it takes mail again."
	case w.Until != nil:
		return reason + "Nothing is lost: they go out from " + DateTime(ctx, *w.Until) + " on."
	}
	return reason + "Nothing is lost: they go out when that is over."
}

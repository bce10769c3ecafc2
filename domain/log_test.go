package domain_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
)

func TestLinesCarryTheIdsOfTheirContext(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(domain.LogHandler{Handler: slog.NewJSONHandler(&out, nil)})
	ctx := domain.WithLog(context.Background(), slog.String("request", "r1"), slog.Int64("org", 1))
	ctx = domain.WithLog(ctx, slog.Int64("org", 2), slog.Int64("message", 7))
	log.With("part", "test").WarnContext(ctx, "said", "message", 8)

	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"request": "r1", "org": 2.0, "message": 8.0, "part": "test"} {
		if line[key] != want {
			t.Errorf("%s = %v, want %v.", key, line[key], want)
		}
	}
	if strings.Count(out.String(), `"message"`) != 1 {
		t.Errorf("A line names the message twice: %s", out.String())
	}
}

package activities

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestLongWorkIsNeverSilentForAsLongAsLostWorkIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var beats []any
		began, last, silent := time.Now(), time.Now(), time.Duration(0)
		pulse := newPulse(t.Context(), func(_ context.Context, details ...any) {
			beats = append(beats, details...)
			silent, last = max(silent, time.Since(last)), time.Now()
		})
		synctest.Wait()
		pulse.done.Store(7)
		time.Sleep(time.Minute) // the database is at one batch
		pulse.end()
		if silent > LostAfter/3 || last.Before(began.Add(time.Minute-BeatEvery)) {
			t.Errorf("it was silent for %s, and for the last time %s after it began", silent, last.Sub(began))
		}
		if beats[0] != int64(0) || beats[1] != int64(7) {
			t.Errorf("it says that %v are done", beats)
		}
		before := len(beats)
		time.Sleep(time.Minute)
		if more := beats[before:]; len(more) > 0 {
			t.Errorf("after its end it says %v", slices.Clone(more))
		}
	})
}

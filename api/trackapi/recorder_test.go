package trackapi_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mauntic/mauntic/api/trackapi"
	"github.com/mauntic/mauntic/domain/messaging"
)

// keeper keeps hits by their id, as the database does, unless it is away.
type keeper struct {
	mu    sync.Mutex
	away  bool
	hits  map[string]int
	calls int
	back  chan struct{} // closed when the first hits arrive
}

func newKeeper() *keeper { return &keeper{hits: map[string]int{}, back: make(chan struct{})} }

func (k *keeper) RecordHits(_ context.Context, hits []messaging.Hit) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls++
	if k.away {
		return errors.New("connection refused")
	}
	if len(k.hits) == 0 {
		close(k.back)
	}
	for _, hit := range hits {
		k.hits[hit.ID]++
	}
	return nil
}

func (k *keeper) setAway(away bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.away = away
}

func (k *keeper) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.hits)
}

// run starts a recorder and returns a function that stops it and waits for its end.
func run(t *testing.T, k *keeper, folder string) (*trackapi.Recorder, func()) {
	t.Helper()
	recorder, err := trackapi.NewRecorder(k, folder, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { recorder.Run(ctx); close(done) }()
	stop := sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return recorder, stop
}

func recordMany(t *testing.T, recorder *trackapi.Recorder, n int, prefix string) {
	t.Helper()
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			hit := messaging.Hit{ID: fmt.Sprintf("%s-%d", prefix, i), Kind: messaging.HitClick, Sid: "s", URL: "https://example.com", At: time.Now()}
			if err := recorder.Record(t.Context(), hit); err != nil {
				t.Errorf("record: %v", err)
			}
		})
	}
	wait.Wait()
}

func TestAnAnsweredHitIsKept(t *testing.T) {
	t.Parallel()
	k := newKeeper()
	recorder, _ := run(t, k, t.TempDir())
	recordMany(t, recorder, 1000, "a")
	if k.count() != 1000 || k.calls >= 1000 {
		t.Errorf("%d hits in %d transactions", k.count(), k.calls)
	}
}

func TestHitsSurviveWhileTheDatabaseIsAwayAndTheProgramIsKilled(t *testing.T) {
	t.Parallel()
	k, folder := newKeeper(), t.TempDir()
	k.setAway(true)
	recorder, _ := run(t, k, folder)
	recordMany(t, recorder, 300, "a")
	// The folder as it is now is what a killed program leaves behind; the last line is torn.
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	left := t.TempDir()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(left, filepath.Base(file)), append(data, `{"id":"torn","ki`...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	after := newKeeper()
	run(t, after, left)
	<-after.back
	if after.count() != 300 {
		t.Errorf("%d hits after the restart", after.count())
	}
}

func TestTheSpoolIsRecordedWhenTheDatabaseIsBack(t *testing.T) {
	t.Parallel()
	k, folder := newKeeper(), t.TempDir()
	k.setAway(true)
	recorder, stop := run(t, k, folder)
	recordMany(t, recorder, 50, "away")
	k.setAway(false)
	<-k.back
	recordMany(t, recorder, 50, "back")
	stop()
	if k.count() != 100 {
		t.Errorf("%d hits", k.count())
	}
	if files, _ := os.ReadDir(folder); len(files) != 0 {
		t.Errorf("the spool still has %v", files)
	}
}

func TestAHitThatCannotBeKeptIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	k, folder := newKeeper(), filepath.Join(t.TempDir(), "spool")
	k.setAway(true)
	recorder, stop := run(t, k, folder)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := recorder.Record(t.Context(), messaging.Hit{ID: "x"}); err == nil {
		t.Error("it was acknowledged")
	}
	stop()
	if err := recorder.Record(t.Context(), messaging.Hit{ID: "y"}); err == nil {
		t.Error("a stopped recorder acknowledged a hit")
	}
}

func TestStoppingKeepsWhatWasTaken(t *testing.T) {
	t.Parallel()
	k := newKeeper()
	recorder, stop := run(t, k, t.TempDir())
	var mu sync.Mutex
	var acknowledged []string
	var wait sync.WaitGroup
	for i := range 200 {
		wait.Go(func() {
			id := fmt.Sprint(i)
			if recorder.Record(t.Context(), messaging.Hit{ID: id}) == nil {
				mu.Lock()
				defer mu.Unlock()
				acknowledged = append(acknowledged, id)
			}
		})
	}
	stop()
	wait.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	if slices.ContainsFunc(acknowledged, func(id string) bool { return k.hits[id] == 0 }) {
		t.Error("an acknowledged hit is lost")
	}
}

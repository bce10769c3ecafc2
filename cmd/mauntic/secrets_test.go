package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/store/storetest"
)

func TestProcessesWithDifferentSigningKeysDoNotShareADatabase(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	first, second := []byte(strings.Repeat("a", 32)), []byte(strings.Repeat("b", 32))
	for range 2 {
		if err := settleSigningKey(t.Context(), db, first); err != nil {
			t.Fatal(err)
		}
	}
	if err := settleSigningKey(t.Context(), db, second); !errors.Is(err, errOtherKey) {
		t.Errorf("error = %v, want a refusal.", err)
	}
	var kept string
	if err := db.Pool().QueryRow(t.Context(), "select value from platform.facts").Scan(&kept); err != nil || strings.Contains(kept, "aaa") {
		t.Errorf("The database keeps %q, %v.", kept, err)
	}
}

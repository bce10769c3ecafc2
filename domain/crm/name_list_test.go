package crm

import (
	"slices"
	"testing"
)

func TestNamesAreTakenApart(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string][]string{
		"":                       nil,
		" , ;|":                  nil,
		"a":                      {"a"},
		"a,b; c|d":               {"a", "b", "c", "d"},
		`"x,y";z`:                {"x,y", "z"},
		`a, "say ""hi"", you" ,`: {"a", `say "hi", you`},
		`"open, end`:             {`"open`, "end"},
		`"half" quoted, b`:       {`"half" quoted`, "b"},
		`6" pipe, b`:             {`6" pipe`, "b"},
		"ä;":                     {"ä"},
	} {
		if got := names(cell); !slices.Equal(got, want) {
			t.Errorf("%q holds %q, want %q", cell, got, want)
		}
	}
}

func TestNamesThatAreExportedCanBeImported(t *testing.T) {
	t.Parallel()
	for _, list := range [][]string{
		{"vip"}, {"Munich, Berlin", "b"}, {"a|b", "c;d", `"quoted"`, `6" pipe`, `""`}, {`a, "b"`, "'x", "=1,2"},
	} {
		if cell := joinNames(list); !slices.Equal(names(cell), list) {
			t.Errorf("%q became %q, which holds %q", list, cell, names(cell))
		}
	}
}

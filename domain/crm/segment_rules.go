package crm

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/mauntic/mauntic/domain"
)

// Bounds of segments.
const (
	maxSegmentName  = 191
	maxSegmentAlias = 64
	maxSegmentText  = 2000
)

var (
	segmentAlias = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	anyLetter    = regexp.MustCompile(`[a-z]`)
)

// normalize trims the texts of a segment and says what is wrong with them. An alias that is still to
// be made is not looked at.
func (s *Segment) normalize(hasAlias bool) error {
	s.Name, s.Alias = strings.TrimSpace(s.Name), strings.ToLower(strings.TrimSpace(s.Alias))
	s.Description = strings.TrimSpace(s.Description)
	var findings domain.Findings
	if s.Name == "" {
		findings.Add("name", "A segment needs a name.")
	} else if problem := textProblem(s.Name, maxSegmentName); problem != nil {
		findings.Say("name", problem)
	}
	switch {
	case !hasAlias:
	case !segmentAlias.MatchString(s.Alias):
		findings.Add("alias", "An alias is small letters, digits and hyphens, at most %d, such as spring-fair.", maxSegmentAlias)
	case !anyLetter.MatchString(s.Alias): // it would look like the number of a segment
		findings.Add("alias", "An alias needs at least one letter.")
	}
	if problem := longTextProblem(s.Description, maxSegmentText); problem != nil {
		findings.Say("description", problem)
	}
	return findings.Err()
}

// aliasOf turns a name into an alias: "Messe Köln 2026" becomes messe-koln-2026.
func aliasOf(name string) string {
	var alias strings.Builder
	for _, r := range strings.ToLower(norm.NFKD.String(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			alias.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // the dots of an ö
		case alias.Len() > 0 && !strings.HasSuffix(alias.String(), "-"):
			alias.WriteByte('-')
		}
	}
	text := strings.Trim(alias.String(), "-")
	if !anyLetter.MatchString(text) {
		text = strings.Trim("segment-"+text, "-")
	}
	const room = 6 // for a number that tells it from others
	return strings.Trim(text[:min(len(text), maxSegmentAlias-room)], "-")
}

// freeAlias returns the alias, or with the first number that no segment has.
func (s *Service) freeAlias(ctx context.Context, org domain.OrgID, alias string) (string, error) {
	taken, err := s.store.AliasesLike(ctx, org, alias)
	if err != nil {
		return "", err
	}
	free := alias
	for n := 2; slices.Contains(taken, free); n++ {
		free = fmt.Sprintf("%s-%d", alias, n)
	}
	return free, nil
}

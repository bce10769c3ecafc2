package search

import "strings"

// nearest returns which of the names was probably meant by text, or "": one that begins with it, else the
// one that the fewest changed letters lead to, at most a third of them.
func nearest(text string, names []string) string {
	text = strings.ToLower(text)
	if len(text) > 64 {
		return ""
	}
	best, least := "", len([]rune(text))/3+1
	for _, name := range names {
		lower := strings.ToLower(name)
		if len(text) >= 2 && strings.HasPrefix(lower, text) || len(lower) >= 3 && strings.HasPrefix(text, lower) {
			return name
		}
		if d := distance(text, lower); d <= least && (best == "" || d < distance(text, strings.ToLower(best))) {
			best = name
		}
	}
	return best
}

// distance counts the letters to insert, drop, change or swap with their neighbour between a and b.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	rows := make([][]int, len(from)+1)
	for i := range rows {
		rows[i] = make([]int, len(to)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(from); i++ {
		for j := 1; j <= len(to); j++ {
			cost := 1
			if from[i-1] == to[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(from)][len(to)]
}

package crm

import (
	"bytes"
	"strings"
)

const delimiters = ",;\t|"

func knownDelimiter(d string) bool { return len(d) == 1 && strings.Contains(delimiters, d) }

// guessDelimiter takes the sign that cuts the first rows into the most columns of equal number.
func guessDelimiter(head []byte) string {
	const look = 64 << 10
	if len(head) > look {
		head = head[:bytes.LastIndexByte(head[:look], '\n')+1]
	}
	best, bestScore := ",", 0
	for _, d := range delimiters {
		if score := delimiterScore(head, d); score > bestScore {
			best, bestScore = string(d), score
		}
	}
	return best
}

// delimiterScore counts the columns of the first row, once for each of the first rows that has as many.
func delimiterScore(head []byte, delimiter rune) int {
	reader := csvReader(bytes.NewReader(head), delimiter)
	reader.LazyQuotes = true
	first, err := reader.Read()
	if err != nil || len(first) < 2 {
		return 0
	}
	score := len(first)
	for range 20 {
		row, err := reader.Read()
		if err != nil {
			break
		}
		if len(row) == len(first) {
			score += len(first)
		}
	}
	return score
}

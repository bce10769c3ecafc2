package messagingstore

import "strings"

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// containing is a LIKE pattern for texts that contain s.
func containing(s string) string { return "%" + likeEscaper.Replace(s) + "%" }

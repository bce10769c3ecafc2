package words

import "context"

// List writes several things one after another: "a, b, c".
func List(ctx context.Context, texts []string) string {
	var list string
	for i, text := range texts {
		if i == 0 {
			list = text
			continue
		}
		list = F(ctx, "{{.Before}}, {{.Next}}", Data{"Before": list, "Next": text})
	}
	return list
}

// And writes all of several things: "a, b and c".
func And(ctx context.Context, texts []string) string {
	last := len(texts) - 1
	if last < 1 {
		return List(ctx, texts)
	}
	return F(ctx, "{{.Before}} and {{.Last}}", Data{"Before": List(ctx, texts[:last]), "Last": texts[last]})
}

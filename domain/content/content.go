// Package content knows how what marketers write becomes what people read: Liquid with limits, and
// the HTML of emails.
package content

// Mode says how the values of merge tags are written.
type Mode int

const (
	// Text writes values as they are: subjects, sender names, text parts.
	Text Mode = iota
	// HTML escapes values, so that a contact's name can never become markup.
	HTML
	// JSON escapes values for the inside of a JSON text, so that they can't add fields to it. The
	// filter json writes a whole value, with its quotes.
	JSON
	// URL percent-encodes values for a path, a query or a form.
	URL
)

// Check says whether source is Liquid that Render will accept. The error is a domain error whose
// sentence names the line: "Line 3: …".
func Check(source string) error {
	_, err := Parse(source, Text)
	return err
}

// Render fills source with vars, which must be plain maps, slices and values. Unknown tags render
// empty. Rendering ends with an error at a megabyte or after two seconds.
func Render(source string, vars map[string]any, mode Mode) (string, error) {
	template, err := Parse(source, mode)
	if err != nil {
		return "", err
	}
	return template.Render(vars)
}

package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// readableQuery refuses what no database can store as text; bodies are looked at by jsonFormat.
func readableQuery(c *fiber.Ctx) error {
	for name, value := range c.Context().QueryArgs().All() {
		if err := domain.CheckText(string(name), string(value)); err != nil {
			return err
		}
	}
	return c.Next()
}

// plainJSON explains without words of the language what does not fit.
func plainJSON(err error) error {
	var misfit *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &misfit):
		return err
	case misfit.Field == "":
		return fmt.Errorf("the %s does not fit", misfit.Value)
	}
	return fmt.Errorf("the %s does not fit at %s", misfit.Value, misfit.Field[strings.LastIndexByte(misfit.Field, '.')+1:])
}

package crmui

import (
	"strconv"

	"github.com/gofiber/fiber/v2"
)

// removedChip is where a chip stood that was just removed. Whoever works by keyboard goes on from there:
// the focus is on the next chip or, behind the last one, on the field that adds some.
type removedChip struct {
	At int
	Is bool // false: none was removed
}

// removedChipOf reads which chip a form removes.
func removedChipOf(c *fiber.Ctx) removedChip {
	at, err := strconv.Atoi(c.FormValue("at"))
	return removedChip{At: at, Is: err == nil && c.FormValue("remove") != ""}
}

func (r removedChip) focuses(chip int) bool { return r.Is && r.At == chip }

func (r removedChip) focusesAdding(chips int) bool { return r.Is && r.At >= chips }

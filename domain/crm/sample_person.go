package crm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// samplePast is how far back the oldest sample contact came.
const samplePast = 2 * 365 * 24 * time.Hour

// person makes one of the crowd. Earlier ones came earlier, and more came every month.
func (c crowd) person(i int) SamplePerson {
	rng := rand.New(rand.NewPCG(c.seed, uint64(i))) //nolint:gosec // the same people for the same seed
	home := weighted(rng, sampleCountries, func(h sampleCountry) int { return h.weight })
	first, last := pick(rng, home.firstnames), pick(rng, home.lastnames)
	company := sampleCompany(rng.IntN(sampleCompanyCount))
	email := sampleEmail(first, last, company, c.seed, i)
	age := time.Duration(float64(samplePast) * (1 - math.Sqrt((float64(i)+rng.Float64())/float64(c.size))))
	created := c.now.Add(-age - time.Duration(rng.Int64N(int64(3*24*time.Hour)))).Truncate(time.Second)
	contact := Contact{
		Firstname: &first, Email: &email, TimeZone: &home.timeZone, Locale: &home.locale, IsSample: true,
		CreatedAt: created, UpdatedAt: created, Fields: map[string]any{"country": home.country, "city": pick(rng, home.cities)},
	}
	if rng.IntN(100) < 96 {
		contact.Lastname = &last
	}
	if rng.IntN(100) < 80 {
		position := pick(rng, samplePositions)
		contact.Company, contact.Position = &company, &position
	}
	if home.phone != "" && rng.IntN(100) < 60 {
		phone := samplePhone(rng, home.phone)
		plain := strings.ReplaceAll(phone, " ", "")
		contact.Phone, contact.PhoneE164 = &phone, &plain
	}
	if rng.IntN(100) < 50 {
		contact.Fields["plan"] = weighted(rng, samplePlans, func(p samplePlan) int { return p.weight }).value
	}
	if rng.IntN(100) < 30 {
		contact.Fields["orders"] = float64(rng.IntN(12))
	}
	person := SamplePerson{Contact: contact, Tags: chosen(rng, SampleTags), Segments: chosen(rng, SampleSegments)}
	person.live(rng, c.now)
	return person
}

// live gives a person a past: how it came, what it read, and the points for that.
func (p *SamplePerson) live(rng *rand.Rand, now time.Time) {
	if rng.IntN(100) >= 20 { // most never do anything
		return
	}
	at := p.Contact.CreatedAt
	p.Events = append(p.Events, Event{Type: EventContactCreated, Data: sampleOrigin, OccurredAt: at})
	for range 1 + rng.IntN(3) {
		at = at.Add(time.Duration(1 + rng.Int64N(int64(max(now.Sub(at), 2)/2))))
		did := weighted(rng, sampleDeeds, func(d sampleDeed) int { return d.weight })
		p.Events = append(p.Events, Event{Type: did.event, Data: sampleOrigin, OccurredAt: at})
		p.Contact.Points += did.points
	}
	p.Contact.UpdatedAt = at
}

// sampleEmail is unlike any other contact's and, below the reserved domain "example" (RFC 2606),
// nobody's.
func sampleEmail(first, last, company string, seed uint64, i int) string {
	number := strconv.FormatUint(uint64(i), 36)
	if seed != 1 {
		number = strconv.FormatUint(seed, 36) + "-" + number
	}
	return fmt.Sprintf("%s.%s.%s@%s.example", asciiWord(first), asciiWord(last), number, asciiWord(company))
}

// sampleCompany names one of sampleCompanyCount companies.
func sampleCompany(n int) string {
	return sampleCompanyFirst[n%len(sampleCompanyFirst)] + " " + sampleCompanySecond[n/len(sampleCompanyFirst)]
}

// samplePhone fills in the # of a number from a range that regulators keep for fiction.
func samplePhone(rng *rand.Rand, form string) string {
	phone := []byte(form)
	for i := range phone {
		if phone[i] == '#' {
			phone[i] = byte('0' + rng.IntN(10))
		}
	}
	return string(phone)
}

// asciiWord writes a name as addresses do.
func asciiWord(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, sampleASCII.Replace(strings.ToLower(name)))
}

var sampleASCII = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "è", "e", "ë", "e", "ç", "c",
	"ñ", "n", "á", "a", "ã", "a", "í", "i", "ó", "o", "ú", "u", "ł", "l", "ø", "o", "å", "a", "ı", "i", "ş", "s", "ğ", "g")

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// weighted picks one of from, each as often as its weight says.
func weighted[T any](rng *rand.Rand, from []T, weight func(T) int) T {
	sum := 0
	for _, one := range from {
		sum += weight(one)
	}
	n := rng.IntN(sum)
	i := slices.IndexFunc(from, func(one T) bool { n -= weight(one); return n < 0 })
	return from[i]
}

// chosen returns the places of what a person has, each by its own chance.
func chosen(rng *rand.Rand, from []SampleNoun) []int {
	var places []int
	for i, one := range from {
		if rng.Float64() < one.Share {
			places = append(places, i)
		}
	}
	return places
}

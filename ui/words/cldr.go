package words

import (
	"context"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Country names a country, whose code is of ISO 3166-1, in the language of the context. It is the code
// itself when there is no name.
func Country(ctx context.Context, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return either(regionName(ctx, region), code)
}

func regionName(ctx context.Context, region language.Region) string {
	if names := display.Regions(from(ctx).tag); names != nil {
		return names.Name(region)
	}
	return display.English.Regions().Name(region)
}

// LanguageName names a language, a BCP 47 tag, in the language of the context: "German" for de.
func LanguageName(ctx context.Context, tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	names := display.Tags(from(ctx).tag)
	if names == nil {
		names = display.English.Tags()
	}
	return either(names.Name(parsed), tag)
}

func either(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}

// Percent writes a share of a hundred.
func Percent(ctx context.Context, share float64, decimals int) string {
	return F(ctx, "{{.Number}}\u202f%", Data{"Number": Decimal(ctx, share, decimals)})
}

// Bytes writes a size as people read it; a kB has 1,000 bytes.
func Bytes(ctx context.Context, n int64) string {
	size := func(unit float64, decimals int) Data { return Data{"Size": Decimal(ctx, float64(n)/unit, decimals)} }
	switch {
	case n < 1e3:
		return F(ctx, "{{.Size}} B", size(1, 0))
	case n < 1e6:
		return F(ctx, "{{.Size}} kB", size(1e3, 0))
	case n < 1e8:
		return F(ctx, "{{.Size}} MB", size(1e6, 1))
	case n < 1e9:
		return F(ctx, "{{.Size}} MB", size(1e6, 0))
	}
	return F(ctx, "{{.Size}} GB", size(1e9, 1))
}

// Decimal writes a number with so many decimals, and the decimal sign of the language.
func Decimal(ctx context.Context, n float64, decimals int) string {
	return message.NewPrinter(from(ctx).tag).Sprint(number.Decimal(n, number.Scale(decimals), number.NoSeparator()))
}

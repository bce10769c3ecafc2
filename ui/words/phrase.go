package words

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"

	"github.com/mauntic/mauntic/domain"
)

// Phrase says what the domain says. Where the catalogue has no translation, or one whose places do not
// fit what fills them, it is English.
func Phrase(ctx context.Context, p *domain.Phrase) string {
	if p == nil || p.Format == "" {
		return p.String()
	}
	args := make([]any, len(p.Args))
	for i, arg := range p.Args {
		args[i] = said(ctx, arg)
	}
	english := p.Format
	message := &i18n.Message{ID: p.Format, Other: p.Format}
	config := &i18n.LocalizeConfig{DefaultMessage: message, TemplateParser: template.IdentityParser{}}
	if p.One != "" {
		message.One, config.PluralCount = p.One, p.Count
		if p.Count == 1 {
			english = p.One
		}
	}
	if text := fmt.Sprintf(from(ctx).say(config, english), args...); !strings.Contains(text, "%!") {
		return text
	}
	return fmt.Sprintf(english, args...)
}

// Error says an error of the domain. Others say what they say.
func Error(ctx context.Context, err error) string {
	if ours, ok := errors.AsType[*domain.Error](err); ok {
		return Phrase(ctx, ours.Phrase())
	}
	return err.Error()
}

// Name says what something is called that may have no name of its own.
func Name(ctx context.Context, named interface{ Phrase() *domain.Phrase }) string {
	return Phrase(ctx, named.Phrase())
}

// Kept says what a row keeps.
func Kept(ctx context.Context, k domain.Kept) string { return Phrase(ctx, k.Phrase()) }

// Translate says a phrase outside of a page: in a mail to somebody whose language is a BCP 47 tag, or ""
// when nobody knows it. It implements identity.Translate.
func Translate(language string, p *domain.Phrase) string {
	return Phrase(In(context.Background(), language), p)
}

// spoken says what the domain says among the data.
func spoken(ctx context.Context, data Data) Data {
	all := make(Data, len(data)+1)
	for name, value := range data {
		all[name] = said(ctx, value)
	}
	return all
}

// said is how what fills a place of a phrase is said.
func said(ctx context.Context, arg any) any {
	switch v := arg.(type) {
	case *domain.Phrase:
		return Phrase(ctx, v)
	case domain.Figure:
		return Number(v.N)
	case domain.Decimal:
		return Decimal(ctx, v.N, v.Places)
	case domain.Moment:
		return Time(ctx, v.At, v.Layout)
	case domain.Clause:
		return v.Cut(Phrase(ctx, v.Of))
	case domain.List:
		texts := make([]string, len(v))
		for i, one := range v {
			texts[i] = fmt.Sprint(said(ctx, one))
		}
		return List(ctx, texts)
	case interface{ Phrase() *domain.Phrase }:
		return Phrase(ctx, v.Phrase())
	}
	return arg
}

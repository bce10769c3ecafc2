package campaignui

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

const segmentsPath = "/app/segments"

// segmentChoice is what the form offers of the published segments.
type segmentChoice struct {
	Options []component.Option // by name; with More those that are chosen are among them
	More    bool               // there are others: they are found by typing
}

// segment is the value of the control; "" when none is chosen.
func (v entryView) segment() string {
	if v.Segment == 0 {
		return ""
	}
	return strconv.FormatInt(int64(v.Segment), 10)
}

func segmentOf(value string) crm.SegmentID {
	id, _ := strconv.ParseInt(value, 10, 64) // no number: none is chosen
	return crm.SegmentID(max(id, 0))
}

// remote finds the segments that the form has no room for; "" when it holds all.
func (v entryView) remote() string {
	if !v.Segments.More {
		return ""
	}
	return v.action() + "/segments"
}

// offerSegments returns the first published segments, and the one that is chosen already.
func (p *pages) offerSegments(ctx context.Context, org domain.OrgID, chosen crm.SegmentID) (segmentChoice, error) {
	found, err := p.publishedSegments(ctx, org, "")
	if err != nil {
		return segmentChoice{}, err
	}
	offered := found.Items
	among := func(g crm.Segment) bool { return g.ID == chosen }
	if found.Total > len(offered) && chosen != 0 && !slices.ContainsFunc(offered, among) {
		segment, err := p.CRM.Segment(ctx, org, chosen)
		switch {
		case err == nil:
			offered = append(offered, segment)
		case domain.KindOf(err) != domain.KindNotFound:
			return segmentChoice{}, err
		}
	}
	choice := segmentChoice{More: found.Total > len(found.Items)}
	for _, segment := range offered {
		choice.Options = append(choice.Options, component.Option{Value: strconv.FormatInt(int64(segment.ID), 10), Label: segmentLabel(ctx, segment)})
	}
	return choice, nil
}

// publishedSegments reads those whose name, alias or description holds a text, by name.
func (p *pages) publishedSegments(ctx context.Context, org domain.OrgID, text string) (domain.Page[crm.Segment], error) {
	search := "is:published"
	if text = strings.TrimSpace(strings.ReplaceAll(text, `"`, " ")); text != "" {
		search += ` "` + text + `"` // the words as they stand, no commands
	}
	return p.CRM.Segments(ctx, org, domain.PageQuery{Search: search, Limit: domain.MaxLimit, OrderBy: "name", OrderDir: "asc"})
}

func segmentLabel(ctx context.Context, g crm.Segment) string {
	return words.NF(ctx, g.Contacts, "{{.Segment}} ({{.Count}} contact)", "{{.Segment}} ({{.Count}} contacts)", words.Data{"Segment": g.Name})
}

// segmentChoices answers what is typed into the choice of a segment.
func (p *pages) segmentChoices(c *fiber.Ctx) error {
	if _, err := p.entryForm(c); err != nil {
		return err
	}
	found, err := p.publishedSegments(c.UserContext(), orgOf(c), c.Query("q"))
	if err != nil {
		return err
	}
	choices := make([]component.Choice, len(found.Items))
	for i, segment := range found.Items {
		choices[i] = component.Choice{Value: strconv.FormatInt(int64(segment.ID), 10), Label: segmentLabel(c.UserContext(), segment), Sub: segment.Alias}
	}
	return c.JSON(choices)
}

// countSegment fills in who is in the segment, or why nobody can be added.
func (p *pages) countSegment(ctx context.Context, org domain.OrgID, v *entryView) error {
	if v.Segment == 0 {
		v.Error = words.T(ctx, "Choose a segment.")
		return nil
	}
	segment, err := p.CRM.Segment(ctx, org, v.Segment)
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		v.Segment, v.Error = 0, words.T(ctx, "This segment does not exist any more. Choose another one.")
		return nil
	case err != nil:
		return err
	}
	v.Group, v.Count = words.F(ctx, "Everyone in the segment “{{.Segment}}”", words.Data{"Segment": segment.Name}), segment.Contacts
	if v.Count == 0 {
		v.Error = words.T(ctx, "Nobody is in this segment yet. Choose another one.")
	}
	return nil
}

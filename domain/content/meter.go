package content

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/osteele/liquid/render"
)

// meterName is where a rendering keeps its meter; no Liquid can spell it.
const meterName = "\x00meter"

// tickTag is a tag that Parse puts into every loop and between long runs of tags, so that a
// rendering notices that its time is over even when it prints nothing.
const tickTag = "mauntic_tick"

// captureBlock is what Parse puts in place of {% capture %}.
const captureBlock = "mauntic_capture"

type writer = io.Writer

// meter is what one rendering may still use.
type meter struct {
	ctx  context.Context //nolint:containedctx // lives as long as one rendering
	room int             // bytes left for captures
}

func meterOf(ctx render.Context) *meter {
	m, _ := ctx.Get(meterName).(*meter)
	return m
}

func tick(_ writer, ctx render.Context) error {
	if m := meterOf(ctx); m != nil && m.ctx.Err() != nil {
		return errTooLong
	}
	return nil
}

// capture does what the library's {% capture %} does, except that what it keeps counts against the
// meter: a few captures of captures would fill the memory.
func capture(node render.BlockNode) (tagRenderer, error) {
	name := strings.TrimSpace(node.Args)
	if name == "" || strings.ContainsAny(name, " \t") {
		return nil, errors.New("capture needs exactly one name")
	}
	return func(_ writer, ctx render.Context) error {
		m := meterOf(ctx)
		out := limitedBuffer{room: m.room}
		if err := ctx.RenderChildren(&out); err != nil {
			return err
		}
		m.room -= out.buf.Len()
		ctx.Set(name, out.buf.String())
		return nil
	}, nil
}

// metered returns a block that does what n, a {% capture %}, does within the limits.
func metered(n *render.BlockNode) (*render.BlockNode, error) {
	cfg := configs[Text]
	source := "{% " + captureBlock + " " + n.Args + " %}{% end" + captureBlock + " %}"
	root, err := cfg.Compile(source, n.SourceLoc)
	if err != nil {
		return nil, err
	}
	block := root.(*render.SeqNode).Children[0].(*render.BlockNode)
	block.Body = n.Body
	return block, nil
}

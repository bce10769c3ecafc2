package campaign

import (
	"slices"
	"sync"

	"github.com/mauntic/mauntic/domain"
)

// route is a flow made ready for walking: each step, and the one that follows it.
type route struct {
	first StepID // "" for an empty flow
	steps map[StepID]Step
	after map[StepID]StepID            // the step that follows in its sequence, or after the branch; "" at the end
	into  map[StepID]map[string]StepID // the first step of each branch; its after when the branch is empty
}

func newRoute(flow Flow) *route {
	r := &route{steps: map[StepID]Step{}, after: map[StepID]StepID{}, into: map[StepID]map[string]StepID{}}
	r.first = r.add(flow.Root, "")
	return r
}

// add indexes a sequence that goes on at then, and returns where it begins.
func (r *route) add(steps []Step, then StepID) StepID {
	next := then
	for _, step := range slices.Backward(steps) {
		r.steps[step.ID] = step
		r.after[step.ID] = next
		if len(step.Branches) > 0 {
			r.into[step.ID] = map[string]StepID{}
		}
		for _, branch := range step.Branches {
			r.into[step.ID][branch.ID] = r.add(branch.Steps, next)
		}
		next = step.ID
	}
	return next
}

// flowCache keeps the routes of published versions, which never change.
type flowCache struct {
	mu     sync.Mutex
	routes map[versionKey]*route
}

type versionKey struct {
	org      domain.OrgID
	campaign ID
	version  int
}

// maxCachedFlows bounds the memory; a full cache is simply begun again.
const maxCachedFlows = 1000

func newFlowCache() *flowCache { return &flowCache{routes: map[versionKey]*route{}} }

func (c *flowCache) get(key versionKey) (*route, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.routes[key]
	return r, ok
}

func (c *flowCache) put(key versionKey, r *route) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.routes) >= maxCachedFlows {
		c.routes = map[versionKey]*route{}
	}
	c.routes[key] = r
}

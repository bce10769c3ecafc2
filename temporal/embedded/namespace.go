package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/mauntic/mauntic/workflows"
)

// retention is how long closed workflows can be looked at. Our own step log is kept longer.
const retention = 7 * 24 * time.Hour

// searchAttributes names the columns of the visibility store. They are fixed here, because left
// to itself the server picks any free column, and usedIndexes must know which.
var searchAttributes = map[string]string{
	"Keyword01": workflows.SearchOrg,
	"Keyword02": workflows.SearchCampaign,
	"Keyword03": workflows.SearchContact,
	"Keyword04": workflows.SearchEntrySource,
}

// ensureNamespace creates the namespace or brings it up to date, waits until workflows can be
// started in it, and returns its id.
func ensureNamespace(ctx context.Context, frontend string, o Options) (string, error) {
	connected, err := client.NewLazyClient(client.Options{
		HostPort:  frontend,
		Namespace: o.Namespace,
		Logger:    sdklog.NewStructuredLogger(o.Logger),
	})
	if err != nil {
		return "", fmt.Errorf("make Temporal client: %w", err)
	}
	defer connected.Close()
	n := namespace{name: o.Namespace, service: connected.WorkflowService()}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := n.ensure(ctx); err != nil {
		return "", fmt.Errorf("prepare namespace %s: %w", o.Namespace, err)
	}
	return n.id, nil
}

type namespace struct {
	name, id string
	service  workflowservice.WorkflowServiceClient
}

func (n *namespace) ensure(ctx context.Context) error {
	var found *workflowservice.DescribeNamespaceResponse
	err := retry(ctx, 50*time.Millisecond, func() (err error) {
		found, err = n.describe(ctx)
		if _, absent := errors.AsType[*serviceerror.NamespaceNotFound](err); absent {
			err = errors.Join(err, n.register(ctx))
		}
		return err
	})
	if err != nil {
		return err
	}
	n.id = found.GetNamespaceInfo().GetId()
	if upToDate(found.GetConfig()) {
		return nil
	}
	// A namespace registered just now is unknown until the server's caches are read again.
	if err := retry(ctx, 50*time.Millisecond, func() error { return n.update(ctx) }); err != nil {
		return err
	}
	return retry(ctx, 50*time.Millisecond, func() error { return n.search(ctx) })
}

func (n *namespace) describe(ctx context.Context) (*workflowservice.DescribeNamespaceResponse, error) {
	return n.service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: n.name})
}

func (n *namespace) register(ctx context.Context) error {
	_, err := n.service.RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace:                        n.name,
		Description:                      "The journeys of Mauntic's contacts.",
		WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	if _, exists := errors.AsType[*serviceerror.NamespaceAlreadyExists](err); exists { // another process was faster
		return nil
	}
	return err
}

func upToDate(cfg *namespacepb.NamespaceConfig) bool {
	return cfg.GetWorkflowExecutionRetentionTtl().AsDuration() == retention &&
		maps.Equal(cfg.GetCustomSearchAttributeAliases(), searchAttributes)
}

func (n *namespace) update(ctx context.Context) error {
	_, err := n.service.UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: n.name,
		Config: &namespacepb.NamespaceConfig{
			WorkflowExecutionRetentionTtl: durationpb.New(retention),
			CustomSearchAttributeAliases:  searchAttributes,
		},
	})
	return err
}

// search uses the search attributes, which is refused until the server's caches know them; so is
// starting a workflow with them.
func (n *namespace) search(ctx context.Context) error {
	_, err := n.service.CountWorkflowExecutions(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: n.name,
		Query:     workflows.SearchOrg + " = '0' and " + workflows.SearchEntrySource + " = '0'",
	})
	return err
}

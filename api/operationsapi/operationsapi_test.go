package operationsapi_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/api/operationsapi"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/store/operationsstore"
	"github.com/mauntic/mauntic/store/storetest"
)

// away is a Temporal that does not answer.
type away struct{}

func (away) Version(context.Context) (string, error)            { return "", errors.New("connection refused") }
func (away) Queues(context.Context) ([]operations.Queue, error) { return nil, nil }

func TestOperatorsReadHowTheInstallationIsDoing(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	service := operations.New(operations.Deps{Store: operationsstore.New(db), Temporal: away{}, Process: func() operations.Process {
		return operations.Process{Version: "1.0", Started: time.Now()}
	}})
	for role, scenario := range map[identity.Role]apitest.Scenario{
		identity.RoleSuperadmin: {Status: 200, Contains: []string{
			`"level":"act"`, `"part":"queues","level":"act","sentence":"Temporal does not answer: connection refused."`, `"queues":[]`, `"version":"1.0"`, `"unknown":0`,
		}},
		identity.RoleAdmin: {Status: 403, ContainsNo: []string{"connections"}},
		identity.RoleUser:  {Status: 403, ContainsNo: []string{"connections"}},
	} {
		app, a := apitest.New(t, identity.Actor{Org: org, APIKey: 1, Role: role})
		operationsapi.Register(a, service)
		scenario.Name, scenario.URL = string(role), "/api/operations"
		apitest.Run(t, app, []apitest.Scenario{scenario})
	}
	app, a := apitest.New(t, identity.Actor{})
	operationsapi.Register(a, service)
	apitest.Run(t, app, []apitest.Scenario{{Name: "nobody", URL: "/api/operations", Status: 401}})
}

package campaign_test

import (
	"errors"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
)

func parse(t testing.TB, document string) campaign.Flow {
	t.Helper()
	flow, err := campaign.ParseFlow([]byte(document))
	if err != nil {
		t.Fatalf("read flow: %v", err)
	}
	return flow
}

func asError(err error, target **domain.Error) bool { return errors.As(err, target) }

package sns_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/mauntic/mauntic/activities/provider/ses/sns"
)

func TestASubscriptionIsConfirmedByTheAPIForOurTopic(t *testing.T) {
	t.Parallel()
	var form url.Values
	var authorization string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		form, authorization = r.Form, r.Header.Get("Authorization")
		w.WriteHeader(status)
		fmt.Fprint(w, `<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>`+arn+`:1</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`)
	}))
	t.Cleanup(server.Close)
	topic, err := sns.ParseTopic(arn)
	if err != nil {
		t.Fatal(err)
	}
	settings := aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
	api := sns.NewAPI(settings, server.URL)
	if err := api.Confirm(t.Context(), topic, "token-1"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Action": "ConfirmSubscription", "TopicArn": arn, "Token": "token-1", "AuthenticateOnUnsubscribe": "true",
	} {
		if form.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, form.Get(name), want)
		}
	}
	if !strings.Contains(authorization, "/eu-central-1/sns/") {
		t.Errorf("signed %q, want it to be for the topic's region", authorization)
	}
	status = http.StatusForbidden
	if err := api.Confirm(t.Context(), topic, "token-1"); err == nil {
		t.Error("a refusal is no error")
	}
}

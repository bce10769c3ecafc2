package campaignapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/api/campaignapi"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// noWorkflows stands for a system in which no workflow runs.
type noWorkflows struct{}

func (noWorkflows) Start(context.Context, campaign.Journey) (string, error) { return "run", nil }
func (noWorkflows) Wake(context.Context, string, campaign.Happened) (bool, error) {
	return true, nil
}
func (noWorkflows) Running(context.Context, string) (bool, error) { return false, nil }
func (noWorkflows) Doing(context.Context, string) (campaign.Instruction, error) {
	return campaign.Instruction{}, errors.New("no workflow runs")
}
func (noWorkflows) Namespace(context.Context) (string, error) { return "namespace", nil }

func setup(t *testing.T, role identity.Role) (*world.World, *fiber.App) {
	t.Helper()
	w := world.New(t, noWorkflows{})
	app, a := apitest.New(t, identity.Actor{Org: w.Org, Name: "Mia", Role: role})
	campaignapi.Register(a, w.Campaign)
	return w, app
}

func flow(w *world.World, t *testing.T) string {
	t.Helper()
	return fmt.Sprintf(`{"root":[{"id":"send","kind":"send_email","name":"Welcome","settings":{"email":%d}},{"id":"wait","kind":"wait","settings":{"for":{"amount":2,"unit":"days"}}}]}`, w.Email(t, "Welcome").ID)
}

func TestCampaignFromDraftToJourney(t *testing.T) {
	t.Parallel()
	w, app := setup(t, identity.RoleUser)
	anna := "anna@example.com"
	contact := w.Contact(t, crm.ContactInput{Email: &anna})
	document := flow(w, t)
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "an empty list", URL: "/api/campaign/campaigns", Status: 200, Contains: []string{`"items":[]`, `"total":0`}},
		{Name: "create", Method: "POST", URL: "/api/campaign/campaigns", Body: `{"name":"Welcome","flow":` + document + `}`, Status: 201, Contains: []string{`"state":"draft"`, `"version":0`, `"id":1`, `"kind":"send_email"`}},
		{Name: "a draft takes nobody", Method: "POST", URL: "/api/campaign/campaigns/1/contacts", Body: fmt.Sprintf(`{"contacts":[%d]}`, contact.ID), Status: 409, Contains: []string{"Only an active campaign takes contacts."}},
		{Name: "validate", Method: "POST", URL: "/api/campaign/campaigns/1/validate", Status: 200, Contains: []string{`"valid":true`, `"problems":[]`}},
		{Name: "publish", Method: "POST", URL: "/api/campaign/campaigns/1/publish", Status: 200, Contains: []string{`"state":"active"`, `"version":1`}},
		{Name: "publish the same again", Method: "POST", URL: "/api/campaign/campaigns/1/publish", Status: 200, Contains: []string{`"version":1`}},
		{Name: "add", Method: "POST", URL: "/api/campaign/campaigns/1/contacts", Body: fmt.Sprintf(`{"contacts":[%d,999],"reason":"Asked for it."}`, contact.ID), Status: 200, Contains: []string{`{"added":1,"alreadyIn":0,"notFound":1}`}},
		{Name: "add again", Method: "POST", URL: "/api/campaign/campaigns/1/contacts", Body: fmt.Sprintf(`{"contacts":[%d]}`, contact.ID), Status: 200, Contains: []string{`{"added":0,"alreadyIn":1,"notFound":0}`}},
		{Name: "journeys", URL: "/api/campaign/journeys?campaign=1", Status: 200, Contains: []string{`"total":1`, `"state":"pending"`, `"reason":"Asked for it."`, `"workflowId":"journey/`}},
		{Name: "one journey", URL: "/api/campaign/journeys/1", Status: 200, Contains: []string{`"steps":[]`}},
		{Name: "people", URL: "/api/campaign/campaigns/1/people", Status: 200},
		{Name: "pause", Method: "POST", URL: "/api/campaign/campaigns/1/pause", Status: 200, Contains: []string{`"state":"paused"`}},
		{Name: "pause again", Method: "POST", URL: "/api/campaign/campaigns/1/pause", Status: 200, Contains: []string{`"state":"paused"`}},
		{Name: "resume", Method: "POST", URL: "/api/campaign/campaigns/1/resume", Status: 200, Contains: []string{`"state":"active"`}},
		{Name: "a published one can't be deleted", Method: "DELETE", URL: "/api/campaign/campaigns/1", Status: 409, Contains: []string{"Archive it instead."}},
		{Name: "versions", URL: "/api/campaign/campaigns/1/versions", Status: 200, Contains: []string{`"version":1`}},
		{Name: "archive", Method: "POST", URL: "/api/campaign/campaigns/1/archive", Status: 200, Contains: []string{`"state":"archived"`}},
		{Name: "an archived one is not resumed", Method: "POST", URL: "/api/campaign/campaigns/1/resume", Status: 409, Contains: []string{"archived"}},
	})
}

func TestSegmentsAndSearchesEnter(t *testing.T) {
	t.Parallel()
	w, app := setup(t, identity.RoleUser)
	c := w.Publish(t, "Fair", flow(w, t))
	segment, err := w.CRM.CreateSegment(w.Ctx(), w.Org, crm.SegmentInput{Name: "Spring fair"})
	if err != nil {
		t.Fatal(err)
	}
	anna := w.Contact(t, crm.ContactInput{Email: new("anna@example.com")})
	if _, err := w.CRM.AddToSegment(w.Ctx(), w.Org, segment.ID, []crm.ContactID{anna.ID}, ""); err != nil {
		t.Fatal(err)
	}
	add := func(name, body string, status int, contains ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: fmt.Sprintf("/api/campaign/campaigns/%d/contacts", c.ID), Body: body, Status: status, Contains: contains}
	}
	apitest.Run(t, app, []apitest.Scenario{
		add("by alias", `{"segment":"spring-fair"}`, 200, `{"added":1,"alreadyIn":0,"notFound":0}`),
		add("by number", fmt.Sprintf(`{"segment":"%d"}`, segment.ID), 200, `{"added":0,"alreadyIn":1,"notFound":0}`),
		add("an unknown one", `{"segment":"autumn-fair"}`, 422, `"field":"segment"`, "There is no segment with the alias"),
		add("beside a tag", `{"segment":"spring-fair","tag":"vip"}`, 422, "one of them"),
		add("by a search", `{"search":"anna OR ben"}`, 200, `{"added":0,"alreadyIn":1,"notFound":0}`),
		add("a search that can't be read", `{"search":"tga:news"}`, 422, `"field":"search"`, "Did you mean “tag:”?"),
		{Name: "why", URL: "/api/campaign/journeys", Status: 200, Contains: []string{`"reason":"Was in the segment “Spring fair”. Added by Mia."`}},
	})
}

func TestBadFlowsAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	_, app := setup(t, identity.RoleUser)
	create := func(name, body string, status int, contains ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: "/api/campaign/campaigns", Body: body, Status: status, Contains: contains}
	}
	apitest.Run(t, app, []apitest.Scenario{
		create("not JSON", `{"name":`, 400),
		create("no name", `{"name":" ","flow":{"root":[]}}`, 422, "Give the campaign a name."),
		create("a name of 10,000 characters", `{"name":"`+strings.Repeat("x", 10_000)+`","flow":{"root":[]}}`, 422, "at most 191 characters"),
		create("an unknown step", `{"name":"x","flow":{"root":[{"id":"a","kind":"teleport"}]}}`, 422, "flow.root.0.kind", "teleport"),
		create("a circle", `{"name":"x","flow":{"root":[{"id":"a","kind":"exit"},{"id":"a","kind":"exit"}]}}`, 422, "circle"),
		create("unfinished is fine", `{"name":"x","flow":{"root":[{"id":"a","kind":"send_email"}]}}`, 201),
		{Name: "but not published", Method: "POST", URL: "/api/campaign/campaigns/1/publish", Status: 422, Contains: []string{"Choose the email to send.", "flow.steps.a"}},
		{Name: "a missing email", Method: "PUT", URL: "/api/campaign/campaigns/1", Body: `{"name":"x","revision":1,"flow":{"root":[{"id":"a","kind":"send_email","settings":{"email":77}}]}}`, Status: 200},
		{Name: "is named", Method: "POST", URL: "/api/campaign/campaigns/1/validate", Status: 200, Contains: []string{`"valid":false`, "does not exist any more"}},
		{Name: "somebody else was faster", Method: "PUT", URL: "/api/campaign/campaigns/1", Body: `{"name":"x","revision":1,"flow":{"root":[]}}`, Status: 409, Contains: []string{"Somebody else changed this campaign"}},
		{Name: "delete a draft", Method: "DELETE", URL: "/api/campaign/campaigns/1", Status: 204},
		{Name: "it is gone", URL: "/api/campaign/campaigns/1", Status: 404, Contains: []string{"There is no campaign 1."}},
	})
}

func TestAnotherOrganizationSeesNothing(t *testing.T) {
	t.Parallel()
	w, _ := setup(t, identity.RoleUser)
	c := w.Publish(t, "Secret", flow(w, t))
	app, a := apitest.New(t, identity.Actor{Org: storetest.Org(t, w.DB, "Other"), Role: identity.RoleAdmin})
	campaignapi.Register(a, w.Campaign)
	one := fmt.Sprintf("/api/campaign/campaigns/%d", c.ID)
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "list", URL: "/api/campaign/campaigns", Status: 200, ContainsNo: []string{"Secret"}},
		{Name: "read", URL: one, Status: 404, ContainsNo: []string{"Secret"}},
		{Name: "people", URL: one + "/people", Status: 404},
		{Name: "publish", Method: "POST", URL: one + "/publish", Status: 404},
		{Name: "contacts", Method: "POST", URL: one + "/contacts", Body: `{"everyone":true}`, Status: 404},
		{Name: "delete", Method: "DELETE", URL: one, Status: 404},
	})
}

func TestNobodyMustSignIn(t *testing.T) {
	t.Parallel()
	w := world.New(t, noWorkflows{})
	app, a := apitest.New(t, identity.Actor{})
	campaignapi.Register(a, w.Campaign)
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "list", URL: "/api/campaign/campaigns", Status: 401},
		{Name: "create", Method: "POST", URL: "/api/campaign/campaigns", Body: `{"name":"x","flow":{"root":[]}}`, Status: 401},
	})
}

func TestWhyAnswersProgramsToo(t *testing.T) {
	t.Parallel()
	w, app := setup(t, identity.RoleUser)
	anna, ben := w.Contact(t, crm.ContactInput{Firstname: new("Anna"), Email: new("Anna@example.com")}), w.Contact(t, crm.ContactInput{Firstname: new("Ben")})
	c := w.Publish(t, "Welcome", flow(w, t))
	w.Enter(t, c.ID, anna.ID)
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "by address", URL: fmt.Sprintf("/api/campaign/why?contact=anna@EXAMPLE.com&campaign=%d", c.ID), Status: 200, Contains: []string{`"kind":"starting"`, `"sentence":"Anna was added to “Welcome” on `, `"journey":1`, `"noun":"journey"`}},
		{Name: "by number", URL: fmt.Sprintf("/api/campaign/why?contact=%d&campaign=%d", ben.ID, c.ID), Status: 200, Contains: []string{`"kind":"never_added"`, `"sentence":"Ben was never added to “Welcome”."`}},
		{Name: "with an email", URL: fmt.Sprintf("/api/campaign/why?contact=%d&email=1", anna.ID), Status: 200, Contains: []string{`"kind":"not_yet"`}},
		{Name: "an unknown address", URL: "/api/campaign/why?contact=carla@example.com&campaign=1", Status: 404, Contains: []string{"No contact has the address carla@example.com."}},
		{Name: "no address", URL: "/api/campaign/why?contact=carla&campaign=1", Status: 422, Contains: []string{"Name the contact by its email address or its number."}},
		{Name: "about nothing", URL: "/api/campaign/why?contact=1", Status: 422, Contains: []string{"Choose a campaign, an email or an SMS to ask about."}},
		{Name: "about nobody", URL: "/api/campaign/why?campaign=1", Status: 422, Contains: []string{"Say which contact it is about."}},
		{Name: "an unknown message", URL: "/api/campaign/why?message=77", Status: 404},
	})
	other, a := apitest.New(t, identity.Actor{Org: storetest.Org(t, w.DB, "Other"), Role: identity.RoleAdmin})
	campaignapi.Register(a, w.Campaign)
	apitest.Run(t, other, []apitest.Scenario{
		{Name: "another organization", URL: fmt.Sprintf("/api/campaign/why?contact=anna@example.com&campaign=%d", c.ID), Status: 404, ContainsNo: []string{"Anna"}},
		{Name: "another organization by number", URL: fmt.Sprintf("/api/campaign/why?contact=%d&campaign=%d", anna.ID, c.ID), Status: 404, ContainsNo: []string{"Anna"}},
	})
}

func TestProgramsReadWhyACampaignWasPausedInEnglish(t *testing.T) {
	t.Parallel()
	w, app := setup(t, identity.RoleUser)
	welcome := w.Publish(t, "Welcome", flow(w, t))
	if err := w.Campaign.PauseBecause(w.Ctx(), w.Org, int64(welcome.ID), domain.Keep("%s of %s came back.", domain.Number(50), domain.Number(1200))); err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "read", URL: fmt.Sprintf("/api/campaign/campaigns/%d", welcome.ID), Status: 200, Contains: []string{`"state":"paused"`, `"pausedReason":"50 of 1,200 came back."`}},
	})
}

package messagingui

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	smsPath     = "/app/sms"
	smsList     = "sms" // id of the element that holds the list
	smsForm     = "sms-form"
	smsCountID  = "sms-count" // of the element with preview and count
	smsTestForm = "sms-test-form"
)

func (p pages) registerSMS(r fiber.Router) {
	r.Get(smsPath, p.listSMS)
	r.Get(smsPath+"/suggest", listing.Suggest(smsList, messaging.SMSCommands))
	r.Get(smsPath+"/new", p.newSMS)
	r.Post(smsPath, p.createSMS)
	r.Post(smsPath+"/count", p.countSMS)
	r.Get(smsPath+"/:id<int>", p.editSMS)
	r.Post(smsPath+"/:id<int>", p.saveSMS)
	r.Post(smsPath+"/:id<int>/delete", p.deleteSMS)
	r.Post(smsPath+"/:id<int>/test", p.testSMS)
}

func pathOfSMS(id messaging.SMSID) string { return fmt.Sprintf("%s/%d", smsPath, id) }

type smsListView struct {
	List    component.List
	Rows    []messaging.SMS
	Problem *search.Error // why the search can't be read; nil: it can
}

var smsColumns = []component.Column{{Label: words.Mark("Name"), Sort: "name"}, {Label: words.Mark("Text"), Plain: true}, {Label: words.Mark("Changed"), Sort: "updatedAt"}}

func (p pages) listSMS(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Messaging.Texts(c.UserContext(), org(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := smsListView{List: component.ListOf(smsPath, smsList, q, found), Rows: found.Items, Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: smsListPage(v), Region: smsRegion(v), Body: smsTable(v)})
}

// smsView is the page on which an SMS is written.
type smsView struct {
	messaging.SMSInput
	ID       messaging.SMSID // 0: new
	Revision int
	Errors   component.Errors
	Count    smsCountView
	Test     smsTestView
}

func (v smsView) action() string {
	if v.ID == 0 {
		return smsPath
	}
	return pathOfSMS(v.ID)
}

func (v smsView) title(ctx context.Context) string {
	if v.ID == 0 {
		return words.T(ctx, "New SMS")
	}
	return v.Name
}

func (v smsView) validMinutes() string {
	if v.ValidMinutes == 0 {
		return ""
	}
	return strconv.Itoa(v.ValidMinutes)
}

// facts are what those read who do not write SMS.
func (v smsView) facts(ctx context.Context) []component.Fact {
	facts := []component.Fact{{Label: words.T(ctx, "Text"), Value: withTags(v.Body)}}
	if v.ValidMinutes > 0 {
		facts = append(facts, component.Fact{Label: words.T(ctx, "Given up after"), Value: component.Text(component.Duration(ctx, time.Duration(v.ValidMinutes)*time.Minute))})
	}
	return facts
}

func (v smsView) delete(ctx context.Context) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Delete"), Look: component.Danger, Icon: "trash-2"},
		Action:      pathOfSMS(v.ID) + "/delete",
		Title:       words.F(ctx, "Delete “{{.Name}}”?", words.Data{"Name": v.Name}),
		Text:        words.T(ctx, "An SMS that was never sent is deleted for good. One that was sent stays."),
		Yes:         words.T(ctx, "Delete"),
	}
}

// startSMS is what a new SMS begins with.
func startSMS(ctx context.Context) string {
	return words.F(ctx, "Hi {{.Name}},", words.Data{"Name": "{{ contact.firstname }}"}) + " "
}

// smsCountView is the SMS as it arrives, and how large it is.
type smsCountView struct {
	messaging.RenderedSMS
	Errors component.Errors
}

// size says in words how large the SMS is.
func (v smsCountView) size(ctx context.Context) string {
	count := v.Count
	if count.Parts == 0 {
		return words.T(ctx, "Nothing to send yet.")
	}
	return words.F(ctx, "{{.Characters}}, sent as {{.Parts}}. {{.Left}}", words.Data{
		"Characters": words.N(ctx, count.Characters, "{{.Count}} character", "{{.Count}} characters"), "Parts": parts(ctx, count.Parts),
		"Left": words.N(ctx, count.Remaining, "{{.Count}} character is left in this part.", "{{.Count}} characters are left in this part."),
	})
}

// caveat says what merge tags can do to the size; "" when there are none.
func (v smsCountView) caveat(ctx context.Context) string {
	if !v.Tags {
		return ""
	}
	return words.F(ctx, "This is for the person in the preview. With long names it is {{.Long}}; a name with a letter that SMS do not know, such as Łukasz, makes it {{.Accented}}.",
		words.Data{"Long": parts(ctx, v.Long.Parts), "Accented": parts(ctx, v.Accented.Parts)})
}

func parts(ctx context.Context, n int) string {
	return words.N(ctx, n, "{{.Count}} part", "{{.Count}} parts")
}

// offenders names the first characters that make the SMS larger.
func (v smsCountView) offenders(ctx context.Context) []string {
	const most = 8
	var named []string
	for i, o := range v.Count.Offending {
		if i == most {
			return append(named, words.N(ctx, len(v.Count.Offending)-most, "and {{.Count}} more", "and {{.Count}} more"))
		}
		data := words.Data{"Character": o, "Position": o.Position, "Instead": o.Instead}
		if strings.TrimSpace(o.Instead) == "" {
			named = append(named, words.F(ctx, "{{.Character}} at position {{.Position}}", data))
			continue
		}
		named = append(named, words.F(ctx, "{{.Character}} at position {{.Position}} (write {{.Instead}} instead)", data))
	}
	return named
}

func (p pages) smsCount(c *fiber.Ctx, in messaging.SMSInput) (smsCountView, error) {
	rendered, err := p.Messaging.PreviewSMS(c.UserContext(), org(c), in, chosenContact(c))
	if found, ours := component.ErrorsFrom(c.UserContext(), err); ours {
		return smsCountView{Errors: found}, nil
	}
	return smsCountView{RenderedSMS: rendered}, err
}

// countSMS counts what is being typed.
func (p pages) countSMS(c *fiber.Ctx) error {
	v, err := p.smsCount(c, smsInput(c))
	if err != nil {
		return err
	}
	return page.Fragment(c, http.StatusOK, smsCountPane(v))
}

func (p pages) newSMS(c *fiber.Ctx) error {
	if err := identity.Require(c.UserContext(), org(c), identity.EditEmails); err != nil {
		return err
	}
	return p.showSMS(c, http.StatusOK, smsView{SMSInput: messaging.SMSInput{Body: startSMS(c.UserContext())}})
}

func (p pages) createSMS(c *fiber.Ctx) error {
	v := smsView{SMSInput: smsInput(c)}
	sms, err := p.Messaging.CreateSMS(c.UserContext(), org(c), v.SMSInput)
	if err != nil {
		return p.refuseSMS(c, v, err)
	}
	return page.Redirect(c, pathOfSMS(sms.ID), words.T(c.UserContext(), "SMS saved."))
}

func (p pages) editSMS(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SMSID](c, "id")
	if err != nil {
		return err
	}
	sms, err := p.Messaging.SMS(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	return p.showSMS(c, http.StatusOK, smsView{SMSInput: sms.Input(), ID: id, Revision: sms.Revision, Test: smsTestView{SMS: id}})
}

func (p pages) saveSMS(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SMSID](c, "id")
	if err != nil {
		return err
	}
	v := smsView{SMSInput: smsInput(c), ID: id, Revision: formInt(c, "revision"), Test: smsTestView{SMS: id}}
	if _, err := p.Messaging.UpdateSMS(c.UserContext(), org(c), id, v.Revision, v.SMSInput); err != nil {
		return p.refuseSMS(c, v, err)
	}
	return page.Redirect(c, pathOfSMS(id), words.T(c.UserContext(), "SMS saved."))
}

// refuseSMS shows the page again with what was typed.
func (p pages) refuseSMS(c *fiber.Ctx, v smsView, err error) error {
	found, ok := component.ErrorsFrom(c.UserContext(), err)
	if !ok {
		return err
	}
	v.Errors = found
	return p.showSMS(c, http.StatusUnprocessableEntity, v)
}

func (p pages) showSMS(c *fiber.Ctx, status int, v smsView) error {
	var err error
	if v.Count, err = p.smsCount(c, v.SMSInput); err != nil {
		return err
	}
	return page.Render(c, status, smsPage(v))
}

func (p pages) deleteSMS(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SMSID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Messaging.DeleteSMS(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, smsPath, words.T(c.UserContext(), "SMS deleted."))
}

func smsInput(c *fiber.Ctx) messaging.SMSInput {
	return messaging.SMSInput{Name: c.FormValue("name"), Body: c.FormValue("body"), ValidMinutes: formInt(c, "validMinutes")}
}

// smsTestView is the form that sends a test.
type smsTestView struct {
	SMS    messaging.SMSID
	To     string
	Sent   string // where the last one went
	Errors component.Errors
}

func (p pages) testSMS(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SMSID](c, "id")
	if err != nil {
		return err
	}
	v := smsTestView{SMS: id, To: c.FormValue("to")}
	message, err := p.Messaging.SendTestSMS(c.UserContext(), org(c), id, messaging.TestSend{To: v.To, As: chosenContact(c)})
	found, ours := component.ErrorsFrom(c.UserContext(), err)
	switch {
	case err == nil && message.State == messaging.StateSent:
		v.Sent = message.Address
		return page.Fragment(c, http.StatusOK, smsTest(v))
	case err == nil:
		v.Errors = component.Errors{{Message: words.Kept(c.UserContext(), message.Reason)}}
	case ours:
		v.Errors = found
	default:
		return err
	}
	return page.Fragment(c, http.StatusUnprocessableEntity, smsTest(v))
}

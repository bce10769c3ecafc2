package messagingui

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
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
	List component.List
	Rows []messaging.SMS
}

var smsColumns = []component.Column{{Label: "Name", Sort: "name"}, {Label: "Text", Wide: true}, {Label: "Changed", Sort: "updatedAt"}}

func (p pages) listSMS(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Messaging.Texts(c.UserContext(), org(c), q)
	if err != nil {
		return err
	}
	v := smsListView{List: component.ListOf(smsPath, smsList, q, found), Rows: found.Items}
	return page.Render(c, http.StatusOK, smsListPage(v), page.Part{ID: smsList, Show: smsTable(v)})
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

func (v smsView) title() string {
	if v.ID == 0 {
		return "New SMS"
	}
	return v.Name
}

func (v smsView) validMinutes() string {
	if v.ValidMinutes == 0 {
		return ""
	}
	return strconv.Itoa(v.ValidMinutes)
}

func (v smsView) delete() component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: "Delete", Look: component.Quiet, Icon: "trash-2"},
		Action:      pathOfSMS(v.ID) + "/delete",
		Title:       fmt.Sprintf("Delete “%s”?", v.Name),
		Text:        "An SMS that was never sent is deleted for good. One that was sent stays.",
		Yes:         "Delete",
	}
}

// smsCountView is the SMS as it arrives, and how large it is.
type smsCountView struct {
	messaging.RenderedSMS
	Errors component.Errors
}

// size says in words how large the SMS is.
func (v smsCountView) size() string {
	count := v.Count
	if count.Parts == 0 {
		return "Nothing to send yet."
	}
	left := component.Plural(count.Remaining, "character is", "characters are") + " left in this part."
	return component.Plural(count.Characters, "character", "characters") + ", sent as " + component.Plural(count.Parts, "part", "parts") + ". " + left
}

// caveat says what merge tags can do to the size; "" when there are none.
func (v smsCountView) caveat() string {
	if !v.Tags {
		return ""
	}
	return fmt.Sprintf("This is for the person in the preview. With long names it is %s; a name with a letter that SMS do not know, such as Łukasz, makes it %s.",
		component.Plural(v.Long.Parts, "part", "parts"), component.Plural(v.Accented.Parts, "part", "parts"))
}

// offenders names the first characters that make the SMS larger.
func (v smsCountView) offenders() []string {
	const most = 8
	var named []string
	for i, o := range v.Count.Offending {
		if i == most {
			return append(named, fmt.Sprintf("and %s more", component.Count(len(v.Count.Offending)-most)))
		}
		text := fmt.Sprintf("%s at position %d", o, o.Position)
		if o.Instead != "" && strings.TrimSpace(o.Instead) != "" {
			text += " (write " + o.Instead + " instead)"
		}
		named = append(named, text)
	}
	return named
}

func (p pages) smsCount(c *fiber.Ctx, in messaging.SMSInput) (smsCountView, error) {
	rendered, err := p.Messaging.PreviewSMS(c.UserContext(), org(c), in, chosenContact(c))
	if found, ours := component.ErrorsFrom(err); ours {
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
	return p.showSMS(c, http.StatusOK, smsView{SMSInput: messaging.SMSInput{Body: "Hi {{ contact.firstname }}, "}})
}

func (p pages) createSMS(c *fiber.Ctx) error {
	v := smsView{SMSInput: smsInput(c)}
	sms, err := p.Messaging.CreateSMS(c.UserContext(), org(c), v.SMSInput)
	if err != nil {
		return p.refuseSMS(c, v, err)
	}
	return page.Redirect(c, pathOfSMS(sms.ID), "SMS saved.")
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
	return page.Redirect(c, pathOfSMS(id), "SMS saved.")
}

// refuseSMS shows the page again with what was typed.
func (p pages) refuseSMS(c *fiber.Ctx, v smsView, err error) error {
	found, ok := component.ErrorsFrom(err)
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
	return page.Redirect(c, smsPath, "SMS deleted.")
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
	found, ours := component.ErrorsFrom(err)
	switch {
	case err == nil && message.State == messaging.StateSent:
		v.Sent = message.Address
		return page.Fragment(c, http.StatusOK, smsTest(v))
	case err == nil:
		v.Errors = component.Errors{{Message: message.Reason}}
	case ours:
		v.Errors = found
	default:
		return err
	}
	return page.Fragment(c, http.StatusUnprocessableEntity, smsTest(v))
}

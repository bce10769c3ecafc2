package messagingui

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	suppressionsPath    = "/app/suppressions"
	suppressionsList    = "suppressions" // id of the element that holds the list
	suppressionFormID   = "suppression-form"
	suppressionImportID = "suppression-import"

	// SuppressionUploadPath takes forms with files.
	SuppressionUploadPath = suppressionsPath + "/import"
)

func (p pages) registerSuppressions(r fiber.Router) {
	r.Get(suppressionsPath, p.listSuppressions)
	r.Get(suppressionsPath+"/suggest", listing.Suggest(suppressionsList, messaging.SuppressionCommands))
	r.Get(suppressionsPath+"/new", p.newSuppression)
	r.Post(suppressionsPath, p.createSuppression)
	r.Get(SuppressionUploadPath, p.newSuppressionImport)
	r.Post(SuppressionUploadPath, p.importSuppressions)
	r.Get(suppressionsPath+"/export", p.exportSuppressions)
	r.Post(suppressionsPath+"/:id<int>/remove", p.removeSuppression)
	r.Post(suppressionsPath+"/:id<int>/erase", p.eraseSuppression)
}

// reasonNames says what people call the reasons.
var reasonNames = map[messaging.SuppressionReason]struct {
	label string
	tone  component.Tone
}{
	messaging.SuppressedHardBounce:   {words.Mark("Does not exist"), component.Bad},
	messaging.SuppressedSoftBounces:  {words.Mark("Keeps coming back"), component.Caution},
	messaging.SuppressedComplaint:    {words.Mark("Called it spam"), component.Bad},
	messaging.SuppressedProviderList: {words.Mark("On the provider's list"), component.Caution},
	messaging.SuppressedManual:       {words.Mark("Added by hand"), component.Neutral},
	messaging.SuppressedImport:       {words.Mark("Imported"), component.Neutral},
	messaging.SuppressedErased:       {words.Mark("Erased person"), component.Neutral},
}

type suppressionsView struct {
	List    component.List
	Rows    []messaging.Suppression
	Problem *search.Error // why the search can't be read; nil: it can
}

var suppressionColumns = []component.Column{
	{Label: words.Mark("Address"), Sort: "address"}, {Label: words.Mark("Why"), Plain: true}, {Label: words.Mark("Keeps back"), Wide: true}, {Label: words.Mark("Until"), Wide: true}, {Label: words.Mark("Since"), Sort: "createdAt", Wide: true}, {Label: words.Mark("Action"), Mute: true},
}

// suppressionPills are the filters above the list.
func suppressionPills() []listing.Pill {
	pills := []listing.Pill{{Term: "", Label: words.Mark("All")}}
	for _, reason := range messaging.SuppressionReasons() {
		pills = append(pills, listing.Pill{Term: "reason:" + string(reason), Label: reasonNames[reason].label})
	}
	return pills
}

func shownAddress(ctx context.Context, s messaging.Suppression) string {
	return cmp.Or(s.Address, words.T(ctx, "Erased"))
}

func stopsWords(ctx context.Context, s messaging.Stops) string {
	if s == messaging.StopsAll {
		return words.T(ctx, "Everything")
	}
	return words.T(ctx, "Marketing")
}

func (p pages) listSuppressions(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Messaging.Suppressions(c.UserContext(), org(c), messaging.SuppressionQuery{PageQuery: q})
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := suppressionsView{List: component.ListOf(suppressionsPath, suppressionsList, q, found), Rows: found.Items, Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: suppressionsPage(v), Region: suppressionRegion(v), Body: suppressionTable(v)})
}

func removeSuppression(ctx context.Context, s messaging.Suppression) component.ConfirmProps {
	address := words.Data{"Address": s.Address}
	text := words.T(ctx, "Campaigns write to this address again. A new bounce or complaint puts it back on the list.")
	switch s.Reason {
	case messaging.SuppressedComplaint:
		text = words.T(ctx, "The recipient called your mail spam. Write again only if they asked you to. A new complaint puts the address back on the list.")
	case messaging.SuppressedHardBounce, messaging.SuppressedProviderList:
		text = words.T(ctx, "Do this only if you know that the address works now: bounces harm your reputation as a sender. A new one puts the address back on the list.")
	}
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.F(ctx, "Remove {{.Address}}", address), IconOnly: true, Icon: "trash-2", Small: true, Look: component.Quiet},
		Action:      fmt.Sprintf("%s/%d/remove", suppressionsPath, s.ID), Title: words.F(ctx, "Take {{.Address}} off the list?", address), Text: text, Yes: words.T(ctx, "Remove"),
	}
}

func eraseSuppression(ctx context.Context, s messaging.Suppression) component.ConfirmProps {
	address := words.Data{"Address": s.Address}
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.F(ctx, "Erase {{.Address}}", address), IconOnly: true, Icon: "ban", Small: true, Look: component.Quiet},
		Action:      fmt.Sprintf("%s/%d/erase", suppressionsPath, s.ID), Title: words.F(ctx, "Erase {{.Address}}?", address),
		Text: words.T(ctx, "The address is replaced by a fingerprint that nobody can read: whoever has it gets no message any more, not even transactional ones. This can't be undone."), Yes: words.T(ctx, "Erase"),
	}
}

func (p pages) removeSuppression(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SuppressionID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Messaging.LiftSuppression(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, suppressionsPath, words.T(c.UserContext(), "The address is off the list."))
}

func (p pages) eraseSuppression(c *fiber.Ctx) error {
	id, err := page.ID[messaging.SuppressionID](c, "id")
	if err != nil {
		return err
	}
	entry, err := p.Messaging.Suppression(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	if err := p.Messaging.EraseAddress(c.UserContext(), org(c), entry.Channel, entry.Address); err != nil {
		return err
	}
	return page.Redirect(c, suppressionsPath, words.T(c.UserContext(), "The address is erased and stays unmailed."))
}

type suppressionForm struct {
	Channel, Address, Comment string
	Errors                    component.Errors
}

var suppressionChannels = []component.Option{{Value: "email", Label: words.Mark("Email")}, {Value: "sms", Label: words.Mark("SMS")}}

func (p pages) newSuppression(c *fiber.Ctx) error {
	if err := identity.Require(c.UserContext(), org(c), identity.EditEmails); err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, newSuppressionPage(suppressionForm{Channel: "email"}))
}

func (p pages) createSuppression(c *fiber.Ctx) error {
	f := suppressionForm{Channel: c.FormValue("channel"), Address: c.FormValue("address"), Comment: c.FormValue("comment")}
	entry, err := p.Messaging.Suppress(c.UserContext(), org(c), messaging.SuppressionInput{
		Channel: messaging.Channel(f.Channel), Address: f.Address, Comment: f.Comment,
	})
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		f.Errors = found
		return page.Render(c, http.StatusUnprocessableEntity, newSuppressionPage(f), page.Part{ID: suppressionFormID, Show: suppressionFields(f)})
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, suppressionsPath, words.F(c.UserContext(), "{{.Address}} gets no marketing messages any more.", words.Data{"Address": entry.Address}))
}

// importView is the form of an import, or what came of one.
type importView struct {
	Channel, Pasted string
	Errors          component.Errors
	Result          *messaging.SuppressionImport
}

func (p pages) newSuppressionImport(c *fiber.Ctx) error {
	if err := identity.Require(c.UserContext(), org(c), identity.EditEmails); err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, suppressionImportPage(importView{Channel: "email"}))
}

func (p pages) importSuppressions(c *fiber.Ctx) error {
	// A refused file is not read to its end: its rest must not be taken for the next request.
	c.Context().SetConnectionClose()
	v, file, err := suppressionUpload(c)
	if err == nil {
		var result messaging.SuppressionImport
		result, err = p.Messaging.ImportSuppressions(c.UserContext(), org(c), file)
		v.Result = &result
	}
	status := http.StatusOK
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v.Errors, v.Result, status = found, nil, http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	return page.Render(c, status, suppressionImportPage(v), page.Part{ID: suppressionImportID, Show: suppressionImport(v)})
}

// suppressionUpload reads the form: a file, or what was pasted.
func suppressionUpload(c *fiber.Ctx) (importView, messaging.SuppressionFile, error) {
	v := importView{Channel: "email"}
	media, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || media != fiber.MIMEMultipartForm {
		return v, messaging.SuppressionFile{}, domain.Invalid("file", "Choose a file, or paste addresses.")
	}
	body := c.Context().RequestBodyStream()
	if body == nil {
		body = strings.NewReader(string(c.Body()))
	}
	file := messaging.SuppressionFile{}
	text := ""
	for form := multipart.NewReader(io.LimitReader(body, 2*messaging.MaxSuppressionFile), params["boundary"]); ; {
		part, err := form.NextPart()
		if err != nil {
			break // the end of the form, or what is left of it
		}
		content, err := io.ReadAll(io.LimitReader(part, messaging.MaxSuppressionFile+1))
		if err != nil {
			return v, file, domain.Invalid("file", "The upload was cut off. Try again.")
		}
		switch {
		case part.FormName() == "channel":
			v.Channel = string(content)
		case part.FormName() == "file" && part.FileName() != "":
			file.Name, text = part.FileName(), string(content)
		case part.FormName() == "addresses" && text == "":
			v.Pasted, text = string(content), string(content)
		}
	}
	if strings.TrimSpace(text) == "" {
		return v, file, domain.Invalid("file", "Choose a file, or paste addresses.")
	}
	file.Channel, file.Text = messaging.Channel(v.Channel), strings.NewReader(text)
	return v, file, nil
}

func (p pages) exportSuppressions(c *fiber.Ctx) error {
	ctx, organization := context.WithoutCancel(c.UserContext()), org(c)
	if err := identity.Require(ctx, organization, identity.ExportContacts); err != nil { // before the status is sent
		return err
	}
	if _, err := p.Messaging.Suppressions(ctx, organization, messaging.SuppressionQuery{}); err != nil {
		return err
	}
	c.Attachment("suppressions.csv")
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already: all that is left to do after an error is to stop.
		_ = p.Messaging.WriteSuppressions(ctx, organization, w)
	})
	return nil
}

package messagingapi

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	suppressionsPath = "/api/messaging/suppressions"
	suppressionPath  = suppressionsPath + "/{id}"
	suppressionsTag  = "Suppression list"
)

func (h handlers) registerSuppressions(a huma.API) {
	list := operation(http.MethodGet, suppressionsPath, "list-suppressions", "List addresses that get no messages", suppressionsTag)
	list.Description = "Those in force now, newest first. Ordered by createdAt, address or id. Words are looked for in addresses.\n\n" +
		api.SearchHelp(messaging.SuppressionCommands, "address:*@example.org reason:complaint !until:* created:>=-30d")
	create := operation(http.MethodPost, suppressionsPath, "create-suppression", "Keep messages from an address", suppressionsTag)
	create.Description = "An address that is on the list already keeps the reason that weighs more."
	create.DefaultStatus = http.StatusCreated
	remove := api.MayAnswer(operation(http.MethodDelete, suppressionPath, "delete-suppression", "Take an address off the list", suppressionsTag), http.StatusConflict)
	remove.Description = "A new bounce or complaint puts it back."
	load := operation(http.MethodPost, suppressionsPath+"/import", "import-suppressions", "Put many addresses on the list", suppressionsTag)
	load.Description = "A CSV file, or one address in a line, as the body. In each row the first cell that is an address counts. All or none. At most 8 MB."
	load.MaxBodyBytes = messaging.MaxSuppressionFile + 1
	load.RequestBody = &huma.RequestBody{}
	save := operation(http.MethodGet, suppressionsPath+"/export", "export-suppressions", "Download the list", suppressionsTag)
	save.Description = "CSV that is safe to open in a spreadsheet. Addresses of erased people are not in it."
	save.Responses = map[string]*huma.Response{"200": {Description: "The list.", Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	erase := operation(http.MethodPost, suppressionsPath+"/erase", "erase-suppression", "Erase an address, but keep messages from it", suppressionsTag)
	erase.Description = "Only a keyed hash of the address is kept, so that an erased person stays unmailed. It can't be undone."
	erase.DefaultStatus = http.StatusNoContent

	huma.Register(a, list, h.listSuppressions)
	huma.Register(a, save, h.exportSuppressions)
	huma.Register(a, described(operation(http.MethodGet, suppressionPath, "get-suppression", "Read an entry of the list", suppressionsTag),
		"The reason tells what put the address there."), h.getSuppression)
	huma.Register(a, create, h.createSuppression)
	huma.Register(a, load, h.importSuppressions)
	load.RequestBody.Content["text/csv"].Example = "address,since\neva.lang@example.com,2026-11-24\ntim@example.com,2026-11-25\n"
	huma.Register(a, erase, h.eraseSuppression)
	huma.Register(a, remove, h.deleteSuppression)
}

// Suppression keeps messages from an address.
type Suppression struct {
	ID        messaging.SuppressionID     `json:"id" example:"55"`
	Channel   messaging.Channel           `json:"channel" enum:"email,sms" example:"email"`
	Address   string                      `json:"address" doc:"Empty once it was erased." example:"eva.lang@example.com"`
	Reason    messaging.SuppressionReason `json:"reason" enum:"hard_bounce,soft_bounces,complaint,provider_list,manual,import,erased" example:"manual"`
	Stops     messaging.Stops             `json:"stops" enum:"marketing,all" doc:"all: transactional messages, too." example:"all"`
	Comment   string                      `json:"comment" example:"Asked us to stop by phone."`
	Origin    string                      `json:"origin" doc:"What did it: the public id of a message, a file, a caller." example:"user 7"`
	Until     *time.Time                  `json:"until" doc:"null: for ever" example:"2027-05-26T00:00:00Z"`
	CreatedAt time.Time                   `json:"createdAt" example:"2026-11-24T09:30:00Z"`
}

func suppressionBody(s messaging.Suppression) Suppression {
	return Suppression{
		ID: s.ID, Channel: s.Channel, Address: s.Address, Reason: s.Reason, Stops: s.Stops,
		Comment: s.Comment, Origin: s.Origin, Until: s.Until, CreatedAt: s.CreatedAt,
	}
}

type (
	suppressionOutput  struct{ Body Suppression }
	suppressionsOutput struct{ Body domain.Page[Suppression] }
	suppressionsInput  struct {
		api.PageInput
		Channel messaging.Channel           `query:"channel" enum:"email,sms" doc:"Only addresses of this channel."`
		Reason  messaging.SuppressionReason `query:"reason" enum:"hard_bounce,soft_bounces,complaint,provider_list,manual,import,erased" doc:"Only addresses that are listed for this reason."`
	}
	suppressionInput struct {
		ID messaging.SuppressionID `path:"id" minimum:"1" doc:"Id of the entry." example:"55"`
	}
	createSuppressionInput struct {
		Body struct {
			Address string            `json:"address" example:"eva.lang@example.com"`
			Channel messaging.Channel `json:"channel,omitempty" enum:"email,sms" default:"email" example:"email"`
			Comment string            `json:"comment,omitempty" example:"Asked us to stop by phone."`
			Until   *time.Time        `json:"until,omitempty" doc:"Without it: for ever." example:"2027-05-26T00:00:00Z"`
		}
	}
	eraseSuppressionInput struct {
		Body struct {
			Address string            `json:"address" example:"eva.lang@example.com"`
			Channel messaging.Channel `json:"channel,omitempty" enum:"email,sms" default:"email" example:"email"`
		}
	}
	importSuppressionsInput struct {
		Channel messaging.Channel `query:"channel" enum:"email,sms" default:"email" doc:"What the addresses are of."`
		Name    string            `query:"name" maxLength:"191" doc:"Of the file, noted with each address." example:"complaints.csv"`
		RawBody []byte            `contentType:"text/csv"`
	}
	importSuppressionsOutput struct{ Body SuppressionImport }
)

// SuppressionImport is what came of an import.
type SuppressionImport struct {
	Added    int                 `json:"added" example:"1240"`
	Known    int                 `json:"known" doc:"Were on the list, or stood in the file twice." example:"8"`
	Rejected int                 `json:"rejected" example:"1"`
	Rejects  []SuppressionReject `json:"rejects" doc:"The first hundred."`
}

// SuppressionReject is a row without an address.
type SuppressionReject struct {
	Row    int    `json:"row" example:"17"`
	Text   string `json:"text" example:"eva.lang(at)example"`
	Reason string `json:"reason" example:"There is no address in this row."`
}

func (h handlers) listSuppressions(ctx context.Context, in *suppressionsInput) (*suppressionsOutput, error) {
	page, err := h.messaging.Suppressions(ctx, org(ctx), messaging.SuppressionQuery{PageQuery: in.Query(), Channel: in.Channel, Reason: in.Reason})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &suppressionsOutput{Body: domain.MapPage(page, suppressionBody)}, nil
}

func answerSuppression(s messaging.Suppression, err error) (*suppressionOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &suppressionOutput{Body: suppressionBody(s)}, nil
}

func (h handlers) getSuppression(ctx context.Context, in *suppressionInput) (*suppressionOutput, error) {
	return answerSuppression(h.messaging.Suppression(ctx, org(ctx), in.ID))
}

func (h handlers) createSuppression(ctx context.Context, in *createSuppressionInput) (*suppressionOutput, error) {
	return answerSuppression(h.messaging.Suppress(ctx, org(ctx), messaging.SuppressionInput{
		Channel: in.Body.Channel, Address: in.Body.Address, Comment: in.Body.Comment, Until: in.Body.Until,
	}))
}

func (h handlers) deleteSuppression(ctx context.Context, in *suppressionInput) (*struct{}, error) {
	return nil, api.Problem(h.messaging.LiftSuppression(ctx, org(ctx), in.ID))
}

func (h handlers) eraseSuppression(ctx context.Context, in *eraseSuppressionInput) (*struct{}, error) {
	return nil, api.Problem(h.messaging.EraseAddress(ctx, org(ctx), in.Body.Channel, in.Body.Address))
}

func (h handlers) importSuppressions(ctx context.Context, in *importSuppressionsInput) (*importSuppressionsOutput, error) {
	result, err := h.messaging.ImportSuppressions(ctx, org(ctx), messaging.SuppressionFile{
		Channel: in.Channel, Name: in.Name, Text: bytes.NewReader(in.RawBody),
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	body := SuppressionImport{Added: result.Added, Known: result.Known, Rejected: result.Rejected, Rejects: []SuppressionReject{}}
	for _, reject := range result.Rejects {
		body.Rejects = append(body.Rejects, SuppressionReject{Row: reject.Row, Text: reject.Text, Reason: reject.Reason.English()})
	}
	return &importSuppressionsOutput{Body: body}, nil
}

// exportSuppressions streams: a list may be long.
func (h handlers) exportSuppressions(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	if err := identity.Require(ctx, org(ctx), identity.ExportContacts); err != nil { // before the status is sent
		return nil, api.Problem(err)
	}
	if _, err := h.messaging.Suppressions(ctx, org(ctx), messaging.SuppressionQuery{}); err != nil {
		return nil, api.Problem(err)
	}
	return &huma.StreamResponse{Body: func(out huma.Context) {
		out.SetHeader("Content-Type", "text/csv; charset=utf-8")
		out.SetHeader("Content-Disposition", `attachment; filename="suppressions.csv"`)
		// The status is sent already: all that is left to do after an error is to stop.
		_ = h.messaging.WriteSuppressions(out.Context(), org(ctx), out.BodyWriter())
	}}, nil
}

package crmapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/crm"
)

// registerMarks adds what is marked on contacts: tags, and the channels they must not be reached by.
func (h handler) registerMarks(a huma.API) {
	const forbidden = contactPath + "/do-not-contact/{channel}"
	huma.Register(a, described(operation(http.MethodPost, contactPath+"/tags", "add-tags", "Tags", "Add and remove tags of a contact"),
		"Tags that don't exist are created. At most 100 at once. Repeating it changes nothing; answers the contact as it is now."), h.changeTags)
	huma.Register(a, described(operation(http.MethodDelete, contactPath+"/tags/{name}", "remove-tag", "Tags", "Remove a tag from a contact"),
		"The tag itself stays, and so do the others who carry it. One that the contact does not carry is no error."), h.removeTag)
	huma.Register(a, noContent(described(operation(http.MethodPut, forbidden, "set-do-not-contact", "Do not contact", "Forbid a channel for a contact"),
		"From now on nothing is sent to the contact by this channel. The body may be left out. A newer reason replaces an older one; repeating it changes nothing. What a person decided goes into the consent log, a bounce does not.")), h.forbid)
	huma.Register(a, described(operation(http.MethodDelete, forbidden, "clear-do-not-contact", "Do not contact", "Allow a channel again"),
		"The consent log keeps who did it, and the comment."), h.allow)
}

type changeTagsInput struct {
	ContactPath
	Body struct {
		Add    []string `json:"add,omitempty" doc:"Created when they don't exist." example:"[\"newsletter\"]"`
		Remove []string `json:"remove,omitempty" example:"[\"prospect\"]"`
	}
}

func (h handler) changeTags(ctx context.Context, in *changeTagsInput) (*contactOutput, error) {
	if err := h.contacts.ChangeTags(ctx, org(ctx), in.ID, crm.TagChange(in.Body)); err != nil {
		return nil, api.Problem(err)
	}
	return h.get(ctx, &in.ContactPath)
}

type removeTagInput struct {
	ContactPath
	Name string `path:"name" doc:"Name of the tag." example:"newsletter"`
}

func (h handler) removeTag(ctx context.Context, in *removeTagInput) (*struct{}, error) {
	return nil, api.Problem(h.contacts.ChangeTags(ctx, org(ctx), in.ID, crm.TagChange{Remove: []string{in.Name}}))
}

// DoNotContact forbids to reach a contact by a channel.
type DoNotContact struct {
	Channel   crm.Channel `json:"channel" enum:"email,sms,push" example:"email"`
	Reason    crm.Reason  `json:"reason" enum:"unsubscribed,bounced,manual" example:"manual"`
	Comment   string      `json:"comment" example:"Asked us to stop by phone."`
	Origin    string      `json:"origin" example:"user 7" doc:"What did it: the public id of a message, \"import 3\", \"user 7\", api, or what a caller said."`
	CreatedAt time.Time   `json:"createdAt" example:"2026-11-24T09:30:00Z"`
}

func doNotContactBody(d crm.DoNotContact) DoNotContact {
	return DoNotContact{Channel: d.Channel, Reason: d.Reason, Comment: d.Comment, Origin: d.Origin, CreatedAt: d.CreatedAt}
}

// ChannelPath names a channel of a contact.
type ChannelPath struct {
	ContactPath
	Channel crm.Channel `path:"channel" enum:"email,sms,push" doc:"The channel."`
}

type setDoNotContactInput struct {
	ChannelPath
	Body struct {
		Reason  crm.Reason `json:"reason,omitempty" enum:"unsubscribed,bounced,manual" default:"manual" example:"manual"`
		Comment string     `json:"comment,omitempty" maxLength:"500" example:"Asked us to stop by phone." doc:"Why, in words."`
		Origin  string     `json:"origin,omitempty" maxLength:"200" example:"crm/ticket-812" doc:"What did it; api when left out."`
	} `required:"false"`
}

func (h handler) forbid(ctx context.Context, in *setDoNotContactInput) (*struct{}, error) {
	mark := crm.DoNotContact{Channel: in.Channel, Reason: in.Body.Reason, Comment: in.Body.Comment, Origin: in.Body.Origin}
	if mark.Reason == "" {
		mark.Reason = crm.Manual
	}
	return nil, api.Problem(h.contacts.SetDoNotContact(ctx, org(ctx), in.ID, mark))
}

type allowInput struct {
	ChannelPath
	Comment string `query:"comment" maxLength:"500" example:"Asked for the letter again." doc:"Why, in words."`
}

func (h handler) allow(ctx context.Context, in *allowInput) (*struct{}, error) {
	return nil, api.Problem(h.contacts.AllowChannel(ctx, org(ctx), in.ID, crm.Allowance{Channel: in.Channel, Comment: in.Comment}))
}

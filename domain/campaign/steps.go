package campaign

import "github.com/mauntic/mauntic/domain"

// StepKinds lists every step a marketer can place, in palette order.
var StepKinds = []StepKind{
	kind[SendEmail]("send_email", domain.Mark("Send email"), "mail"),
	kind[SendSMS]("send_sms", domain.Mark("Send SMS"), "message-square"),
	kind[Wait]("wait", domain.Mark("Wait"), "clock"),
	kind[Decision]("decision", domain.Mark("Decision"), "git-branch", yesNo...),
	kind[Condition]("condition", domain.Mark("Condition"), "split", yesNo...),
	kind[NotifyUser]("notify_user", domain.Mark("Notify a colleague"), "bell"),
	kind[CallWebhook]("call_webhook", domain.Mark("Call webhook"), "globe", webhookBranches...),
	kind[ChangeTags]("change_tags", domain.Mark("Change tags"), "tag"),
	kind[ChangePoints]("change_points", domain.Mark("Change points"), "sparkles"),
	kind[UpdateContact]("update_contact", domain.Mark("Update contact"), "user-pen"),
	kind[Exit]("exit", domain.Mark("Exit"), "log-out"),
}

// KindNamed returns the kind with that name.
func KindNamed(name Kind) (StepKind, bool) {
	for _, kind := range StepKinds {
		if kind.Kind == name {
			return kind, true
		}
	}
	return StepKind{}, false
}

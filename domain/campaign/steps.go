package campaign

// StepKinds lists every step a marketer can place, in palette order.
var StepKinds = []StepKind{
	kind[SendEmail]("send_email", "Send email", "mail"),
	kind[SendSMS]("send_sms", "Send SMS", "message-square"),
	kind[Wait]("wait", "Wait", "clock"),
	kind[Decision]("decision", "Decision", "git-branch", yesNo...),
	kind[Condition]("condition", "Condition", "split", yesNo...),
	kind[NotifyUser]("notify_user", "Notify a colleague", "bell"),
	kind[CallWebhook]("call_webhook", "Call webhook", "globe", webhookBranches...),
	kind[ChangeTags]("change_tags", "Change tags", "tag"),
	kind[ChangePoints]("change_points", "Change points", "sparkles"),
	kind[UpdateContact]("update_contact", "Update contact", "user-pen"),
	kind[Exit]("exit", "Exit", "log-out"),
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

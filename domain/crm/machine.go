package crm

// Machine says that a program did it, not the person: a mail scanner that follows every link, or a
// mailbox that fetches images beforehand. Such events are kept and shown, but nobody waits for
// them and no decision counts them.
func (e Event) Machine() bool {
	machine, _ := e.Data["machine"].(bool)
	return machine
}

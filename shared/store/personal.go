package store

import "slices"

// Personal says in which fields of a collection's documents personal data lies, and for how long. The list is what operators and customers are told (SECURITY.md) and what tests
// hold every document to: a field that is not on it holds ids, numbers, times and words of the program.
type Personal struct {
	Collection string
	// Fields by what they may hold. A name leads through structs by dots and through lists without a sign; "id" is the document's own name, as the last part of its path.
	Fields map[PersonalKind][]string
	What   string // whose data, and which
	Until  string // when it goes
}

// PersonalKind is what a field may hold.
type PersonalKind string

// The kinds, from the narrowest: each may hold what those before it hold.
const (
	PersonalAddress PersonalKind = "addresses" // of email
	PersonalName    PersonalKind = "names"     // of people; senders write into them what they like
	PersonalText    PersonalKind = "texts"     // subjects, bodies, file names, and what mail servers say
)

// Holds tells whether a field of this kind may hold data of another kind.
func (k PersonalKind) Holds(other PersonalKind) bool {
	kinds := []PersonalKind{PersonalAddress, PersonalName, PersonalText}
	return slices.Index(kinds, other) <= slices.Index(kinds, k)
}

const (
	whileListed  = "Hire's backend takes it out of the directory, or the account is deleted"
	whileKept    = "its candidate or account is deleted and the account's retention is `delete`; else it stays"
	whileWaiting = "it is matched, the label goes, or the account is deleted"
)

// PersonalData lists where personal data lies in the store, by collection.
func PersonalData() []Personal {
	return []Personal{
		{"accounts", map[PersonalKind][]string{PersonalName: {"Name"}}, "the customer's name", whileListed},
		{"addresses", map[PersonalKind][]string{PersonalAddress: {"id"}}, "candidates' addresses, for matching", whileListed},
		{"batches", map[PersonalKind][]string{PersonalText: {"Key"}}, "the key that the caller has chosen, which is to be random", "60 days after it was asked for"},
		{"candidates", map[PersonalKind][]string{PersonalName: {"Name"}, PersonalAddress: {"Emails"}}, "candidates", whileListed},
		{"logins", map[PersonalKind][]string{PersonalAddress: {"id"}}, "users' login addresses", whileListed},
		{"mailboxes", map[PersonalKind][]string{PersonalAddress: {"Address"}, PersonalText: {"Labels.Name"}}, "whose Gmail is connected; the names of its labels for Hire", "the account is deleted"},
		{"mailboxesof", map[PersonalKind][]string{PersonalAddress: {"id"}}, "addresses of connected mailboxes, for Gmail's notifications", "it is connected no more"},
		{"messages", map[PersonalKind][]string{
			PersonalAddress: {"From.Addr", "To.Addr", "Cc.Addr", "Bcc.Addr", "Delivery.Recipients", "MessageID", "InReplyTo", "References"},
			PersonalName:    {"From.Name", "To.Name", "Cc.Name", "Bcc.Name"},
			PersonalText:    {"Subject", "Text", "HTML", "Snippet", "Attachments.Filename", "Attachments.ContentType", "Attachments.ContentID", "Delivery.Reason"},
		}, "imported and sent mail", whileKept},
		{"parts", map[PersonalKind][]string{PersonalText: {"Mails.Key", "Mails.Detail"}}, "the keys of a batch's mails; why one did not leave, which may name an address", "60 days after it was asked for"},
		{"pushes", map[PersonalKind][]string{PersonalAddress: {"Data"}}, "on one machine alone: Gmail's notifications, which name the mailbox", "they are delivered"},
		{"published", map[PersonalKind][]string{PersonalAddress: {"Event"}}, "on one machine alone: events to Hire; those about a mailbox name its address", "a week later"},
		{"rfcids", map[PersonalKind][]string{PersonalAddress: {"Early.Recipients"}, PersonalText: {"Early.Reason"}}, "reports on mail that is not filed yet", whileKept},
		{"rows", map[PersonalKind][]string{PersonalAddress: {"Body"}}, "events and tasks that are to be handed over; events about a mailbox name its address", "they are handed over, mostly at once"},
		{"sends", map[PersonalKind][]string{
			PersonalAddress: {"From.Addr", "To.Addr", "Cc.Addr", "Bcc.Addr", "LeftOut.Addr", "Asked.To.Addr", "Asked.Cc.Addr", "Asked.Bcc.Addr", "InReplyTo", "References", "RFCMessageID"},
			PersonalName:    {"From.Name", "To.Name", "Cc.Name", "Bcc.Name", "LeftOut.Name", "Asked.To.Name", "Asked.Cc.Name", "Asked.Bcc.Name"},
			PersonalText:    {"Subject", "Text", "HTML", "Asked.Subject", "Attachments.Filename", "Attachments.ContentType", "Problem.Detail", "Key"},
		}, "mail that users have asked to be sent", "60 days after it was asked for; with its candidate or account where the retention is `delete`"},
		{"threads", map[PersonalKind][]string{
			PersonalAddress: {"LastFrom.Addr"}, PersonalName: {"LastFrom.Name"}, PersonalText: {"Subject", "Snippet"},
		}, "conversations", whileKept},
		{"tracked", map[PersonalKind][]string{PersonalAddress: {"Addresses"}, PersonalText: {"Subject"}}, "labelled conversations that match no candidate", whileWaiting},
		{"uploads", map[PersonalKind][]string{PersonalText: {"Filename", "ContentType"}}, "files for mail that is yet to be asked for", "a day after the upload"},
		{"users", map[PersonalKind][]string{PersonalName: {"Name"}, PersonalAddress: {"Email"}}, "users", whileListed},
		{"waiting", map[PersonalKind][]string{PersonalAddress: {"id"}}, "addresses of labelled conversations that match no candidate", whileWaiting},
	}
}

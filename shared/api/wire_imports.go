package api

import "time"

// ImportableList answers GET threads /v1/candidates/{candidate_id}/importable?page_token=…: conversations of the caller's own mailbox, read from Gmail at this moment and kept
// nowhere, that have one of the candidate's exact addresses in From, To or Cc of a message and are not imported. Newest first; what lies in spam, in the bin or in the drafts is
// not counted. Where the caller's mailbox is not connected the answer is 409 connect_required or reconnect_required.
type ImportableList struct {
	Conversations []Importable `json:"conversations"`             // at most 10; there may be none on a page that others follow
	NextPageToken string       `json:"next_page_token,omitempty"` // for older ones; "" on the last page
}

// Importable is a conversation that can be imported.
type Importable struct {
	GmailThreadID string    `json:"gmail_thread_id"` // for StartImports; it means this conversation in the caller's mailbox only
	Subject       string    `json:"subject"`         // of its first message
	Participants  []Address `json:"participants"`    // in From, To and Cc of its messages, without the caller's mailbox; at most 50
	Messages      int       `json:"messages"`        // that an import brings
	FirstAt       time.Time `json:"first_at"`        // when its first message came
	LastAt        time.Time `json:"last_at"`         // when its last message came
	// State is new; waiting: it was asked for and its turn is yet to come; stopped: it is in the profile up to when its label was taken off.
	State string `json:"state"`
}

// StartImports is the body of POST threads /v1/candidates/{candidate_id}/imports, which answers 202 with Imports. Each conversation is read whole, even what is archived, and
// followed from then on, as if it were labelled. Asking again for what waits or is imported changes nothing.
type StartImports struct {
	GmailThreadIDs []string `json:"gmail_thread_ids"` // 1 to 20, as ImportableList gives them
}

// Imports answers GET threads /v1/candidates/{candidate_id}/imports, and POST likewise: what the caller has asked for in this profile within the last 30 days, newest first, at
// most 100.
type Imports struct {
	Imports []Import `json:"imports"`
}

// Import is a conversation that the caller has asked for.
type Import struct {
	GmailThreadID string    `json:"gmail_thread_id"`
	State         string    `json:"state"`               // waiting, imported, not_imported
	ThreadID      string    `json:"thread_id,omitempty"` // the conversation of the profile that it is in
	Reason        string    `json:"reason,omitempty"`    // of one not imported: no_candidate_has_this_address, mailbox_is_not_the_login_address, candidate_deleted, conversation_of_another_candidate, not_in_gmail_any_more, gmail_cannot_show_it
	Detail        string    `json:"detail,omitempty"`    // the same as a sentence that says what to do
	AskedAt       time.Time `json:"asked_at"`
	EndedAt       time.Time `json:"ended_at,omitzero"`
}

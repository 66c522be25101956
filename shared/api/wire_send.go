package api

import "time"

// SendMessage is the body of POST sendmessage /v1/messages, which also asks for an Idempotency-Key header.
type SendMessage struct {
	CandidateID string          `json:"candidate_id"`
	ThreadID    string          `json:"thread_id,omitempty"` // a reply; recipients are then Hire's rule, not the caller's
	Subject     string          `json:"subject,omitempty"`   // needed for a new message; on a reply another one starts a new conversation
	Text        string          `json:"text,omitempty"`
	HTML        string          `json:"html,omitempty"`
	To          []Address       `json:"to,omitempty"` // new message only; default: the candidate
	Cc          []Address       `json:"cc,omitempty"`
	Bcc         []Address       `json:"bcc,omitempty"`
	Attachments []AttachmentRef `json:"attachments,omitempty"`
	// From is another address of the user's mailbox (see SendingAddresses), where the account allows it; default: the mailbox's own. It is looked at again when the message leaves.
	From string `json:"from,omitempty"`
	// Signature puts the Gmail signature of the address that the message leaves from below it: below html, below text, or both, as there are.
	Signature bool `json:"signature,omitempty"`
	// SendAt is when the message is to leave (RFC 3339): at most 30 days ahead, and not in the past but for a minute between clocks. It is then answered with 202
	// and state queued. Text, signature, files, subject, named recipients, the conversation and the Google account are those of now; permission, connection, candidate, and
	// the recipients of a reply or where none are named are looked at again when it leaves. DELETE /v1/messages/{idempotency_key} cancels it until then.
	SendAt time.Time `json:"send_at,omitzero"`
}

// AttachmentRef names an attachment: one that was uploaded, or one of a message in the same profile. With a content id it is a picture within html, which must show it as
// <img src="cid:…">; the id is of the caller's making: letters, digits and . _ - @ +, at most 100 of them.
type AttachmentRef struct {
	UploadID  string `json:"upload_id,omitempty"`
	ThreadID  string `json:"thread_id,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	PartID    string `json:"part_id,omitempty"`
	ContentID string `json:"content_id,omitempty"`
}

// SendResult answers POST sendmessage /v1/messages, GET and DELETE sendmessage /v1/messages/{idempotency_key}. DELETE cancels a message that is queued, which is
// then failed with the problem cancelled; it answers 409 too_late_to_cancel, with the member state, for one that is not queued any more.
type SendResult struct {
	// State is queued (waits for its time), sending, sent, failed (has not left) or unknown (nobody can tell: see problem). Sent, failed and unknown are final, but that
	// unknown becomes sent where the mail is found.
	State          string    `json:"state"`
	IdempotencyKey string    `json:"idempotency_key"`
	ThreadID       string    `json:"thread_id,omitempty"`
	MessageID      string    `json:"message_id,omitempty"` // in the thread
	RFCMessageID   string    `json:"rfc822_message_id,omitempty"`
	SendAt         time.Time `json:"send_at,omitzero"`   // as asked for
	LeavesAt       time.Time `json:"leaves_at,omitzero"` // of a queued one: when it is tried next, at the earliest
	SentAt         time.Time `json:"sent_at,omitzero"`
	BatchID        string    `json:"batch_id,omitempty"` // of a message of a batch
	From           *Address  `json:"from,omitempty"`     // where it is not the mailbox's own address
	To             []Address `json:"to"`                 // of a queued one: as it would be now
	Cc             []Address `json:"cc"`
	LeftOut        []Address `json:"left_out"`
	// Problem says why it is failed or unknown; for a queued one, why it did not leave when it was last tried: daily_gmail_limit (it waits until Gmail sends again, three
	// days at most) or one that asks the user to reconnect: reconnect_required, permission_missing, gmail_not_enabled (it waits for that a day).
	Problem *Notice `json:"problem,omitempty"`
}

// SendBatch is the body of POST sendmessage /v1/batches, which also asks for an Idempotency-Key header. It is at most 16 MiB. All messages are accepted, or none:
// where some can't be sent, the answer is 422 invalid_batch, whose member messages lists index, code and detail of each.
type SendBatch struct {
	Messages []BatchMessage `json:"messages"`         // 1 to 500
	SendAt   time.Time      `json:"send_at,omitzero"` // of the first one, as in SendMessage; the others follow, one every 3 seconds and mailbox
}

// BatchMessage is one message of a batch: a new one, as in SendMessage.
type BatchMessage struct {
	CandidateID string          `json:"candidate_id"`
	Subject     string          `json:"subject"`
	Text        string          `json:"text,omitempty"`
	HTML        string          `json:"html,omitempty"`
	To          []Address       `json:"to,omitempty"` // default: the candidate
	Cc          []Address       `json:"cc,omitempty"`
	Bcc         []Address       `json:"bcc,omitempty"`
	Attachments []AttachmentRef `json:"attachments,omitempty"`
	From        string          `json:"from,omitempty"`
	Signature   bool            `json:"signature,omitempty"`
}

// Batch answers POST sendmessage /v1/batches (202), and GET and DELETE sendmessage /v1/batches/{batch_id}?limit=100&page_token=…. DELETE cancels what is still
// queued: once it has answered, none of that leaves. What is being sent or was sent stays as it is; calling it again changes nothing.
type Batch struct {
	BatchID        string         `json:"batch_id"`
	IdempotencyKey string         `json:"idempotency_key"`
	Total          int            `json:"total"`
	Done           bool           `json:"done"`     // every message is sent, failed or unknown
	Counts         BatchCounts    `json:"counts"`   // add up to total
	Problems       map[string]int `json:"problems"` // by code: how many have it
	SendAt         time.Time      `json:"send_at,omitzero"`
	CreatedAt      time.Time      `json:"created_at"`
	CancelledAt    time.Time      `json:"cancelled_at,omitzero"`
	Messages       []BatchOutcome `json:"messages"` // a page of them, in the order of the request; POST shows none
	NextPageToken  string         `json:"next_page_token,omitempty"`
}

// BatchCounts are how many messages of a batch are in each state.
type BatchCounts struct {
	Queued  int `json:"queued"`
	Sending int `json:"sending"`
	Sent    int `json:"sent"`
	Failed  int `json:"failed"` // those that were cancelled, too
	Unknown int `json:"unknown"`
}

// BatchOutcome says how one message of a batch stands, as SendResult does.
type BatchOutcome struct {
	Index          int       `json:"index"`           // in the request, from 0
	IdempotencyKey string    `json:"idempotency_key"` // for GET and DELETE /v1/messages/{idempotency_key}, some seconds after the batch was accepted
	CandidateID    string    `json:"candidate_id,omitempty"`
	State          string    `json:"state"`
	LeavesAt       time.Time `json:"leaves_at,omitzero"`
	ThreadID       string    `json:"thread_id,omitempty"`
	MessageID      string    `json:"message_id,omitempty"`
	SentAt         time.Time `json:"sent_at,omitzero"`
	Problem        *Notice   `json:"problem,omitempty"`
}

// Upload answers POST sendmessage /v1/uploads?filename=cv.pdf, whose body is the file itself.
type Upload struct {
	UploadID    string    `json:"upload_id"`
	Filename    string    `json:"filename"`
	ContentType string    `json:"content_type"`
	Size        int64     `json:"size"`
	ExpiresAt   time.Time `json:"expires_at"`
}

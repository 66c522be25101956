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
}

// AttachmentRef names an attachment: one that was uploaded, or one of a message in the same profile.
type AttachmentRef struct {
	UploadID  string `json:"upload_id,omitempty"`
	ThreadID  string `json:"thread_id,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	PartID    string `json:"part_id,omitempty"`
}

// SendResult answers POST sendmessage /v1/messages and GET sendmessage /v1/messages/{idempotency_key}.
type SendResult struct {
	State          string    `json:"state"` // queued, sending, sent, failed, unknown
	IdempotencyKey string    `json:"idempotency_key"`
	ThreadID       string    `json:"thread_id,omitempty"`
	MessageID      string    `json:"message_id,omitempty"` // in the thread
	RFCMessageID   string    `json:"rfc822_message_id,omitempty"`
	SentAt         time.Time `json:"sent_at,omitzero"`
	To             []Address `json:"to"`
	Cc             []Address `json:"cc"`
	LeftOut        []Address `json:"left_out"`
	Problem        *Notice   `json:"problem,omitempty"` // for failed and unknown
}

// Upload answers POST sendmessage /v1/uploads?filename=cv.pdf, whose body is the file itself.
type Upload struct {
	UploadID    string    `json:"upload_id"`
	Filename    string    `json:"filename"`
	ContentType string    `json:"content_type"`
	Size        int64     `json:"size"`
	ExpiresAt   time.Time `json:"expires_at"`
}

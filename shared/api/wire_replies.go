package api

import "time"

// Hire's mail gateway gives each mail for a reply address to POST inboundreply /v1/replies, as it was received: the body is the mail itself (message/rfc822, at most
// 32 MB), or, for a larger one, a ReplyByReference (application/json). Headers of the request:
//
//	X-Envelope-To           of RCPT TO: the reply address
//	X-Envelope-From         of MAIL FROM; empty or <> for the null sender
//	Authentication-Results  what the gateway found out by SPF, DKIM and DMARC (RFC 8601), in a single field of its own making
//
// It may repeat a request for as long as it likes: a mail is sent once. A success is final. So is a problem, but for 5xx and the codes send_in_progress and rate_limited,
// after which the request is to be repeated, and for body_too_large, after which the mail is to be uploaded in parts. A final problem with the member mail_back is told to the user by a mail with this content, from the null sender and with
// "Auto-Submitted: auto-replied" (RFC 3834); one without must not be answered by mail, as its sender may be forged.

// ReplyByReference names the parts of a mail, in their order, each uploaded to POST inboundreply /v1/uploads with the header X-Envelope-To.
type ReplyByReference struct {
	UploadIDs []string `json:"upload_ids"`
}

// ReplyResult answers POST inboundreply /v1/replies.
type ReplyResult struct {
	State        string    `json:"state"`            // sent, duplicate, ignored
	Reason       string    `json:"reason,omitempty"` // of an ignored one: bounce, report, auto_reply, bulk, mailing_list, own_mail
	ThreadID     string    `json:"thread_id,omitempty"`
	MessageID    string    `json:"message_id,omitempty"` // in the thread
	RFCMessageID string    `json:"rfc822_message_id,omitempty"`
	SentAt       time.Time `json:"sent_at,omitzero"`
}

// MailBack is the member mail_back of a problem.
type MailBack struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

package api

// Problem is how every operation answers with an error (RFC 9457), as application/problem+json; WriteProblem writes it. A code may bring further members.
type Problem struct {
	Type     string `json:"type"`               // urn:hire:problem:<code>, which never changes its meaning
	Title    string `json:"title"`              // short text of the code
	Status   int    `json:"status"`             // of HTTP
	Detail   string `json:"detail"`             // a sentence for people, saying what to do
	Code     string `json:"code"`               // what went wrong, for programs
	Instance string `json:"instance,omitempty"` // urn:hire:request:<trace>, by which support finds the log
	// Errors says what is wrong with fields of the request, by field.
	Errors map[string]string `json:"errors,omitempty"`
	// State is how the message stands that the request was about, as in SendResult.
	State          string           `json:"state,omitempty"`
	IdempotencyKey string           `json:"idempotency_key,omitempty"` // of that message
	LimitBytes     int64            `json:"limit_bytes,omitempty"`     // of body_too_large: how many bytes a body may have
	Offset         *int64           `json:"offset,omitempty"`          // of malformed_json: where in the body, in bytes
	Messages       []ProblemMessage `json:"messages,omitempty"`        // of invalid_batch: which messages can't be sent, and why
	MailBack       *MailBack        `json:"mail_back,omitempty"`       // of a reply by email: what its writer is to be told
}

// ProblemMessage says what is wrong with one message of a batch.
type ProblemMessage struct {
	Index  int    `json:"index"` // in the request, from 0
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

package gmailtest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// mailBody is a mail as JSON carries it: a message, or a draft with one in it.
type mailBody struct {
	ID       string    `json:"id"`
	Raw      string    `json:"raw"`
	ThreadID string    `json:"threadId"`
	LabelIDs []string  `json:"labelIds"`
	Message  *mailBody `json:"message"`
}

// mail reads the mail of a request: in JSON, or uploaded by itself or beside JSON.
// Source: https://developers.google.com/workspace/gmail/api/guides/uploads
func (c *call) mail() (raw []byte, thread uint64, labels []string, e *apiError) {
	b, raw, e := c.mailBody()
	if e != nil {
		return nil, 0, nil, e
	}
	if len(trimmed(raw)) == 0 {
		return nil, 0, nil, errBad("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
	}
	thread, e = b.thread()
	return raw, thread, b.LabelIDs, e
}

// draftToSend reads the body of drafts.send: the draft's id, and a mail only where it is to be replaced first.
func (c *call) draftToSend() (id string, raw []byte, thread uint64, e *apiError) {
	outer := mailBody{}
	b, raw, e := c.mailBodyInto(&outer)
	if e != nil {
		return "", nil, 0, e
	}
	if outer.ID == "" {
		return "", nil, 0, errBad("Invalid draft")
	}
	if len(trimmed(raw)) == 0 {
		raw = nil
	}
	thread, e = b.thread()
	return outer.ID, raw, thread, e
}

func (c *call) mailBody() (*mailBody, []byte, *apiError) { return c.mailBodyInto(&mailBody{}) }

// mailBodyInto reads the JSON into b. It gives what speaks of the message, b itself or the message in it, and the mail.
func (c *call) mailBodyInto(b *mailBody) (*mailBody, []byte, *apiError) {
	kind := c.query.Get("uploadType")
	if !c.upload {
		kind = ""
	}
	switch kind {
	case "", "media", "multipart":
	default:
		return nil, nil, errBad("Upload type " + kind + " is not supported here")
	}
	if kind == "media" {
		return b, c.body, nil
	}
	var raw []byte
	body := c.body
	if kind == "multipart" {
		var e *apiError
		if body, raw, e = c.related(); e != nil {
			return nil, nil, e
		}
	}
	if len(trimmed(body)) > 0 {
		if err := json.Unmarshal(body, b); err != nil {
			return nil, nil, &apiError{code: 400, status: "INVALID_ARGUMENT", reason: "badRequest", message: "Invalid JSON payload received."}
		}
	}
	message := b
	if b.Message != nil {
		message = b.Message
	}
	if raw == nil && message.Raw != "" {
		var err error
		if raw, err = decodeRaw(message.Raw); err != nil {
			return nil, nil, errBad("Invalid value at 'raw': not base64url")
		}
	}
	return message, raw, nil
}

// decodeRaw takes the URL's alphabet and the usual one, with or without padding, as Google's servers do.
func decodeRaw(s string) ([]byte, error) {
	s = strings.NewReplacer("+", "-", "/", "_", "=", "", "\n", "", "\r", "").Replace(s)
	return base64.RawURLEncoding.DecodeString(s)
}

// related takes a multipart/related upload apart: JSON, then the mail.
func (c *call) related() (body, raw []byte, e *apiError) {
	broken := errBad("Malformed multipart body.")
	_, params, err := mime.ParseMediaType(c.kind)
	if err != nil || params["boundary"] == "" {
		return nil, nil, broken
	}
	r := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	var parts [][]byte
	for len(parts) < 2 {
		p, err := r.NextRawPart()
		if err != nil {
			return nil, nil, broken
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return nil, nil, broken
		}
		parts = append(parts, content)
	}
	return parts[0], parts[1], nil
}

func (b *mailBody) thread() (uint64, *apiError) {
	if b.ThreadID == "" {
		return 0, nil
	}
	id, ok := parseID(b.ThreadID)
	if !ok {
		return 0, errBad("Invalid thread_id value")
	}
	return id, nil
}

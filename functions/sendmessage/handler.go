package sendmessage

import (
	"mime"
	"net/http"
	"strings"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/sending"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/outgoing"
)

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	sender, err := outgoing.Of(s)
	if err != nil {
		return nil, err
	}
	h := handler{s, sender}
	r := s.Router("sendmessage")
	r.Handle("POST /v1/messages", h.send)
	r.Handle("GET /v1/messages/{idempotency_key}", h.outcome)
	r.Handle("DELETE /v1/messages/{idempotency_key}", h.cancel)
	r.Handle("POST /v1/batches", h.sendBatch)
	r.Handle("GET /v1/batches/{batch_id}", h.batch)
	r.Handle("DELETE /v1/batches/{batch_id}", h.cancelBatch)
	r.Handle("POST /v1/uploads", h.upload)
	return r, nil
}

type handler struct {
	*wiring.Services
	sending *sending.Service
}

// maxBody bounds a request: 512 KB of text, and what JSON makes of it. Files come by uploads.
const maxBody = 2 << 20

func (h handler) send(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.SendMessage](w, r, maxBody)
	if err != nil {
		return err
	}
	req := sending.Request{
		CandidateID: body.CandidateID, ThreadID: body.ThreadID, Subject: body.Subject, Text: body.Text, HTML: body.HTML,
		To: fromWire(body.To), Cc: fromWire(body.Cc), Bcc: fromWire(body.Bcc), Attachments: refsOf(body.Attachments), From: body.From, Signature: body.Signature, SendAt: body.SendAt,
	}
	x, err := h.sending.Send(r.Context(), mailbox(caller), r.Header.Get("Idempotency-Key"), req)
	if err != nil {
		return err
	}
	return answer(w, x)
}

func refsOf(as []api.AttachmentRef) []sending.AttachmentRef {
	var out []sending.AttachmentRef
	for _, a := range as {
		out = append(out, sending.AttachmentRef{UploadID: a.UploadID, ThreadID: a.ThreadID, MessageID: a.MessageID, PartID: a.PartID, ContentID: a.ContentID})
	}
	return out
}

func mailbox(c api.Caller) store.MailboxKey {
	return store.MailboxKey{AccountID: c.AccountID, UserID: c.UserID}
}

// answer says what became of a send: 200 for one that was sent, 202 for one that is queued, its problem for one that failed or can't be told.
func answer(w http.ResponseWriter, x store.Send) error {
	if x.State == store.SendQueued {
		api.WriteJSON(w, http.StatusAccepted, resultOf(x))
		return nil
	}
	if x.State != store.SendSent && x.Problem != nil {
		e := hire.Err(x.Problem.Code, x.Problem.Detail).With("state", x.State).With("idempotency_key", x.Key)
		e.RetryAfter = x.Problem.RetryAfter
		return e
	}
	api.WriteJSON(w, http.StatusOK, resultOf(x))
	return nil
}

func (h handler) outcome(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	x, err := h.sending.Outcome(r.Context(), mailbox(caller), r.PathValue("idempotency_key"))
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, resultOf(x))
	return nil
}

func (h handler) cancel(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	x, err := h.sending.Cancel(r.Context(), mailbox(caller), r.PathValue("idempotency_key"))
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, resultOf(x))
	return nil
}

func resultOf(x store.Send) api.SendResult {
	out := api.SendResult{
		State: string(x.State), IdempotencyKey: x.Key, ThreadID: x.ThreadID, MessageID: x.MessageID, RFCMessageID: x.RFCMessageID, SendAt: x.SendAt, SentAt: x.SentAt, BatchID: x.BatchID,
		To: api.Addresses(x.To), Cc: api.Addresses(x.Cc), LeftOut: api.Addresses(x.LeftOut),
	}
	if x.From.Addr != "" {
		out.From = &api.Address{Name: x.From.Name, Email: x.From.Addr}
	}
	if x.State == store.SendQueued {
		out.LeavesAt = x.LeaveAt
	}
	if x.Problem != nil {
		out.Problem = noticeOf(x.Problem.Code, x.Problem.Detail)
	}
	return out
}

func noticeOf(code hire.Code, detail string) *api.Notice {
	e := hire.Err(code, detail)
	return &api.Notice{Code: string(e.Code), Title: e.Title(), Detail: e.Detail}
}

func (h handler) upload(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	name := r.URL.Query().Get("filename")
	if name == "" {
		return hire.Invalid("filename", "missing", "Give the file's name in the query: ?filename=cv.pdf")
	}
	u, err := h.sending.Upload(r.Context(), mailbox(caller), name, mediaType(r.Header.Get("Content-Type")), r.Body)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusCreated, api.Upload{UploadID: u.ID, Filename: u.Filename, ContentType: u.ContentType, Size: u.Size, ExpiresAt: u.ExpiresAt})
	return nil
}

// mediaType is what a file is said to be; one that can't be said in a mail is any bytes.
func mediaType(header string) string {
	kind, params, err := mime.ParseMediaType(header)
	if out := mime.FormatMediaType(kind, params); err == nil && strings.Contains(kind, "/") && out != "" {
		return out
	}
	return "application/octet-stream"
}

func fromWire(as []api.Address) []hire.Address {
	var out []hire.Address
	for _, a := range as {
		out = append(out, hire.Address{Name: a.Name, Addr: a.Email})
	}
	return out
}

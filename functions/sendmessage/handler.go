package sendmessage

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/sending"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// New makes the function's handler.
func New(s *wiring.Services) http.Handler {
	h := handler{s}
	r := s.Router("sendmessage")
	r.Handle("POST /v1/messages", h.send)
	r.Handle("GET /v1/messages/{key}", h.outcome)
	r.Handle("POST /v1/uploads", h.upload)
	return r
}

type handler struct{ *wiring.Services }

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
		To: fromWire(body.To), Cc: fromWire(body.Cc), Bcc: fromWire(body.Bcc),
	}
	for _, a := range body.Attachments {
		req.Attachments = append(req.Attachments, sending.AttachmentRef{UploadID: a.UploadID, ThreadID: a.ThreadID, MessageID: a.MessageID, PartID: a.PartID})
	}
	x, err := h.Sending.Send(r.Context(), store.MailboxKey{AccountID: caller.AccountID, UserID: caller.UserID}, r.Header.Get("Idempotency-Key"), req)
	if err != nil {
		return err
	}
	return answer(w, x)
}

// answer says what became of a send: 200 for one that was sent, its problem for one that failed or can't be told.
func answer(w http.ResponseWriter, x store.Send) error {
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
	x, err := h.Sending.Outcome(r.Context(), store.MailboxKey{AccountID: caller.AccountID, UserID: caller.UserID}, r.PathValue("key"))
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, resultOf(x))
	return nil
}

func resultOf(x store.Send) api.SendResult {
	out := api.SendResult{
		State: string(x.State), IdempotencyKey: x.Key, ThreadID: x.ThreadID, MessageID: x.MessageID, RFCMessageID: x.RFCMessageID, SentAt: x.SentAt,
		To: toWire(x.To), Cc: toWire(x.Cc), LeftOut: toWire(x.LeftOut),
	}
	if x.Problem != nil {
		e := hire.Err(x.Problem.Code, x.Problem.Detail)
		out.Problem = &api.Notice{Code: string(e.Code), Title: e.Title(), Detail: e.Detail}
	}
	return out
}

func (h handler) upload(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	name := r.URL.Query().Get("filename")
	if name == "" {
		e := hire.Err(hire.CodeInvalidRequest, "Give the file's name in the query: ?filename=cv.pdf")
		e.Fields = map[string]string{"filename": "missing"}
		return e
	}
	contentType := r.Header.Get("Content-Type")
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	u, err := h.Sending.Upload(r.Context(), store.MailboxKey{AccountID: caller.AccountID, UserID: caller.UserID}, name, contentType, r.Body)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusCreated, api.Upload{UploadID: u.ID, Filename: u.Filename, ContentType: u.ContentType, Size: u.Size, ExpiresAt: u.ExpiresAt})
	return nil
}

func fromWire(as []api.Address) []hire.Address {
	var out []hire.Address
	for _, a := range as {
		out = append(out, hire.Address{Name: a.Name, Addr: a.Email})
	}
	return out
}

func toWire(as []hire.Address) []api.Address {
	out := []api.Address{}
	for _, a := range as {
		out = append(out, api.Address{Name: a.Name, Email: a.Addr})
	}
	return out
}

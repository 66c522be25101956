package inboundreply

import (
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/replies"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/outgoing"
)

// maxRequest is what a request can hold in the cloud; maxParts bounds what a larger mail is made of.
const (
	maxRequest = 32 << 20
	maxParts   = 8
)

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	sender, err := outgoing.Of(s)
	if err != nil {
		return nil, err
	}
	inbound, err := replies.New(replies.Options{
		Store: s.Store, Sending: sender, Blobs: s.Blobs, Addresses: s.Addresses, AppURL: s.Config.AppURL, MaxMail: wiring.MaxBlob, Now: s.Now,
	})
	if err != nil {
		return nil, err
	}
	h := handler{s, inbound}
	r := s.Router("inboundreply")
	r.Handle("POST /v1/replies", h.reply)
	r.Handle("POST /v1/uploads", h.upload)
	return r, nil
}

type handler struct {
	*wiring.Services
	inbound *replies.Service
}

func (h handler) reply(w http.ResponseWriter, r *http.Request) error {
	if err := h.Gateway.Verify(r); err != nil {
		return err
	}
	e, err := envelope(r)
	if err != nil {
		return err
	}
	var out replies.Outcome
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind {
	case "message/rfc822":
		out, err = h.inbound.Take(r.Context(), e, http.MaxBytesReader(w, r.Body, maxRequest))
	case "application/json":
		out, err = h.byReference(w, r, e)
	default:
		err = hire.Err(hire.CodeUnsupportedMedia, "Send the mail as message/rfc822, or the ids of its uploaded parts as application/json.")
	}
	if err != nil {
		return told(err)
	}
	api.WriteJSON(w, http.StatusOK, api.ReplyResult{
		State: string(out.State), Reason: out.Reason, ThreadID: out.Send.ThreadID, MessageID: out.Send.MessageID, RFCMessageID: out.Send.RFCMessageID, SentAt: out.Send.SentAt,
	})
	return nil
}

func (h handler) byReference(w http.ResponseWriter, r *http.Request, e replies.Envelope) (replies.Outcome, error) {
	body, err := api.DecodeJSON[api.ReplyByReference](w, r, 16<<10)
	if err != nil {
		return replies.Outcome{}, err
	}
	if n := len(body.UploadIDs); n == 0 || n > maxParts {
		return replies.Outcome{}, invalid("upload_ids", "Name the parts of the mail, at most 8.")
	}
	return h.inbound.TakeUploads(r.Context(), e, body.UploadIDs)
}

// told puts what its writer can be told by mail into a refusal.
func told(err error) error {
	var refused *replies.Refused
	var e *hire.Error
	if errors.As(err, &refused) && errors.As(refused.Err, &e) {
		return e.With("mail_back", api.MailBack{To: refused.To, Subject: refused.Subject, Text: refused.Text})
	}
	return err
}

func (h handler) upload(w http.ResponseWriter, r *http.Request) error {
	if err := h.Gateway.Verify(r); err != nil {
		return err
	}
	to := r.Header.Get("X-Envelope-To")
	if to == "" {
		return invalid("X-Envelope-To", "Give the envelope's recipient in the header X-Envelope-To.")
	}
	u, err := h.inbound.Upload(r.Context(), to, http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusCreated, api.Upload{UploadID: u.ID, Filename: u.Filename, ContentType: u.ContentType, Size: u.Size, ExpiresAt: u.ExpiresAt})
	return nil
}

// envelope reads what the gateway says of a mail. The sender must be named even where it is the null sender, so that a gateway which forgets it is not taken to
// hand over delivery reports alone.
func envelope(r *http.Request) (replies.Envelope, error) {
	from, said := r.Header["X-Envelope-From"]
	switch {
	case !said || len(from) != 1:
		return replies.Envelope{}, invalid("X-Envelope-From", "Give the envelope's sender once in the header X-Envelope-From; empty for the null sender.")
	case len(r.Header["X-Envelope-To"]) != 1:
		return replies.Envelope{}, invalid("X-Envelope-To", "Give one recipient of the envelope in the header X-Envelope-To.")
	case len(r.Header["Authentication-Results"]) > 1:
		return replies.Envelope{}, invalid("Authentication-Results", "Send one field, of the gateway's own making.")
	}
	return replies.Envelope{To: r.Header.Get("X-Envelope-To"), From: strings.Trim(strings.TrimSpace(from[0]), "<>"), Authentication: r.Header.Get("Authentication-Results")}, nil
}

func invalid(field, text string) error {
	return hire.Invalid(field, text, text)
}

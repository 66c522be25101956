package sendmessage

import (
	"net/http"
	"strconv"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/sending"
	"github.com/trakstar/hire-gmail/shared/store"
)

// maxBatchBody bounds the request of a batch.
const maxBatchBody = 16 << 20

func (h handler) sendBatch(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.SendBatch](w, r, maxBatchBody)
	if err != nil {
		return err
	}
	req := sending.BatchRequest{SendAt: body.SendAt}
	for _, m := range body.Messages {
		req.Mails = append(req.Mails, sending.Request{
			CandidateID: m.CandidateID, Subject: m.Subject, Text: m.Text, HTML: m.HTML, To: fromWire(m.To), Cc: fromWire(m.Cc), Bcc: fromWire(m.Bcc), Attachments: refsOf(m.Attachments),
			From: m.From, Signature: m.Signature,
		})
	}
	b, err := h.sending.SendBatch(r.Context(), mailbox(caller), r.Header.Get("Idempotency-Key"), req)
	if err != nil {
		return err
	}
	_, mails, err := h.sending.Batch(r.Context(), mailbox(caller), b.ID)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusAccepted, batchOf(b, mails))
	return nil
}

func (h handler) batch(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	return h.showBatch(w, r, caller)
}

func (h handler) cancelBatch(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	if err := h.sending.CancelBatch(r.Context(), mailbox(caller), r.PathValue("batch_id")); err != nil {
		return err
	}
	return h.showBatch(w, r, caller)
}

func (h handler) showBatch(w http.ResponseWriter, r *http.Request, caller api.Caller) error {
	limit, err := number(r, "limit", 100, 1, sending.MaxBatch)
	if err != nil {
		return err
	}
	from, err := number(r, "page_token", 0, 0, sending.MaxBatch)
	if err != nil {
		return err
	}
	b, mails, err := h.sending.Batch(r.Context(), mailbox(caller), r.PathValue("batch_id"))
	if err != nil {
		return err
	}
	out := batchOf(b, mails)
	for i := from; i < min(from+limit, len(mails)); i++ {
		out.Messages = append(out.Messages, outcomeOf(i, mails[i]))
	}
	if from+limit < len(mails) {
		out.NextPageToken = strconv.Itoa(from + limit)
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

// number reads one from the query.
func number(r *http.Request, name string, otherwise, least, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, hire.Invalid(name, "not valid", name+" is not valid.")
	}
	return n, nil
}

func batchOf(b store.Batch, mails []store.BatchMail) api.Batch {
	out := api.Batch{
		BatchID: b.ID, IdempotencyKey: b.Key, Total: b.Mails, Problems: map[string]int{}, SendAt: b.SendAt, CreatedAt: b.CreatedAt, CancelledAt: b.CancelledAt,
		Messages: []api.BatchOutcome{},
	}
	counts := map[store.SendState]*int{
		store.SendQueued: &out.Counts.Queued, store.SendSending: &out.Counts.Sending, store.SendSent: &out.Counts.Sent, store.SendFailed: &out.Counts.Failed,
		store.SendUnknown: &out.Counts.Unknown,
	}
	for _, m := range mails {
		*counts[m.State]++
		if m.Code != "" {
			out.Problems[string(m.Code)]++
		}
	}
	out.Done = out.Counts.Queued+out.Counts.Sending == 0
	return out
}

func outcomeOf(i int, m store.BatchMail) api.BatchOutcome {
	out := api.BatchOutcome{
		Index: i, IdempotencyKey: m.Key, CandidateID: m.CandidateID, State: string(m.State), ThreadID: m.ThreadID, MessageID: m.MessageID, SentAt: m.SentAt,
	}
	if m.State == store.SendQueued {
		out.LeavesAt = m.LeaveAt
	}
	if m.Code != "" {
		out.Problem = noticeOf(m.Code, m.Detail)
	}
	return out
}

package functions_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// A mail that is to leave later is checked now, and again when it leaves.

// Somebody runs the task of a queued mail by hand, a day early, as the console offers it: the mail waits for its time all the same, and then leaves once.
func TestLater_TaskRunByHand(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	first := r.later("k1", w.in(24*time.Hour))
	run := func(turn int) {
		w.task("/deliver/", store.DeliverTask{AccountID: acme, SendID: store.SendID(rita, "k1"), Turn: turn}).into(204, nil)
	}
	x, err := w.platform.services().Store.GetSend(t.Context(), acme, store.SendID(rita, "k1"))
	w.ok(err)
	run(x.Turn)
	run(x.Turn + 1)
	w.settle()
	if got := r.became("k1", "queued", ""); !got.LeavesAt.Equal(first.LeavesAt) {
		t.Errorf("it leaves at %s, want %s", got.LeavesAt, first.LeavesAt)
	}
	w.skip(24 * time.Hour)
	r.became("k1", "sent", "")
	w.skip(time.Hour)
	w.coraGot("in the end", 1)
}

func TestLater_LeavesAtItsTime(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	mail := w.in(24 * time.Hour)
	mail.Attachments = []api.AttachmentRef{{UploadID: r.upload("cv.pdf", "%PDF-1.7")}}
	first := r.later("k1", mail)
	if !first.LeavesAt.Equal(mail.SendAt) || !first.SendAt.Equal(mail.SendAt) || first.Problem != nil || !slices.Equal(addressesOf(first.To), []string{coraMail}) {
		t.Errorf("it is queued as %+v", first)
	}
	w.skip(12 * time.Hour)
	w.sweep()
	if again := r.later("k1", mail); !cmp.Equal(again, first) {
		t.Errorf("asked again, the answer is another: %s", cmp.Diff(first, again))
	}
	other := mail
	other.SendAt = mail.SendAt.Add(time.Minute)
	r.send("k1", other).problem(422, hire.CodeKeyReused)
	w.skip(12*time.Hour - time.Second)
	w.coraGot("a second before its time", 0)
	r.became("k1", "queued", "")

	w.skip(time.Second)
	w.coraGot("at its time", 1)
	got := r.became("k1", "sent", "")
	if got.RFCMessageID == "" || got.ThreadID == "" || !got.LeavesAt.IsZero() {
		t.Errorf("the outcome is %+v", got)
	}
	if m, _ := w.cora().Last(); len(m.Attachments) != 1 || string(m.Attachments[0].Data) != "%PDF-1.7" {
		t.Errorf("Cora got the files %+v", m.Attachments)
	}
	var again api.SendResult
	r.send("k1", mail).into(200, &again)
	if !cmp.Equal(again, got) {
		t.Errorf("asked again, the answer is another: %s", cmp.Diff(got, again))
	}
	w.pass(5 * time.Minute)
	w.skip(time.Hour)
	w.sweep()
	w.coraGot("in the end", 1)
	r.shows("in the end", "> Can we talk?")
}

func TestLater_CheckedWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	for i, test := range []struct {
		name   string
		change func(*api.SendMessage)
		status int
		code   hire.Code
	}{
		{"long past", func(m *api.SendMessage) { m.SendAt = w.clock.Now().Add(-61 * time.Second) }, 400, hire.CodeInvalidRequest},
		{"just past", func(m *api.SendMessage) { m.SendAt = w.clock.Now().Add(-60 * time.Second) }, 202, ""},
		{"30 days ahead", func(m *api.SendMessage) { m.SendAt = w.clock.Now().Add(30 * 24 * time.Hour) }, 202, ""},
		{"more than 30 days ahead", func(m *api.SendMessage) { m.SendAt = w.clock.Now().Add(30*24*time.Hour + time.Second) }, 400, hire.CodeInvalidRequest},
		{"no subject", func(m *api.SendMessage) { m.Subject = "" }, 400, hire.CodeInvalidRequest},
		{"no text", func(m *api.SendMessage) { m.Text = "" }, 422, hire.CodeEmptyMessage},
		{"a line break in the subject", func(m *api.SendMessage) { m.Subject = "Hi\r\nBcc: x@y.example" }, 422, hire.CodeInvalidHeader},
		{"an unknown candidate", func(m *api.SendMessage) { m.CandidateID = "nobody" }, 404, hire.CodeUnknownCandidate},
		{"an unknown file", func(m *api.SendMessage) { m.Attachments = []api.AttachmentRef{{UploadID: "none"}} }, 422, hire.CodeUnknownUpload},
	} {
		m := w.in(time.Hour)
		test.change(&m)
		a := r.send(fmt.Sprint("k", i), m)
		if a.Status != test.status || a.code() != test.code {
			t.Errorf("%s: %d %s, want %d %s", test.name, a.Status, a.Body, test.status, test.code)
		}
	}
	w.sam().send("k", w.in(time.Hour)).problem(409, hire.CodeConnectRequired)
	r.send("batch:x:1", w.in(time.Hour)).problem(400, hire.CodeInvalidRequest)
}

func TestLater_Cancelled(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	mail := w.in(time.Hour)
	r.later("k1", mail)
	w.sam().cancel("k1").problem(404, hire.CodeNotFound)
	r.cancel("none").problem(404, hire.CodeNotFound)
	for range 2 {
		var got api.SendResult
		r.cancel("k1").into(200, &got)
		if got.State != "failed" || problemCode(got.Problem) != hire.CodeCancelled {
			t.Errorf("cancelled, it is %+v", got)
		}
	}
	r.became("k1", "failed", hire.CodeCancelled)
	r.send("k1", mail).problem(409, hire.CodeCancelled)
	w.skip(2 * time.Hour)
	w.sweep()
	w.coraGot("in the end", 0)

	r.send("k2", hello).into(200, nil)
	r.cancel("k2").problem(409, hire.CodeTooLateToCancel)
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Status: 503})
	r.send("k3", hello).problem(503, hire.CodeGmailUnavailable)
	r.cancel("k3").problem(409, hire.CodeTooLateToCancel)
	r.became("k2", "sent", "")
	r.became("k3", "sending", "")
}

package storetest

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// report is a delivery report on the mail of w.sent.
func (w *world) report(gmailID string, delayed bool, recipients ...string) store.Incoming {
	in := w.mail(gmailID, gmailID+"@mx.example")
	in.Message.From, in.Message.Bounce = []hire.Address{{Addr: "mailer-daemon@mx.example"}}, true
	in.Message.References = []string{"real@mail.gmail.com"}
	in.Report = &hire.DeliveryReport{Originals: []string{"real@mail.gmail.com"}, Recipients: recipients, Delayed: delayed, Status: "5.1.1", Reason: "550 no such user"}
	return in
}

// delivery is what stands with the mail of w.sent in the profile: nil, or what a report has said.
func (w *world) delivery() *hire.Delivery {
	w.t.Helper()
	for _, t := range w.threads(acme, cora) {
		list, err := w.Messages(w.ctx, acme, t.ID, nil, 50)
		w.ok(err)
		for _, m := range list {
			if m.MessageID == "real@mail.gmail.com" {
				return m.Delivery
			}
			if m.Delivery != nil {
				w.t.Errorf("%s is marked, too", m.MessageID)
			}
		}
	}
	return nil
}

func reportMarks(t *testing.T, w *world) {
	x := w.drafted()
	x, _, err := w.CommitSent(w.ctx, acme, x.ID, w.sent())
	w.ok(err)
	h := w.lease(w.mailbox(ritaBox))
	if d := w.delivery(); d != nil {
		t.Fatalf("marked before any report: %+v", d)
	}
	w.clock.Advance(time.Second)
	w.imports(h, "t1", w.report("r1", true, "cora@mail.example"))
	if d := w.delivery(); d == nil || d.State != hire.DeliveryDelayed {
		t.Fatalf("after a report of delay: %+v", d)
	}
	done := w.imports(h, "t1", w.report("r2", false, "cora@mail.example"))
	w.imports(h, "t1", w.report("r3", false, "CORA@mail.example", "other@mail.example"))
	w.imports(h, "t1", w.report("r4", true, "third@mail.example"))
	d := w.delivery()
	want := &hire.Delivery{State: hire.DeliveryFailed, Recipients: []string{"CORA@mail.example", "other@mail.example"}, Status: "5.1.1", Reason: "550 no such user", At: w.clock.Now(), ReportThreadID: x.ThreadID}
	if d == nil || d.ReportID == "" {
		t.Fatalf("after a report of failure: %+v", d)
	}
	want.ReportID = d.ReportID
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("delivery (-want +got):\n%s", diff)
	}
	var data struct {
		Undelivered struct {
			State, Status string
			ThreadID      string `json:"thread_id"`
			MessageID     string `json:"message_id"`
		}
	}
	i := slices.IndexFunc(done.Due, func(r store.OutboxRow) bool { return r.Type == store.EventMessageBounced })
	w.ok(json.Unmarshal(done.Due[i].Body, &data))
	if u := data.Undelivered; u.State != "failed" || u.Status != "5.1.1" || u.MessageID != x.MessageID || u.ThreadID != x.ThreadID {
		t.Errorf("the event says %s", done.Due[i].Body)
	}
	// A report on somebody else's mail marks nothing.
	inbound := w.mail("g9", "inbound")
	w.imports(h, "t1", inbound)
	odd := w.report("r9", false)
	odd.Report.Originals = []string{"inbound"}
	w.imports(h, "t1", odd)
	if again := w.delivery(); !cmp.Equal(again, d) {
		t.Errorf("another mail's report has changed it: %+v", again)
	}
}

// The report can be faster than the record of the send.
func reportFirst(t *testing.T, w *world) {
	x := w.drafted()
	h := w.lease(w.mailbox(ritaBox))
	w.imports(h, "t1", w.report("r1", false, "cora@mail.example"))
	_, _, err := w.CommitSent(w.ctx, acme, x.ID, w.sent())
	w.ok(err)
	if d := w.delivery(); d == nil || d.State != hire.DeliveryFailed || d.ReportID == "" {
		t.Errorf("after the record of the send: %+v", d)
	}
}

// A conversation is imported with a report in it, in either order, or the mail after its report.
func reportWithItsMail(t *testing.T, w *world) {
	mail := func() store.Incoming { return store.Incoming{GmailID: "g1", Message: w.sent().Message, Sent: true} }
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.report("r1", false), mail())
	if d := w.delivery(); d == nil || d.State != hire.DeliveryFailed {
		t.Errorf("report and mail in one commit: %+v", d)
	}
}

func reportThenItsMail(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.report("r1", true))
	w.imports(h, "t1", w.report("r2", false))
	w.imports(h, "t1", store.Incoming{GmailID: "g1", Message: w.sent().Message, Sent: true})
	if d := w.delivery(); d == nil || d.State != hire.DeliveryFailed {
		t.Errorf("the mail after its reports: %+v", d)
	}
}

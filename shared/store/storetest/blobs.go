package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// blob is the id of a blob, made of one digit.
func blob(digit string) string { return strings.Repeat(digit, 64) }

func (w *world) referenced(when string, want bool, blobs ...string) {
	w.t.Helper()
	for _, id := range blobs {
		got, err := w.Referenced(w.ctx, acme, id)
		w.ok(err)
		if got != want {
			w.t.Errorf("%s: blob %.4s… referred to: %t, want %t", when, id, got, want)
		}
	}
}

func messageKeepsBlobs(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	in := w.mail("g1", "m1")
	in.Message.Attachments = []hire.Attachment{{PartID: "1", Blob: blob("1")}, {PartID: "2", Blob: blob("2")}, {PartID: "3", Blob: blob("1")}, {PartID: "4"}}
	in.Message.BodyBlob = blob("3")
	w.referenced("before", false, blob("1"), blob("2"), blob("3"))
	// What is in no profile refers to nothing.
	_, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t1", Labelled: true, Addresses: []string{"stranger@mail.example"}, Messages: []store.Incoming{in}})
	w.ok(err)
	w.referenced("unmatched", false, blob("1"), blob("2"), blob("3"))
	for range 2 {
		w.imports(h, "t2", in)
	}
	w.referenced("filed", true, blob("1"), blob("2"), blob("3"))
	w.referenced("of no mail", false, blob("4"))
	if got, err := w.Referenced(w.ctx, "bolt", blob("1")); err != nil || got {
		t.Errorf("another account's: %t (%v)", got, err)
	}
	w.clock.Advance(20 * 365 * 24 * time.Hour)
	w.referenced("long after", true, blob("1"), blob("2"), blob("3"))
}

func uploadKeepsBlob(t *testing.T, w *world) {
	for i, id := range []string{"u1", "u2"} {
		w.ok(w.PutUpload(w.ctx, acme, store.Upload{ID: id, UserID: rita, Blob: blob("1"), ExpiresAt: w.clock.Now().Add(time.Duration(i+1) * time.Hour)}))
	}
	w.referenced("both there", true, blob("1"))
	w.clock.Advance(time.Hour)
	w.referenced("one has expired", true, blob("1"))
	w.clock.Advance(time.Hour)
	w.referenced("both have expired", false, blob("1"))
	w.ok(w.PutUpload(w.ctx, acme, store.Upload{ID: "u3", UserID: rita, Blob: blob("1"), ExpiresAt: w.clock.Now().Add(time.Hour)}))
	w.referenced("uploaded again", true, blob("1"))
}

func sendKeepsBlobs(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	files := []hire.Attachment{{Filename: "cv.pdf", Blob: blob("1")}, {Filename: "offer.pdf", Blob: blob("2")}}
	begin := func(key string, files []hire.Attachment) store.Send {
		x, claimed, err := w.BeginSend(w.ctx, store.Send{AccountID: acme, UserID: rita, Key: key, CandidateID: cora, Sub: "sub-rita", Attachments: files}, "holder", time.Minute)
		w.ok(err)
		if !claimed {
			t.Fatal("not claimed")
		}
		return x
	}
	failed := begin("k1", []hire.Attachment{{Filename: "no.pdf", Blob: blob("3")}})
	sent := begin("k2", files)
	w.referenced("begun", true, blob("1"), blob("2"), blob("3"))
	_, _, err := w.EndSend(w.ctx, acme, failed.ID, "holder", store.Ending{State: store.SendFailed, Problem: store.Problem{Code: hire.CodeGmailRefused}})
	w.ok(err)
	w.referenced("one has failed", true, blob("1"), blob("2"), blob("3"))
	_, _, err = w.SetDraft(w.ctx, acme, sent.ID, "holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	m := w.sent()
	m.Message.Attachments = files
	_, _, err = w.CommitSent(w.ctx, acme, sent.ID, m)
	w.ok(err)
	for at := w.clock.Now(); w.clock.Now().Before(failed.ExpiresAt); w.clock.Advance(failed.ExpiresAt.Sub(at)) {
		w.referenced("until they expire", true, blob("1"), blob("2"), blob("3"))
	}
	w.referenced("the mail that was sent", true, blob("1"), blob("2"))
	w.referenced("the mail that was not", false, blob("3"))
}

func queuedSendKeepsBlobs(_ *testing.T, w *world) {
	x, _, err := w.QueueSend(w.ctx, store.Send{
		AccountID: acme, UserID: rita, Key: "k1", RequestHash: "h", CandidateID: cora, Sub: "sub-rita", SendAt: w.clock.Now().Add(30 * 24 * time.Hour), Asked: &store.Asked{},
		Attachments: []hire.Attachment{{Filename: "cv.pdf", Blob: blob("1")}, {Filename: "offer.pdf", Blob: blob("2")}}, Original: blob("3"),
	})
	w.ok(err)
	w.referenced("queued", true, blob("1"), blob("2"), blob("3"))
	w.clock.Advance(30 * 24 * time.Hour)
	w.referenced("at its turn", true, blob("1"), blob("2"), blob("3"))
	_, _, err = w.DropSend(w.ctx, acme, x.ID, 0, store.Problem{Code: hire.CodeCancelled})
	w.ok(err)
	w.clock.Advance(x.ExpiresAt.Sub(w.clock.Now()) - time.Microsecond)
	w.referenced("until it expires", true, blob("1"), blob("2"), blob("3"))
	w.clock.Advance(time.Microsecond)
	w.referenced("afterwards", false, blob("1"), blob("2"), blob("3"))
}

func batchKeepsBlobs(_ *testing.T, w *world) {
	begun := store.Batch{AccountID: acme, UserID: rita, Key: "b1", RequestHash: "h", Mails: 3, Parts: 2, Blob: blob("1")}
	b, _, err := w.BeginBatch(w.ctx, begun, []string{blob("2"), blob("3"), blob("2")})
	w.ok(err)
	w.referenced("accepted", true, blob("1"), blob("2"), blob("3"))
	_, _, err = w.BeginBatch(w.ctx, store.Batch{AccountID: acme, UserID: rita, Key: "b1", RequestHash: "other", Blob: blob("4")}, nil)
	w.code(err, hire.CodeKeyReused)
	w.referenced("of a batch that was not accepted", false, blob("4"))
	for part := range 2 {
		b, _ = w.writePart(b, part)
	}
	w.ok(w.CancelBatch(w.ctx, acme, b.ID))
	w.clock.Advance(b.ExpiresAt.Sub(w.clock.Now()) - time.Microsecond)
	w.referenced("until it expires", true, blob("1"), blob("2"), blob("3"))
	w.clock.Advance(time.Microsecond)
	w.referenced("afterwards", false, blob("1"), blob("2"), blob("3"))
}

func blobSweepTurns(t *testing.T, w *world) {
	turn := func(when, wantAfter string, wantDue bool) {
		t.Helper()
		after, due, err := w.BeginBlobSweep(w.ctx, w.clock.Now().Add(time.Hour))
		w.ok(err)
		if after != wantAfter || due != wantDue {
			t.Errorf("%s: due %t after %q, want %t after %q", when, due, after, wantDue, wantAfter)
		}
	}
	turn("first", "", true)
	turn("at the same time", "", false)
	w.ok(w.EndBlobSweep(w.ctx, "a/b", w.clock.Now().Add(30*time.Minute)))
	w.clock.Advance(30*time.Minute - time.Microsecond)
	turn("too early", "", false)
	w.clock.Advance(time.Microsecond)
	turn("second, which dies", "a/b", true)
	w.clock.Advance(time.Hour)
	turn("after it", "a/b", true)
	w.ok(w.EndBlobSweep(w.ctx, "", w.clock.Now().Add(24*time.Hour)))
	w.clock.Advance(24 * time.Hour)
	turn("anew", "", true)
}

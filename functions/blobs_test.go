package functions_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// collects looks at all blobs as the sweep does, with an answer of the test's own to whether one is referred to.
func (w *world) collects(referenced func(ctx context.Context, account, id string) (bool, error)) blobs.Swept {
	w.t.Helper()
	done, err := w.platform.services().Blobs.(blobs.Collector).Collect(w.t.Context(), blobs.Sweep{Referenced: referenced})
	w.ok(err)
	return done
}

func nothing(context.Context, string, string) (bool, error) { return false, nil }

// A file of an earlier mail goes out again by naming it, whether it fits into one request or not.
func TestAttachmentOfAnEarlierMailIsForwarded(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	f := candidate.answersWithFile(r, content(1, large))
	w.clock.Advance(2 * blobs.Grace)
	m := api.SendMessage{
		CandidateID: cora, Subject: "Is this yours?", Text: "See the file.",
		To: []api.Address{{Email: "expert@elsewhere.example"}}, Attachments: []api.AttachmentRef{f.ref()},
	}
	r.send("k2", m).into(200, nil)
	got := w.outside("expert@elsewhere.example", "").Inbox()
	if len(got) != 1 || len(got[0].Attachments) != 1 {
		t.Fatalf("the expert got %d mails, want one with a file", len(got))
	}
	if a := got[0].Attachments[0]; a.Name != "portfolio.zip" || string(a.Data) != f.content {
		t.Errorf("the expert got %s of %d bytes, not what Cora has sent", a.Name, len(a.Data))
	}
	// The file is young again: whoever would delete Cora's mail at this moment does not take it from under the one on its way.
	if done := w.collects(nothing); done.Removed != 0 || !w.kept(f.content) {
		t.Errorf("the file was removed (%+v) right after it was sent again", done)
	}
	r.downloads("in the end", f)
	for name, change := range map[string]func(*api.AttachmentRef){
		"part":    func(a *api.AttachmentRef) { a.PartID = "9" },
		"message": func(a *api.AttachmentRef) { a.MessageID = "gone" },
		"thread":  func(a *api.AttachmentRef) { a.ThreadID = "gone" },
	} {
		wrong := f.ref()
		change(&wrong)
		m.Attachments = []api.AttachmentRef{wrong}
		if a := r.send("k3", m); a.Status != 422 || a.code() != hire.CodeUnknownUpload {
			t.Errorf("another %s: %d %s", name, a.Status, a.Body)
		}
	}
}

// Should a file have gone, its mail is refused before anything is stored or Gmail hears of it.
func TestAttachmentThatHasGoneIsNotForwarded(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	f := candidate.answersWithFile(r, content(1, 5000))
	w.clock.Advance(2 * blobs.Grace)
	if done := w.collects(nothing); done.Removed != 1 {
		t.Fatalf("%+v, want the one file removed", done)
	}
	nothingAsked := w.nothingAskedOfGoogle()
	r.send("k2", api.SendMessage{CandidateID: cora, Subject: "Look", Text: "See the file.", Attachments: []api.AttachmentRef{f.ref()}}).problem(422, hire.CodeUnknownUpload)
	nothingAsked()
	r.call("GET", "/sendmessage/v1/messages/k2", nil).problem(404, hire.CodeNotFound)
}

func TestTooManyFilesAreRefused(t *testing.T) {
	t.Parallel()
	_, r := connected(t)
	m := api.SendMessage{CandidateID: cora, Subject: "Files", Text: "Many.", Attachments: make([]api.AttachmentRef, 101)}
	id := r.upload("a.txt", "a")
	for i := range m.Attachments {
		m.Attachments[i].UploadID = id
	}
	r.send("k1", m).problem(400, hire.CodeInvalidRequest)
	m.Attachments = m.Attachments[1:]
	r.send("k1", m).into(200, nil)
}

// An upload that no mail was written with is removed a week later; what mails have stays, however old.
func TestUploadThatIsNeverSentIsRemoved(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	received := candidate.answersWithFile(r, content(1, large))
	unused, sent := content(2, 4000), content(3, 4000)
	r.upload("unused.bin", unused)
	var result api.SendResult
	r.send("k2", api.SendMessage{
		CandidateID: cora, Subject: "Contract", Text: "Please sign.", Attachments: []api.AttachmentRef{{UploadID: r.upload("contract.pdf", sent)}},
	}).into(200, &result)
	w.clock.Advance(blobs.Grace - time.Minute)
	w.sweep()
	if !w.kept(unused) {
		t.Error("the upload was removed before a week had passed")
	}
	w.clock.Advance(time.Minute)
	w.sweep()
	if !w.kept(unused) {
		t.Error("blobs are looked for more than once a day")
	}
	w.clock.Advance(24 * time.Hour)
	w.sweep()
	if w.kept(unused) {
		t.Errorf("the upload is still there\n%s", w.logs)
	}
	// The send's own record expires after two months; the mail that it has sent is in the profile.
	for range 3 {
		w.clock.Advance(40 * 24 * time.Hour)
		w.sweep()
	}
	r.downloads("four months later", received)
	r.downloads("four months later", mailed{thread: result.ThreadID, message: result.MessageID, part: "1", content: sent})
}

// What is wrong with the blobs does not have Cloud Scheduler repeat the sweep, and is tried again an hour later.
func TestSweepIsDoneWhereBlobsCantBeRemoved(t *testing.T) {
	t.Parallel()
	w := newWorldOn(t, newMachine)
	broken := filepath.Join(w.platform.(machine).folder, "blobs", "0123456789abcdef", "account") // a folder where the account's name should stand
	w.ok(os.MkdirAll(broken, 0o700))
	complaints := func() int { return strings.Count(w.logs.String(), "can't all be removed") }
	for i, want := range []int{1, 1, 2} {
		w.sweep()
		if got := complaints(); got != want {
			t.Errorf("after sweep %d there are %d complaints, want %d\n%s", i+1, got, want, w.logs)
		}
		w.clock.Advance(30 * time.Minute)
	}
	w.ok(os.Remove(broken))
	w.clock.Advance(30 * time.Minute)
	w.sweep()
	if got := complaints(); got != 2 {
		t.Errorf("mended, the sweep still complains\n%s", w.logs)
	}
}

// A body that is too large for a document is not taken for a file that nobody needs.
func TestLargeBodyStays(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	text := ""
	for i := range 12_000 {
		text += fmt.Sprintf("Line %d of a long letter.\n", i)
	}
	candidate.answers(text)
	w.pass(time.Minute)
	before := r.texts(cora)
	w.clock.Advance(2 * blobs.Grace)
	w.sweep()
	after := r.texts(cora)
	if len(after) != 2 || len(after[1]) < 250_000 || after[1] != before[1] {
		t.Errorf("the profile shows %d texts", len(after))
	}
}

// The last one who refers to a file has gone, and it is about to be removed, when another mail brings it: whether before the sweep asks who refers to it, or
// right after it was told that nobody does.
func TestTrap48_FileIsFoundAgainWhileItIsRemoved(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"small": 5000, "large": large} {
		for _, asking := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, while it asks %t", name, asking), func(t *testing.T) {
				t.Parallel()
				w, r, candidate := conversation(t)
				data := content(1, size)
				r.upload("portfolio.zip", data)
				w.clock.Advance(2 * blobs.Grace)
				var f mailed
				found := func() { f = candidate.answersWithFile(r, data) }
				if !asking {
					found()
				}
				told := 0
				done := w.collects(func(ctx context.Context, account, id string) (bool, error) {
					used, err := w.platform.services().Store.Referenced(ctx, account, id)
					if asking {
						found()
					}
					told++
					return used, err
				})
				if asking && told != 1 {
					t.Errorf("the sweep asked %d times, so this shows nothing", told)
				}
				if done.Removed != 0 {
					t.Errorf("%+v, want nothing removed", done)
				}
				r.downloads("after it", f)
				w.clock.Advance(2 * blobs.Grace)
				w.sweep()
				r.downloads("in the end", f)
			})
		}
	}
}

package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// Many mails in one call: accepted whole, sent one after the other.

// crowd tells of n candidates, and gives a batch with a mail to each.
func (w *world) crowd(n int) api.SendBatch {
	w.t.Helper()
	var told []api.DirectoryCandidate
	var b api.SendBatch
	for i := range n {
		id := fmt.Sprintf("c%03d", i)
		told = append(told, api.DirectoryCandidate{AccountID: acme, ID: id, Name: "Candidate", Emails: []string{id + "@mail.example"}, UpdatedAt: w.clock.Now(), Version: 1})
		b.Messages = append(b.Messages, api.BatchMessage{CandidateID: id, Subject: "News for " + id, Text: "Dear " + id})
	}
	for part := range slices.Chunk(told, 100) {
		w.tell(api.DirectoryBatch{Candidates: part})
	}
	return b
}

// got is when each of the crowd's candidates got mails.
func (w *world) got(n int) (out [][]time.Time) {
	for i := range n {
		var at []time.Time
		for _, m := range w.outside(fmt.Sprintf("c%03d@mail.example", i), "").Inbox() {
			at = append(at, m.At)
		}
		out = append(out, at)
	}
	return out
}

// eachGot checks how many mails each of the crowd got.
func (w *world) eachGot(n, want int) {
	w.t.Helper()
	for i, at := range w.got(n) {
		if len(at) != want {
			w.t.Errorf("candidate %d got %d mails, want %d\n%s", i, len(at), want, w.logs)
		}
	}
}

func TestBulk_LeavesOneAfterTheOther(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	const n = 12
	b := w.crowd(n)
	file := api.AttachmentRef{UploadID: r.upload("offer.pdf", "%PDF-1.7")}
	for i := range b.Messages {
		b.Messages[i].Attachments = []api.AttachmentRef{file}
	}
	began := w.clock.Now()
	first := r.bulk("b1", b)
	if first.Total != n || first.Counts != (api.BatchCounts{Queued: n}) || first.Done || first.BatchID == "" {
		t.Fatalf("accepted as %+v", first)
	}
	if again := r.bulk("b1", b); !cmp.Equal(again, first) {
		t.Errorf("asked again, the answer is another: %s", cmp.Diff(first, again))
	}
	other := b
	other.Messages = b.Messages[1:]
	r.sendBatch("b1", other).problem(422, hire.CodeKeyReused)

	w.pass(10 * time.Second)
	half := r.batch(first.BatchID)
	if half.Counts.Sent < 2 || half.Counts.Sent > 5 || half.Counts.Queued != n-half.Counts.Sent || half.Done {
		t.Errorf("after ten seconds: %+v", half.Counts)
	}
	// What its user sends by hand does not wait for it.
	r.send("k1", hello).into(200, nil)
	w.pass(time.Minute)
	all := r.batch(first.BatchID)
	if all.Counts != (api.BatchCounts{Sent: n}) || !all.Done || len(all.Problems) != 0 {
		t.Errorf("in the end: %+v, %v\n%s", all.Counts, all.Problems, w.logs)
	}
	for i, m := range all.Messages {
		if m.Index != i || m.CandidateID != b.Messages[i].CandidateID || m.State != "sent" || m.SentAt.IsZero() || m.Problem != nil {
			t.Errorf("message %d is %+v", i, m)
		}
		if one := r.outcome(m.IdempotencyKey); one.State != "sent" || one.ThreadID != m.ThreadID || one.MessageID != m.MessageID || one.BatchID != first.BatchID {
			t.Errorf("by its own key message %d is %+v, in the batch %+v", i, one, m)
		}
	}
	w.skip(time.Hour)
	w.sweep()
	w.eachGot(n, 1)
	var at []time.Time
	for _, one := range w.got(n) {
		at = append(at, one...)
	}
	slices.SortFunc(at, time.Time.Compare)
	for i, x := range at {
		if earliest := began.Add(time.Duration(i) * 3 * time.Second); x.Before(earliest.Add(-2 * time.Second)) {
			t.Errorf("mail %d left %s after the first, want %s", i, x.Sub(began), earliest.Sub(began))
		}
	}
	if got := r.texts("c003"); !slices.Equal(got, []string{"> Dear c003"}) {
		t.Errorf("a profile shows %q", got)
	}
	if after := r.bulk("b1", b); after.BatchID != first.BatchID || after.Counts.Sent != n {
		t.Errorf("asked again in the end: %+v", after)
	}
}

func TestBulk_Pages(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	id := r.bulk("b1", w.crowd(7)).BatchID
	var seen []int
	token := ""
	for range 5 {
		var page api.Batch
		r.call("GET", "/sendmessage/v1/batches/"+id+"?limit=3&page_token="+token, nil).into(200, &page)
		for _, m := range page.Messages {
			seen = append(seen, m.Index)
		}
		if token = page.NextPageToken; token == "" {
			break
		}
	}
	if !slices.Equal(seen, []int{0, 1, 2, 3, 4, 5, 6}) {
		t.Errorf("the pages show %v", seen)
	}
	for _, query := range []string{"limit=0", "limit=501", "limit=x", "page_token=x", "page_token=-1"} {
		r.call("GET", "/sendmessage/v1/batches/"+id+"?"+query, nil).problem(400, hire.CodeInvalidRequest)
	}
	w.sam().call("GET", "/sendmessage/v1/batches/"+id, nil).problem(404, hire.CodeNotFound)
	w.sam().call("DELETE", "/sendmessage/v1/batches/"+id, nil).problem(404, hire.CodeNotFound)
	r.call("GET", "/sendmessage/v1/batches/none", nil).problem(404, hire.CodeNotFound)
}

func TestBulk_AllOrNothing(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	b := w.crowd(6)
	w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: "mute", Name: "Mute", UpdatedAt: w.clock.Now(), Version: 1}}})
	b.Messages[1].CandidateID = "nobody"
	b.Messages[3].CandidateID = "mute"
	b.Messages[4].Text = ""
	b.Messages[5].Subject = "Hi\r\nBcc: x@y.example"
	a := r.sendBatch("b1", b)
	a.problem(422, hire.CodeInvalidBatch)
	var p struct {
		Messages []struct {
			Index int
			Code  hire.Code
		}
		Errors map[string]string
	}
	a.into(422, &p)
	var got []string
	for _, m := range p.Messages {
		got = append(got, fmt.Sprint(m.Index, " ", m.Code))
	}
	if want := []string{"1 unknown_candidate", "3 no_recipient", "4 empty_message", "5 invalid_header_characters"}; !slices.Equal(got, want) || len(p.Errors) != 4 || p.Errors["messages[1]"] == "" {
		t.Errorf("it names %q, %v; want %q", got, p.Errors, want)
	}
	w.pass(time.Minute)
	w.eachGot(6, 0)
	// Corrected, it may have the same key.
	r.bulk("b1", api.SendBatch{Messages: []api.BatchMessage{b.Messages[0], b.Messages[2]}})

	r.sendBatch("b2", api.SendBatch{}).problem(400, hire.CodeInvalidRequest)
	r.sendBatch("b2", api.SendBatch{Messages: make([]api.BatchMessage, 501)}).problem(400, hire.CodeInvalidRequest)
	r.sendBatch("", b).problem(400, hire.CodeKeyMissing)
	late := w.crowd(2)
	late.SendAt = w.clock.Now().Add(30 * 24 * time.Hour)
	r.sendBatch("b2", late).problem(400, hire.CodeInvalidRequest) // the last one would leave after that
	w.sam().sendBatch("b2", w.crowd(1)).problem(409, hire.CodeConnectRequired)
	r.call("POST", "/sendmessage/v1/batches", `{"messages":[{"text":"`+strings.Repeat("x", 16<<20)+`"}]}`, "Idempotency-Key", "b2").problem(413, hire.CodeBodyTooLarge)
}

// A batch for later is looked at again message by message.
func TestBulk_LaterAndLookedAtAgain(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	b := w.crowd(4)
	b.SendAt = w.clock.Now().Add(24 * time.Hour)
	id := r.bulk("b1", b).BatchID
	w.skip(time.Minute)
	if got := r.batch(id); got.Counts.Queued != 4 || !got.Messages[2].LeavesAt.Equal(b.SendAt.Add(6*time.Second)) {
		t.Errorf("queued as %+v", got)
	}
	w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: "c001", Name: "Candidate", Deleted: true, UpdatedAt: w.clock.Now(), Version: 2}}})
	r.connect() // trap 54: another generation
	w.skip(24*time.Hour - 2*time.Minute)
	w.eachGot(4, 0)
	w.pass(2 * time.Minute)
	got := r.batch(id)
	if got.Counts != (api.BatchCounts{Sent: 3, Failed: 1}) || !cmp.Equal(got.Problems, map[string]int{"unknown_candidate": 1}) || !got.Done || problemCode(got.Messages[1].Problem) != hire.CodeUnknownCandidate {
		t.Errorf("in the end %+v\n%s", got, w.logs)
	}
}

// Two batches of one mailbox share its pace.
func TestBulk_TwoBatchesShareThePace(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	b := w.crowd(8)
	began := w.clock.Now()
	r.bulk("b1", api.SendBatch{Messages: b.Messages[:4]})
	r.bulk("b2", api.SendBatch{Messages: b.Messages[4:]})
	for range 40 {
		w.clock.Advance(time.Second)
		w.settle()
	}
	w.eachGot(8, 1)
	var at []time.Time
	for _, one := range w.got(8) {
		at = append(at, one...)
	}
	slices.SortFunc(at, time.Time.Compare)
	for i, x := range at {
		if x.Sub(began) < time.Duration(i)*3*time.Second-2*time.Second {
			t.Errorf("mail %d left after %s", i, x.Sub(began))
		}
	}
}

// As many as there can be are accepted in one call.
func TestBulk_FiveHundred(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	b := w.crowd(500)
	for i := range b.Messages {
		b.Messages[i].Text = strings.Repeat("Dear candidate, ", 1500) // 24 KB
	}
	id := r.bulk("b1", b).BatchID
	w.pass(30 * time.Second)
	got := r.batch(id)
	if got.Counts.Sent < 8 || got.Counts.Sent > 12 || got.Counts.Queued != 500-got.Counts.Sent {
		t.Errorf("after half a minute: %+v", got.Counts)
	}
	for i := 21; i < 500; i++ { // those before may have met the pace
		if a, b := got.Messages[i-1], got.Messages[i]; b.LeavesAt.Sub(a.LeavesAt) != 3*time.Second {
			t.Fatalf("message %d leaves %s after the one before", i, b.LeavesAt.Sub(a.LeavesAt))
		}
	}
	var cancelled api.Batch
	r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).into(200, &cancelled)
	if cancelled.Counts.Failed != 500-got.Counts.Sent {
		t.Errorf("cancelled: %+v", cancelled.Counts)
	}
	w.pass(time.Minute)
	if after := r.batch(id); after.Counts != cancelled.Counts {
		t.Errorf("in the end: %+v", after.Counts)
	}
}

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
	"github.com/trakstar/hire-gmail/shared/store/embedded"
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

func TestBulk_CancelledHalfway(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	const n = 8
	id := r.bulk("b1", w.crowd(n)).BatchID
	w.pass(10 * time.Second)
	sent := r.batch(id).Counts.Sent
	if sent == 0 || sent == n {
		t.Fatalf("%d have left, so this shows nothing", sent)
	}
	// One alone, then the rest.
	r.cancel(r.batch(id).Messages[n-1].IdempotencyKey).into(200, nil)
	for range 2 {
		var got api.Batch
		r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).into(200, &got)
		if got.Counts != (api.BatchCounts{Sent: sent, Failed: n - sent}) || got.Problems["cancelled"] != n-sent || !got.Done || got.CancelledAt.IsZero() {
			t.Errorf("cancelled: %+v", got)
		}
	}
	w.pass(2 * time.Minute)
	w.sweep()
	if got := r.batch(id); got.Counts.Sent != sent {
		t.Errorf("in the end %+v", got.Counts)
	}
	left := 0
	for _, at := range w.got(n) {
		left += len(at)
	}
	if left != sent {
		t.Errorf("%d mails have left, want %d", left, sent)
	}
}

// It is cancelled before its messages are written.
func TestBulk_CancelledAtOnce(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	id := r.bulk("b1", w.crowd(3)).BatchID
	r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).into(200, nil)
	w.pass(time.Minute)
	if got := r.batch(id); got.Counts != (api.BatchCounts{Failed: 3}) || got.Problems["cancelled"] != 3 {
		t.Errorf("in the end %+v", got)
	}
	w.eachGot(3, 0)
}

// The cancellation of a batch meets the task that sends one of its messages, and dies right after its first commit.
func TestBulk_CancellationMeetsTheTask(t *testing.T) {
	t.Parallel()
	w, r, h := hooked(t)
	id := r.bulk("b1", w.crowd(3)).BatchID
	met := 0
	h.set(func(op string, at embedded.Phase) error {
		switch {
		case op == "send.leave" && at == embedded.BeforeRun:
			if met++; met == 1 {
				r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).problem(500, hire.CodeInternal)
			}
		case op == "batch.cancel_part" && at == embedded.BeforeCommit:
			return errBroken
		}
		return nil
	})
	w.settle()
	w.pass(time.Minute)
	if met == 0 {
		t.Fatal("no message came to leave, so this shows nothing")
	}
	w.eachGot(3, 0)
	if got := r.batch(id); got.Counts.Failed != 3 || got.Problems["cancelled"] != 3 {
		t.Errorf("in the end %+v", got)
	}
	h.set(nil)
	r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).into(200, nil)
}

// Gmail's limit is met in the middle: one refusal, and the rest waits, and nothing fails.
func TestBulk_LimitParksTheRest(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	const n = 10
	id := r.bulk("b1", w.crowd(n)).BatchID
	w.pass(10 * time.Second)
	before := r.batch(id).Counts.Sent
	asked := w.counting("drafts.send")
	until := w.clock.Now().Add(2 * time.Hour)
	mend := w.sendingLimit(until)
	w.pass(time.Minute)
	got := r.batch(id)
	if got.Counts.Sent != before || got.Counts.Queued != n-before || got.Problems["daily_gmail_limit"] != n-before {
		t.Errorf("after the refusal: %+v, %v\n%s", got.Counts, got.Problems, w.logs)
	}
	if n := asked(); n != 1 {
		t.Errorf("Gmail was asked to send %d times", n)
	}
	var turns []time.Time
	for _, m := range got.Messages {
		if m.State == "queued" {
			turns = append(turns, m.LeavesAt)
		}
	}
	slices.SortFunc(turns, time.Time.Compare)
	for i, at := range turns {
		if want := until.Add(time.Duration(i) * 3 * time.Second); !at.Equal(want) {
			t.Errorf("number %d has its turn at %s, want %s", i, at, want)
		}
	}
	r.send("k1", hello).problem(429, hire.CodeDailyLimit) // it is Gmail's word for the mailbox
	mend()
	w.clock.Advance(until.Sub(w.clock.Now()) - 10*time.Second)
	w.pass(time.Minute)
	if got := r.batch(id); got.Counts != (api.BatchCounts{Sent: n}) || len(got.Problems) != 0 {
		t.Errorf("in the end: %+v, %v\n%s", got.Counts, got.Problems, w.logs)
	}
	w.pass(2 * time.Minute)
	w.eachGot(n, 1)
	w.hasDrafts("in the end")
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

// However the acceptance and the writing of a batch are broken off, each message leaves once.
func TestBulk_BrokenOffWhileItIsQueued(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"batch.begin", "batch.write"} {
		for _, nth := range []int{1, 2} {
			for _, at := range []embedded.Phase{embedded.BeforeCommit, embedded.AfterCommit} {
				if op == "batch.begin" && nth == 2 {
					continue
				}
				t.Run(fmt.Sprint(op, " ", nth, " ", at), func(t *testing.T) {
					t.Parallel()
					w, r, h := hooked(t)
					const n = 60 // two parts
					b := w.crowd(n)
					met := 0
					h.set(func(o string, phase embedded.Phase) error {
						if o != op || phase != at {
							return nil
						}
						if met++; met == nth {
							return errBroken
						}
						return nil
					})
					if a := r.sendBatch("b1", b); op == "batch.begin" {
						a.problem(500, hire.CodeInternal)
					}
					out := r.bulk("b1", b)
					w.settle()
					if met < nth {
						t.Fatalf("%s was met %d times, so this shows nothing", op, met)
					}
					for range 60 {
						w.skip(5 * time.Second)
					}
					for range 3 {
						w.sweep()
						w.skip(3 * time.Minute)
					}
					if got := r.batch(out.BatchID); got.Counts != (api.BatchCounts{Sent: n}) {
						t.Errorf("in the end: %+v, %v\n%s", got.Counts, got.Problems, w.logs)
					}
					w.eachGot(n, 1)
				})
			}
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

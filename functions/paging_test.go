package functions_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// filed files conversations of so many messages each in Cora's profile, as the sync would.
func (w *world) filed(conversations, messages int) {
	w.t.Helper()
	s := w.platform.services().Store
	box := w.record(rita)
	_, held, err := s.Lease(w.t.Context(), box.Key(), box.Generation, "test", time.Hour)
	w.ok(err)
	const batch = 50
	for c := range conversations {
		for from := 0; from < messages; from += batch {
			commit := store.ImportCommit{Held: *held, GmailThreadID: fmt.Sprintf("conversation-%d", c), Labelled: true, Subject: fmt.Sprintf("Conversation %d", c), Addresses: []string{coraMail}}
			for m := from; m < min(from+batch, messages); m++ {
				at := w.clock.Now().Add(time.Duration(c*messages+m) * time.Second)
				commit.Messages = append(commit.Messages, store.Incoming{GmailID: fmt.Sprintf("%d-%d", c, m), Message: hire.Message{
					MessageID: fmt.Sprintf("%d.%d@mail.example", c, m), From: []hire.Address{{Addr: coraMail}}, To: []hire.Address{{Addr: ritaMail}},
					Subject: commit.Subject, Date: at, ReceivedAt: at, Text: "Hello",
				}})
			}
			_, err := s.CommitImport(w.t.Context(), commit)
			w.ok(err)
		}
	}
	w.ok(s.Release(w.t.Context(), *held))
}

// A page costs the same, however long the list is that it is a page of.
func TestPagesCostTheSame(t *testing.T) {
	t.Parallel()
	many := 5000
	if os.Getenv("HIRE_PLATFORM") == "cloud" {
		many = 500 // Google's emulator takes some twenty times as long to write as one machine
	}
	messages := map[int]cost{60: {}, many: {}}
	conversations := map[int]cost{40: {}, 500: {}}
	t.Run("measure", func(t *testing.T) {
		for n := range messages {
			t.Run(fmt.Sprintf("a conversation of %d messages", n), func(t *testing.T) {
				w, r := connected(t)
				w.filed(1, n)
				id := r.profile(cora).Threads[0].ID
				var page api.Thread
				messages[n] = w.costOf(func() { page = r.thread(id) })
				if page.Messages != n || len(page.MessageList) != 50 || page.NextPageToken == "" {
					t.Errorf("the page has %d of %d messages, want 50 of %d and a token for more", len(page.MessageList), page.Messages, n)
				}
			})
		}
		for n := range conversations {
			t.Run(fmt.Sprintf("a candidate with %d conversations", n), func(t *testing.T) {
				w, r := connected(t)
				w.filed(n, 1)
				var page api.CandidateThreads
				conversations[n] = w.costOf(func() { page = r.profile(cora) })
				if len(page.Threads) != 30 || page.NextPageToken == "" {
					t.Errorf("the page has %d conversations, want 30 and a token for more", len(page.Threads))
				}
			})
		}
	})
	if messages[60] != messages[many] {
		t.Errorf("a page of a conversation of 60 messages costs %s, of %d messages %s", messages[60], many, messages[many])
	}
	if conversations[40] != conversations[500] {
		t.Errorf("a page of a candidate with 40 conversations costs %s, with 500 conversations %s", conversations[40], conversations[500])
	}
	t.Logf("a page of messages: %s; of conversations: %s", messages[60], conversations[40])
}

// The receipt of a candidate is that of all their conversations, whatever fits on a page, and leaves out what the caller may not see.
func TestReceiptOfACandidate(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.filed(205, 2) // more than one page of those that it is added up from
	receipt := func(p *person) (out api.CandidateReceipt) {
		t.Helper()
		p.call("GET", "/threads/v1/candidates/"+cora+"/receipt", nil).into(200, &out)
		return out
	}
	if got := receipt(r); got.Threads != 205 || got.Stored != 410 || got.InGmail != 410 || got.State != "unchecked" {
		t.Errorf("receipt %+v, want 410 of 410 in 205 conversations, that nobody has compared", got)
	}
	page := r.profile(cora)
	if page.Receipt.Stored != 60 {
		t.Errorf("that of a page is %+v, want 60 messages", page.Receipt)
	}
	private := page.Threads[0].ID
	r.call("PUT", "/threads/v1/threads/"+private+"/privacy", api.SetPrivacy{Private: true}).into(200, nil)
	if got := receipt(w.colleague("max", "admin")); got.Threads != 204 || got.Stored != 408 {
		t.Errorf("to somebody who may not see one it is %+v", got)
	}
	r.call("GET", "/threads/v1/candidates/nobody/receipt", nil).problem(404, "unknown_candidate")
}

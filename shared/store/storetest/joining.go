package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

var samBox = store.MailboxKey{AccountID: acme, UserID: sam}

// messages gives the Message-IDs of what is in a profile, in order.
func (w *world) messages(candidate string) []string {
	w.t.Helper()
	var out []string
	for _, thread := range w.threads(acme, candidate) {
		list, err := w.Messages(w.ctx, acme, thread.ID, nil, 100)
		w.ok(err)
		if len(list) != thread.Messages {
			w.t.Errorf("the thread counts %d messages and has %d", thread.Messages, len(list))
		}
		for _, m := range list {
			out = append(out, m.MessageID)
		}
	}
	slices.Sort(out)
	return out
}

func (w *world) wantMessages(candidate string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.messages(candidate)); diff != "" {
		w.t.Errorf("in the profile (-want +got):\n%s", diff)
	}
}

// A colleague's mailbox is synced before the send is recorded.
func colleagueFirst(t *testing.T, w *world) {
	x := w.drafted()
	sent := w.sent()
	w.imports(w.lease(w.connect(samBox, "sub-sam", 100)), "copy", store.Incoming{GmailID: "copy", Message: sent.Message, SendID: x.ID})
	x, due, err := w.CommitSent(w.ctx, acme, x.ID, sent)
	w.ok(err)
	if !slices.Equal(types(due), afterSend) {
		t.Errorf("the send made %v due", types(due))
	}
	list := w.threads(acme, cora)
	if len(list) != 1 || list[0].Messages != 1 || x.ThreadID != list[0].ID || len(list[0].Sources) != 2 || !list[0].HasUser(rita) {
		t.Fatalf("threads %+v, send in %s", list, x.ThreadID)
	}
	if m, err := w.Message(w.ctx, acme, x.ThreadID, x.MessageID); err != nil || m.MessageID != sent.Message.MessageID {
		t.Errorf("the send names %+v (%v)", m, err)
	}
	w.clock.Advance(time.Minute)
	w.imports(w.lease(w.mailbox(ritaBox)), "t1", w.mail("g2", "answer"))
	if list = w.threads(acme, cora); len(list) != 1 || list[0].Messages != 2 {
		t.Errorf("the answer opened another thread: %+v", list)
	}
}

// The sync of the same mailbox is first, and the header did not survive.
func headerLost(t *testing.T, w *world) {
	x := w.drafted()
	sent := w.sent()
	other := sent.Message
	other.Date = other.Date.Add(time.Second) // read in another way: the keys differ
	w.imports(w.lease(w.mailbox(ritaBox)), "t1", store.Incoming{GmailID: "g1", Message: other})
	x, due, err := w.CommitSent(w.ctx, acme, x.ID, sent)
	w.ok(err)
	if x.State != store.SendSent || !slices.Equal(types(due), afterSend) {
		t.Errorf("the send is %s and made %v due", x.State, types(due))
	}
	if m, err := w.Message(w.ctx, acme, x.ThreadID, x.MessageID); err != nil || !m.Date.Equal(other.Date) {
		t.Errorf("the send names %+v (%v)", m, err)
	}
	w.wantMessages(cora, sent.Message.MessageID)
}

// Two mails with one Message-ID lie in two threads; a second mailbox has copies of both.
func messageIDInTwoThreads(t *testing.T, w *world) {
	rita := w.lease(w.connect(ritaBox, "sub-rita", 100))
	first := w.mail("g1", "same")
	w.clock.Advance(time.Minute)
	second, opener := w.mail("g2", "same"), w.mail("g3", "other")
	w.imports(rita, "t1", first)
	w.imports(rita, "t2", opener)
	w.imports(rita, "t2", second)
	sam := w.lease(w.connect(samBox, "sub-sam", 100))
	for i, m := range []store.Incoming{second, first} {
		m.GmailID = fmt.Sprint("copy", i)
		if done := w.imports(sam, fmt.Sprint("s", i), m); done.Duplicates != 1 || len(done.New) != 0 {
			t.Errorf("copy %d: %d filed anew", i, len(done.New))
		}
	}
	w.wantMessages(cora, "other", "same", "same")
}

func privateThread(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	first := w.mail("g1", "m1")
	w.imports(h, "t1", first)
	id := w.threads(acme, cora)[0].ID
	_, err := w.SetPrivate(w.ctx, acme, id, rita, true)
	w.ok(err)
	private := func() hire.Thread {
		t.Helper()
		thread, err := w.Thread(w.ctx, acme, id)
		w.ok(err)
		return thread
	}
	s := w.lease(w.connect(samBox, "sub-sam", 100))
	first.GmailID = "copy"
	w.imports(s, "s1", first) // by a mailing list, say: the mail does not name Sam
	w.clock.Advance(time.Minute)
	reply := w.mail("s2", "m2")
	reply.Message.References = []string{"m1"}
	w.imports(s, "s1", reply)
	if p := private(); p.HasUser(sam) || p.Messages != 2 || len(w.threads(acme, cora)) != 1 {
		t.Errorf("users %v, %d messages, %d threads", p.UserIDs, p.Messages, len(w.threads(acme, cora)))
	}
	w.clock.Advance(time.Minute)
	named := w.mail("g3", "m3")
	named.Message.Cc = []hire.Address{{Addr: "Sam@acme.example"}}
	w.imports(h, "t1", named)
	if p := private(); !p.HasUser(sam) || !p.Private {
		t.Errorf("users %v, private %t", p.UserIDs, p.Private)
	}
}

// Two profiles have the address, and a colleague's mailbox has put the mail into one of them before the other was updated.
func sameMailTwoProfiles(t *testing.T, w *world) {
	mail := w.mail("g1", "m1")
	w.imports(w.lease(w.connect(ritaBox, "sub-rita", 100)), "t1", mail)
	w.candidate(hire.Candidate{AccountID: acme, ID: "twin", Emails: []string{"cora@mail.example"}, UpdatedAt: w.clock.Now().Add(time.Hour), Version: 1})
	s := w.lease(w.connect(samBox, "sub-sam", 100))
	match := store.ImportCommit{Held: s, GmailThreadID: "s1", Labelled: true, Addresses: []string{"cora@mail.example"}, MessageIDs: []string{"m1", ""}}
	done, err := w.CommitImport(w.ctx, match)
	w.ok(err)
	if done.Tracked.CandidateID != cora {
		t.Errorf("matched to %s", done.Tracked.CandidateID)
	}
	mail.GmailID = "copy"
	w.imports(s, "s1", mail)
	w.wantMessages(cora, "m1")
	w.wantMessages("twin")
}

func merged(t *testing.T, w *world) {
	w.candidate(hire.Candidate{AccountID: acme, ID: "dora", Emails: []string{"dora@mail.example"}, Version: 1})
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	w.clock.Advance(time.Minute)
	toDora := func(thread string, in ...store.Incoming) {
		t.Helper()
		_, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: thread, Labelled: true, Addresses: []string{"dora@mail.example"}, Messages: in})
		w.ok(err)
	}
	toDora("t2", w.mail("g2", "m2"))
	revision := func() int64 {
		t.Helper()
		n, err := w.Revision(w.ctx, acme, "dora")
		w.ok(err)
		return n
	}
	before := revision()
	// Cora and Dora are one person.
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, MergedInto: "dora", Version: 2})
	w.candidate(hire.Candidate{AccountID: acme, ID: "dora", Emails: []string{"dora@mail.example", "cora@mail.example"}, Version: 2})
	w.wantMessages("dora", "m1", "m2")
	if revision() <= before {
		t.Error("the merge is not seen by the revision")
	}
	// What was Cora's conversation goes on, and a colleague's copy of it is no second entry.
	w.clock.Advance(time.Minute)
	third := w.mail("g3", "m3")
	third.Message.References = []string{"m1"}
	w.imports(h, "t1", third)
	third.GmailID = "copy"
	s := w.lease(w.connect(samBox, "sub-sam", 100))
	w.imports(s, "s1", third)
	w.clock.Advance(time.Minute)
	answer := w.mail("s2", "m4")
	answer.Message.References = []string{"m1", "m3"}
	w.imports(s, "s2", answer)
	w.wantMessages("dora", "m1", "m2", "m3", "m4")
	if list := w.threads(acme, "dora"); len(list) != 2 || list[0].Messages != 3 {
		t.Errorf("threads %+v", list)
	}
	// Page by page, newest first.
	var seen []string
	var after *store.Position
	for range 2 {
		page, err := w.Threads(w.ctx, acme, "dora", after, 1)
		w.ok(err)
		seen = append(seen, page[0].ID)
		after = &store.Position{At: page[0].LastAt, ID: page[0].ID}
	}
	if rest, err := w.Threads(w.ctx, acme, "dora", after, 1); err != nil || len(rest) != 0 || seen[0] == seen[1] {
		t.Errorf("pages %v, then %v (%v)", seen, rest, err)
	}
	// A further merge takes all along; undone, each has their own again.
	w.candidate(hire.Candidate{AccountID: acme, ID: "flora", Version: 1})
	w.candidate(hire.Candidate{AccountID: acme, ID: "dora", MergedInto: "flora", Version: 3})
	w.wantMessages("flora", "m1", "m2", "m3", "m4")
	w.candidate(hire.Candidate{AccountID: acme, ID: "dora", Emails: []string{"dora@mail.example"}, Version: 4})
	w.wantMessages("flora")
	w.wantMessages("dora", "m1", "m2", "m3", "m4")
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, Emails: []string{"cora@mail.example"}, Version: 3})
	w.wantMessages("dora", "m2")
	w.wantMessages(cora, "m1", "m3", "m4")
}

// A mail sent to the candidate who stands for a merged one is filed like the rest of its conversation.
func sentAfterAMerge(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g0", "m0"))
	thread := w.threads(acme, cora)[0]
	w.candidate(hire.Candidate{AccountID: acme, ID: "dora", Emails: []string{"cora@mail.example"}, Version: 1})
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, MergedInto: "dora", Version: 2})
	w.clock.Advance(time.Minute)
	x, _, err := w.BeginSend(w.ctx, store.Send{
		AccountID: acme, UserID: rita, Key: "k", CandidateID: "dora", ThreadID: thread.ID, Sub: "sub-rita", ReplyGmailThreadID: "t1",
	}, "holder", time.Minute)
	w.ok(err)
	_, _, err = w.SetDraft(w.ctx, acme, x.ID, "holder", store.Draft{ID: "d", MessageID: "dm", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	sent := w.sent()
	_, _, err = w.CommitSent(w.ctx, acme, x.ID, sent)
	w.ok(err)
	s := w.lease(w.connect(samBox, "sub-sam", 100))
	copied := store.Incoming{GmailID: "copy", Message: sent.Message}
	copied.Message.References = []string{"m0"}
	w.imports(s, "s1", copied)
	w.wantMessages("dora", "m0", sent.Message.MessageID)
	if list := w.threads(acme, "dora"); len(list) != 1 {
		t.Errorf("%d threads", len(list))
	}
}

func deletedCandidate(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, Emails: []string{"cora@mail.example"}, Deleted: true, Version: 2})
	w.clock.Advance(time.Minute)
	done := w.imports(h, "t1", w.mail("g2", "m2"))
	if done.Tracked.State != store.TrackUnmatched || done.Tracked.Miss != hire.MissCandidateDeleted || len(done.New) != 0 {
		t.Errorf("state %s, %s, %d filed", done.Tracked.State, done.Tracked.Miss, len(done.New))
	}
	if list, err := w.Unmatched(w.ctx, acme, "sub-rita", nil, 10); err != nil || len(list) != 1 {
		t.Errorf("the user is shown %d conversations (%v)", len(list), err)
	}
	due := w.candidate(hire.Candidate{AccountID: acme, ID: cora, Emails: []string{"cora@mail.example"}, Version: 3})
	if !slices.Equal(types(due), []string{store.QueueSync}) {
		t.Errorf("their return made %v due", types(due))
	}
	w.imports(h, "t1", w.mail("g2", "m2"))
	w.wantMessages(cora, "m1", "m2")
	// Taken off the label while the candidate is gone, it is not forgotten where the mail lies.
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, Deleted: true, Version: 4})
	w.commit(h, store.ImportCommit{})
	w.ok(w.StopTracking(w.ctx, h, "t1"))
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, Emails: []string{"cora@mail.example"}, Version: 5})
	w.clock.Advance(time.Minute)
	w.imports(h, "t1", w.mail("g3", "m3"))
	if list := w.threads(acme, cora); len(list) != 1 || list[0].Messages != 3 {
		t.Errorf("threads %+v", list)
	}
}

func staysUnlabelled(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	w.ok(w.StopTracking(w.ctx, h, "t1"))
	w.clock.Advance(time.Minute)
	// What came before and waited in the ledger is filed; tracking does not begin again by it.
	if got := w.commit(h, store.ImportCommit{Messages: []store.Incoming{w.mail("g2", "m2")}, Settled: []string{"g2"}}); got.State != store.TrackStopped || got.Labelled {
		t.Errorf("state %s, labelled %t", got.State, got.Labelled)
	}
	w.wantMessages(cora, "m1", "m2")
	if got := w.imports(h, "t1").Tracked; got.State != store.TrackActive || !got.Labelled {
		t.Errorf("labelled again: state %s", got.State)
	}
}

// What a sender can write must not stop a mailbox.
func hostileHeaders(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	mail := w.mail("g1", strings.Repeat("id", 5000))
	mail.Message.From = append(mail.Message.From, hire.Address{Addr: strings.Repeat("x", 5000) + "@mail.example"}, hire.Address{Addr: ""}, hire.Address{Addr: "\xff\x00/..%"})
	for i := range 3000 {
		mail.Message.References = append(mail.Message.References, fmt.Sprint("ref", i))
	}
	mail.Message.InReplyTo = slices.Clone(mail.Message.References)
	mail.Message.Subject = strings.Repeat("\xff", 2<<20)
	var crowd []string
	for i := range 3000 {
		crowd = append(crowd, fmt.Sprintf("%d@mail.example", i))
	}
	done, err := w.CommitImport(w.ctx, store.ImportCommit{
		Held: h, GmailThreadID: "t1", Labelled: true, Messages: []store.Incoming{mail},
		Addresses: []string{strings.Repeat("y", 5000) + "@mail.example", "cora@mail.example", "", "\xff\x00/..%"},
	})
	w.ok(err)
	if len(done.New) != 1 {
		t.Errorf("%d filed", len(done.New))
	}
	_, err = w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t2", Labelled: true, Subject: mail.Message.Subject, Addresses: append(crowd, strings.Repeat("y", 5000), "\xff\x00/..%")})
	w.ok(err)
	w.clock.Advance(time.Minute)
	reply := w.mail("g2", "m2")
	reply.Message.References = append(slices.Clone(mail.Message.References), mail.Message.MessageID)
	w.imports(h, "t3", reply)
	if list := w.threads(acme, cora); len(list) != 1 {
		t.Errorf("the nearest reference was not followed: %d threads", len(list))
	}
}

func bounced(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	mail := w.mail("g1", "m1")
	mail.Message.Bounce = true
	done := w.imports(h, "t1", mail)
	if !slices.Equal(types(done.Due), []string{store.EventMessageBounced, store.EventMessageImported}) {
		t.Errorf("due: %v", types(done.Due))
	}
}

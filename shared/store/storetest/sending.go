package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

func (w *world) send(key, hash string) (store.Send, bool, error) {
	return w.BeginSend(w.ctx, store.Send{AccountID: acme, UserID: rita, Key: key, RequestHash: hash, CandidateID: cora, Sub: "sub-rita", Subject: "Hi"}, key+"-holder", time.Minute)
}

func oneSend(t *testing.T, w *world) {
	x, claimed, err := w.send("k1", "h1")
	w.ok(err)
	if !claimed || x.State != store.SendSending {
		t.Fatalf("first: claimed %t, %s", claimed, x.State)
	}
	_, _, err = w.send("k1", "h2")
	w.code(err, hire.CodeKeyReused)
	if _, claimed, err = w.ClaimSend(w.ctx, acme, x.ID, "other", time.Minute); err != nil || claimed {
		t.Errorf("claimed while another is at work (%v)", err)
	}
	w.clock.Advance(2 * time.Minute)
	if _, claimed, err = w.ClaimSend(w.ctx, acme, x.ID, "other", time.Minute); err != nil || !claimed {
		t.Errorf("an expired claim was not given (%v)", err)
	}
	x, _, err = w.EndSend(w.ctx, acme, x.ID, "other", store.Ending{State: store.SendFailed, Problem: store.Problem{Code: hire.CodeGmailRefused}})
	w.ok(err)
	if _, claimed, err = w.ClaimSend(w.ctx, acme, x.ID, "third", time.Minute); err != nil || claimed {
		t.Errorf("a finished send was claimed (%v)", err)
	}
}

func oneDraft(t *testing.T, w *world) {
	x, _, err := w.send("k1", "h1")
	w.ok(err)
	x, won, err := w.SetDraft(w.ctx, acme, x.ID, "k1-holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	if !won || x.DraftID != "d1" || x.ThreadID == "" {
		t.Fatalf("first draft: won %t, %+v", won, x)
	}
	if x, won, err = w.SetDraft(w.ctx, acme, x.ID, "k1-holder", store.Draft{ID: "d2", MessageID: "dm2", GmailThreadID: "t2"}, "sub-rita"); err != nil || won || x.DraftID != "d1" {
		t.Errorf("second draft: won %t, draft %s (%v)", won, x.DraftID, err)
	}
	// Done once more, as a client does that has not heard of it: the draft is its own still, and not one to be deleted.
	if x, won, err = w.SetDraft(w.ctx, acme, x.ID, "k1-holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita"); err != nil || !won || x.DraftID != "d1" {
		t.Errorf("first draft, repeated: won %t, draft %s (%v)", won, x.DraftID, err)
	}
	tracked, err := w.Tracked(w.ctx, acme, "sub-rita", []string{"t1", "t2"})
	w.ok(err)
	if !tracked["t1"].Ours || tracked["t1"].CandidateID != cora || len(tracked) != 1 {
		t.Errorf("tracked: %+v", tracked)
	}
}

// sent is the read-back of a mail that left as g1 in t1.
func (w *world) sent() store.SentMail {
	return store.SentMail{GmailID: "g1", GmailThreadID: "t1", Message: hire.Message{
		MessageID: "real@mail.gmail.com", From: []hire.Address{{Addr: "rita@acme.example"}}, To: []hire.Address{{Addr: "cora@mail.example"}},
		Subject: "Hi", Date: w.clock.Now(), ReceivedAt: w.clock.Now(), Text: "hello",
	}}
}

func (w *world) drafted() store.Send {
	w.t.Helper()
	w.connect(ritaBox, "sub-rita", 100)
	x, _, err := w.send("k1", "h1")
	w.ok(err)
	x, _, err = w.SetDraft(w.ctx, acme, x.ID, "k1-holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	return x
}

// afterSend is what a sent mail makes due: its event, and a look at the mailbox a moment later.
var afterSend = []string{store.EventMessageSent, store.QueueSync}

func sentOnce(t *testing.T, w *world) {
	x := w.drafted()
	x, due, err := w.CommitSent(w.ctx, acme, x.ID, w.sent())
	w.ok(err)
	if x.State != store.SendSent || !slices.Equal(types(due), afterSend) || !due[1].DueAt.After(w.clock.Now()) {
		t.Fatalf("state %s, due %v", x.State, types(due))
	}
	if _, due, err = w.CommitSent(w.ctx, acme, x.ID, w.sent()); err != nil || len(due) != 0 {
		t.Errorf("the second commit made %v due (%v)", types(due), err)
	}
	h := w.lease(w.mailbox(ritaBox))
	m := w.sent()
	done := w.imports(h, "t1", store.Incoming{GmailID: "g1", Message: m.Message, SendID: x.ID})
	if list := w.threads(acme, cora); len(done.New) != 0 || len(list) != 1 || list[0].Messages != 1 {
		t.Errorf("the sync filed %d again, threads %+v", len(done.New), list)
	}
	w.clock.Advance(10 * time.Minute)
	if left, err := w.LeftInOutbox(w.ctx, 100); err != nil || settles(left) {
		t.Errorf("a finished send is still to be settled: %v (%v)", types(left), err)
	}
}

// settles tells whether one of the rows has a send settled.
func settles(rows []store.OutboxRow) bool {
	return slices.ContainsFunc(rows, func(r store.OutboxRow) bool { return r.Type == store.QueueDeliver })
}

func settledBySync(t *testing.T, w *world) {
	x := w.drafted()
	m := w.sent()
	w.imports(w.lease(w.connect(samBox, "sub-sam", 100)), "copy", store.Incoming{GmailID: "copy", Message: m.Message, SendID: x.ID})
	if got, err := w.GetSend(w.ctx, acme, x.ID); err != nil || got.State != store.SendSending {
		t.Fatalf("a colleague's copy made it %s (%v)", got.State, err)
	}
	w.imports(w.lease(w.mailbox(ritaBox)), "t1", store.Incoming{GmailID: "g1", Message: m.Message, SendID: x.ID})
	got, err := w.GetSend(w.ctx, acme, x.ID)
	w.ok(err)
	if got.State != store.SendSent || got.GmailID != "g1" {
		t.Fatalf("the sync left it %s with gmail id %q", got.State, got.GmailID)
	}
	if _, _, err = w.CommitSent(w.ctx, acme, x.ID, m); err != nil {
		t.Error(err)
	}
	if list := w.threads(acme, cora); len(list) != 1 || list[0].Messages != 1 {
		t.Errorf("threads %+v", list)
	}
}

func uploads(t *testing.T, w *world) {
	w.ok(w.PutUpload(w.ctx, acme, store.Upload{ID: "u1", UserID: rita, Filename: "cv.pdf", ExpiresAt: w.clock.Now().Add(time.Hour)}))
	if u, err := w.GetUpload(w.ctx, acme, rita, "u1"); err != nil || u.Filename != "cv.pdf" {
		t.Errorf("upload %+v (%v)", u, err)
	}
	_, err := w.GetUpload(w.ctx, acme, sam, "u1")
	w.code(err, hire.CodeUnknownUpload)
	w.clock.Advance(time.Hour)
	_, err = w.GetUpload(w.ctx, acme, rita, "u1")
	w.code(err, hire.CodeUnknownUpload)
}

// A mail that the sync has found in Sent is sent, whatever the process that was at work on it comes to believe.
func foundIsFinal(t *testing.T, w *world) {
	x := w.drafted()
	m := w.sent()
	done := w.imports(w.lease(w.mailbox(ritaBox)), "t1", store.Incoming{GmailID: "g1", Message: m.Message, SendID: x.ID})
	if !slices.Equal(types(done.Due), afterSend) || done.New[0].Via != "hire" {
		t.Errorf("due %v, via %q", types(done.Due), done.New[0].Via)
	}
	for _, state := range []store.SendState{store.SendUnknown, store.SendFailed} {
		got, _, err := w.EndSend(w.ctx, acme, x.ID, "k1-holder", store.Ending{State: state, Problem: store.Problem{Code: hire.CodeSendUnknown}, Orphan: true})
		w.ok(err)
		if got.State != store.SendSent || got.Problem != nil {
			t.Errorf("ended as %s: it is %s", state, got.State)
		}
	}
	due, err := w.ReleaseSend(w.ctx, acme, x.ID, "k1-holder", store.Release{Again: w.clock.Now().Add(time.Minute), Looked: true})
	w.ok(err)
	if len(due) != 0 {
		t.Errorf("a sent mail is looked at again: %v", types(due))
	}
	if got, won, err := w.SetDraft(w.ctx, acme, x.ID, "k1-holder", store.Draft{ID: "d2", MessageID: "dm2", GmailThreadID: "t9"}, "sub-rita"); err != nil || won || got.DraftID != "d1" {
		t.Errorf("another draft: won %t, %s (%v)", won, got.DraftID, err)
	}
	if _, due, err = w.CommitSent(w.ctx, acme, x.ID, m); err != nil || len(due) != 0 {
		t.Errorf("the commit after it made %v due (%v)", types(due), err)
	}
	entries, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 100)
	w.ok(err)
	n := 0
	for _, e := range entries {
		if e.Action == "message.sent" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d entries in the audit trail", n)
	}
	w.clock.Advance(10 * time.Minute)
	if left, err := w.LeftInOutbox(w.ctx, 100); err != nil || settles(left) {
		t.Errorf("still to be settled: %v (%v)", types(left), err)
	}
}

// An outcome that nobody saw turns into sent when the mail is found, and into nothing else.
func unknownIsFound(t *testing.T, w *world) {
	x := w.drafted()
	_, _, err := w.EndSend(w.ctx, acme, x.ID, "k1-holder", store.Ending{State: store.SendUnknown, Problem: store.Problem{Code: hire.CodeSendUnknown}})
	w.ok(err)
	if got, _, err := w.EndSend(w.ctx, acme, x.ID, "k1-holder", store.Ending{State: store.SendFailed}); err != nil || got.State != store.SendUnknown {
		t.Errorf("it is %s (%v)", got.State, err)
	}
	m := w.sent()
	w.imports(w.lease(w.mailbox(ritaBox)), "t1", store.Incoming{GmailID: "g1", Message: m.Message, SendID: x.ID})
	if got, err := w.GetSend(w.ctx, acme, x.ID); err != nil || got.State != store.SendSent || got.Problem != nil {
		t.Errorf("it is %s (%v)", got.State, err)
	}
}

func othersClaim(t *testing.T, w *world) {
	x, _, err := w.send("k1", "h1")
	w.ok(err)
	w.clock.Advance(2 * time.Minute)
	_, claimed, err := w.ClaimSend(w.ctx, acme, x.ID, "quick", time.Minute)
	w.ok(err)
	if !claimed {
		t.Fatal("an expired claim was not given")
	}
	if _, _, err = w.SetDraft(w.ctx, acme, x.ID, "k1-holder", store.Draft{ID: "d", MessageID: "m", GmailThreadID: "t"}, "sub-rita"); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("draft under a lost claim: %v", err)
	}
	if _, _, err = w.EndSend(w.ctx, acme, x.ID, "k1-holder", store.Ending{State: store.SendFailed}); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("end under a lost claim: %v", err)
	}
	if _, err = w.ReleaseSend(w.ctx, acme, x.ID, "k1-holder", store.Release{Again: w.clock.Now()}); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("release under a lost claim: %v", err)
	}
	if tracked, err := w.Tracked(w.ctx, acme, "sub-rita", []string{"t"}); err != nil || len(tracked) != 0 {
		t.Errorf("tracked %v (%v)", tracked, err)
	}
}

// Whoever begins to track a conversation that has mail already lists it after that commit.
func listedAfterDraft(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "active", w.mail("a1", "a1"))
	w.imports(h, "stopped", w.mail("s1", "s1"))
	w.ok(w.StopTracking(w.ctx, h, "stopped"))
	_, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "unmatched", Labelled: true, Addresses: []string{"stranger@mail.example"}})
	w.ok(err)
	for _, c := range []struct {
		name, thread string
		send         store.Send
		listed       bool
	}{
		{"a new mail", "new", store.Send{}, false},
		{"a reply in a tracked one", "active", store.Send{ReplyGmailThreadID: "active", InReplyTo: "a1"}, false},
		{"a reply in one that is tracked no more", "stopped", store.Send{ReplyGmailThreadID: "stopped", InReplyTo: "s1"}, true},
		{"a mail in one that waits for its candidate", "unmatched", store.Send{}, true},
		{"a reply in one never met", "never", store.Send{ReplyGmailThreadID: "never"}, true},
		{"a reply that Gmail put into one never met", "by-itself", store.Send{References: []string{"a1"}}, true},
	} {
		x := c.send
		x.AccountID, x.UserID, x.Key, x.CandidateID, x.Sub = acme, rita, c.thread, cora, "sub-rita"
		x, _, err := w.BeginSend(w.ctx, x, "holder", time.Minute)
		w.ok(err)
		_, _, err = w.SetDraft(w.ctx, acme, x.ID, "holder", store.Draft{ID: "d-" + c.thread, MessageID: "dm", GmailThreadID: c.thread}, "sub-rita")
		w.ok(err)
		tracked, err := w.Tracked(w.ctx, acme, "sub-rita", []string{c.thread})
		w.ok(err)
		if got := tracked[c.thread]; got.State != store.TrackActive || !got.Ours || got.CandidateID != cora {
			t.Errorf("%s: tracked %+v", c.name, got)
		}
		w.clock.Advance(time.Hour)
		left, err := w.LeftInOutbox(w.ctx, 1000)
		w.ok(err)
		listed := func(rows []store.OutboxRow) bool {
			return slices.ContainsFunc(rows, func(r store.OutboxRow) bool {
				return r.Type == store.QueueSync && strings.Contains(string(r.Body), `"gmail_thread_ids":["`+c.thread+`"]`)
			})
		}
		if listed(left) != c.listed {
			t.Errorf("%s: queued %t, want %t", c.name, listed(left), c.listed)
		}
		m := w.sent()
		m.GmailID, m.GmailThreadID, m.Message.MessageID = "sent-"+c.thread, c.thread, c.thread
		_, due, err := w.CommitSent(w.ctx, acme, x.ID, m)
		w.ok(err)
		if listed(due) != c.listed {
			t.Errorf("%s: handed over after the send %t, want %t", c.name, listed(due), c.listed)
		}
	}
	if due := w.candidate(hire.Candidate{AccountID: acme, ID: "dora", Emails: []string{"stranger@mail.example"}, Version: 1}); len(due) != 0 {
		t.Errorf("the answered conversation still waits: %v", types(due))
	}
}

// A send that is taken back is as if it had never been asked for.
func sendTakenBack(t *testing.T, w *world) {
	file := strings.Repeat("ab", 32)
	ask := func(hash string) store.Send {
		x, claimed, err := w.BeginSend(w.ctx, store.Send{
			AccountID: acme, UserID: rita, Key: "k1", RequestHash: hash, CandidateID: cora, Sub: "sub-rita", Attachments: []hire.Attachment{{Filename: "cv.pdf", Blob: file}},
		}, "holder", time.Minute)
		w.ok(err)
		if !claimed {
			t.Fatalf("it is %s, and not given", x.State)
		}
		return x
	}
	x := ask("h1")
	if err := w.ForgetSend(w.ctx, acme, x.ID, "other"); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("another took it back: %v", err)
	}
	for range 2 { // a client may repeat the commit
		w.ok(w.ForgetSend(w.ctx, acme, x.ID, "holder"))
	}
	_, err := w.GetSend(w.ctx, acme, x.ID)
	w.code(err, hire.CodeNotFound)
	if used, err := w.Referenced(w.ctx, acme, file); err != nil || used {
		t.Errorf("its file is referred to: %t, %v", used, err)
	}
	w.clock.Advance(10 * time.Minute)
	if left, err := w.LeftInOutbox(w.ctx, 100); err != nil || settles(left) {
		t.Errorf("it is still to be settled: %v (%v)", types(left), err)
	}
	// One with a draft stays, and so does one that has ended.
	x = ask("h2")
	_, _, err = w.SetDraft(w.ctx, acme, x.ID, "holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	w.ok(w.ForgetSend(w.ctx, acme, x.ID, "holder"))
	_, _, err = w.EndSend(w.ctx, acme, x.ID, "holder", store.Ending{State: store.SendFailed, Problem: store.Problem{Code: hire.CodeGmailRefused}})
	w.ok(err)
	w.ok(w.ForgetSend(w.ctx, acme, x.ID, "holder"))
	if got, err := w.GetSend(w.ctx, acme, x.ID); err != nil || got.State != store.SendFailed {
		t.Errorf("it is %s (%v)", got.State, err)
	}
}

// What lies in a mailbox's Sent is its user's, from whichever address, even where a colleague's mailbox has brought it before.
func sentFromAnotherAddress(t *testing.T, w *world) {
	check := func(when string, direction hire.Direction, user string) {
		t.Helper()
		list := w.threads(acme, cora)
		if len(list) != 1 || list[0].LastWay != direction || list[0].Messages != 1 || user != "" && !list[0].HasUser(user) {
			t.Fatalf("%s: threads %+v", when, list)
		}
		all, err := w.Messages(w.ctx, acme, list[0].ID, nil, 10)
		w.ok(err)
		if len(all) != 1 || all[0].Direction != direction || all[0].UserID != user {
			t.Errorf("%s: messages %+v, want one, %s by %q", when, all, direction, user)
		}
	}
	x := w.drafted()
	m := w.sent()
	m.Message.From = []hire.Address{{Name: "Talent", Addr: "talent@acme.example"}}
	m.Message.To = append(m.Message.To, hire.Address{Addr: "sam@acme.example"})
	w.imports(w.lease(w.connect(samBox, "sub-sam", 100)), "copy", store.Incoming{GmailID: "copy", Message: m.Message, SendID: x.ID})
	check("from a colleague's mailbox", hire.Inbound, "")
	before, err := w.Revision(w.ctx, acme, cora)
	w.ok(err)
	h := w.lease(w.mailbox(ritaBox))
	for range 2 {
		w.imports(h, "t1", store.Incoming{GmailID: "g1", Message: m.Message, Sent: true, SendID: x.ID})
		check("from Sent", hire.Outbound, rita)
	}
	if after, err := w.Revision(w.ctx, acme, cora); err != nil || after == before {
		t.Errorf("nobody is told that it changed: revision %v (%v)", after, err)
	}
	if got, err := w.GetSend(w.ctx, acme, x.ID); err != nil || got.State != store.SendSent {
		t.Errorf("the send is %s (%v)", got.State, err)
	}
}

func sentFromAnotherAddressThenRecorded(t *testing.T, w *world) {
	x := w.drafted()
	m := w.sent()
	m.Message.From = []hire.Address{{Name: "Talent", Addr: "talent@acme.example"}}
	w.imports(w.lease(w.connect(samBox, "sub-sam", 100)), "copy", store.Incoming{GmailID: "copy", Message: m.Message, SendID: x.ID})
	for range 2 {
		_, _, err := w.CommitSent(w.ctx, acme, x.ID, m)
		w.ok(err)
	}
	list := w.threads(acme, cora)
	if len(list) != 1 || list[0].LastWay != hire.Outbound || list[0].Messages != 1 || !list[0].HasUser(rita) {
		t.Fatalf("threads %+v", list)
	}
	if all, err := w.Messages(w.ctx, acme, list[0].ID, nil, 10); err != nil || len(all) != 1 || all[0].Direction != hire.Outbound || all[0].UserID != rita {
		t.Errorf("messages %+v (%v), want one of Rita's", all, err)
	}
}

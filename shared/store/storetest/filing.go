package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

func importTwice(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	in := w.mail("g1", "m1")
	first := w.imports(h, "t1", in)
	second := w.imports(h, "t1", in)
	if len(first.New) != 1 || len(first.Due) != 1 || len(second.New) != 0 || second.Duplicates != 1 || len(second.Due) != 0 {
		t.Errorf("first filed %d, second %d", len(first.New), len(second.New))
	}
	list := w.threads(acme, cora)
	if len(list) != 1 || list[0].Messages != 1 || second.Tracked.Stored != 1 || second.Tracked.InGmail != 1 {
		t.Errorf("threads %+v, receipt %d of %d", list, second.Tracked.Stored, second.Tracked.InGmail)
	}
}

func oneEntry(t *testing.T, w *world) {
	in := w.mail("g1", "m1")
	w.imports(w.lease(w.connect(ritaBox, "sub-rita", 100)), "t1", in)
	in.GmailID = "other-id"
	done := w.imports(w.lease(w.connect(samBox, "sub-sam", 100)), "other-thread", in)
	list := w.threads(acme, cora)
	if len(done.New) != 0 || done.Duplicates != 1 || len(list) != 1 || list[0].Messages != 1 {
		t.Fatalf("second mailbox filed %d, threads %+v", len(done.New), list)
	}
	if !list[0].HasUser(sam) || !list[0].HasUser(rita) || len(list[0].Sources) != 2 {
		t.Errorf("users %v, sources %v", list[0].UserIDs, list[0].Sources)
	}
}

func sameMessageID(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	first := w.mail("g1", "m1")
	w.clock.Advance(time.Minute)
	second := w.mail("g2", "m1") // another date
	done := w.imports(h, "t1", first, second)
	if len(done.New) != 2 {
		t.Errorf("%d of 2 are kept", len(done.New))
	}
}

func noMessageID(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	done := w.imports(h, "t1", w.mail("g1", ""), w.mail("g2", ""))
	if len(done.New) != 2 {
		t.Errorf("%d of 2 are kept", len(done.New))
	}
	if again := w.imports(h, "t1", w.mail("g1", "")); len(again.New) != 0 {
		t.Error("doubled")
	}
}

func joined(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	w.clock.Advance(time.Minute)
	reply := w.mail("g2", "m2")
	reply.Message.References = []string{"m1"}
	w.imports(h, "t2", reply)
	if list := w.threads(acme, cora); len(list) != 1 || list[0].Messages != 2 {
		t.Errorf("threads %+v", list)
	}
}

func unmatched(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	h := w.lease(m)
	for i, c := range []struct {
		addresses []string
		want      hire.MissReason
	}{
		{[]string{"stranger@mail.example", "rita@acme.example"}, hire.MissNoCandidate},
		{[]string{"Rita@acme.example"}, hire.MissNoParticipants},
	} {
		done, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: fmt.Sprint("t", i), Labelled: true, Subject: "Job", Addresses: c.addresses, Messages: []store.Incoming{w.mail("g", "m")}})
		w.ok(err)
		if done.Tracked.State != store.TrackUnmatched || done.Tracked.Miss != c.want || len(done.New) != 0 {
			t.Errorf("%v: %s, %s, %d filed", c.addresses, done.Tracked.State, done.Tracked.Miss, len(done.New))
		}
	}
	first, err := w.Unmatched(w.ctx, acme, "sub-rita", nil, 1)
	w.ok(err)
	rest, err := w.Unmatched(w.ctx, acme, "sub-rita", &first[0], 10)
	w.ok(err)
	if len(first) != 1 || len(rest) != 1 || first[0].GmailThreadID == rest[0].GmailThreadID {
		t.Errorf("pages: %+v, %+v", first, rest)
	}
	if len(w.threads(acme, cora)) != 0 {
		t.Error("something is in a profile")
	}
}

func ambiguous(t *testing.T, w *world) {
	w.candidate(hire.Candidate{AccountID: acme, ID: "twin", Emails: []string{"cora@mail.example"}, UpdatedAt: w.clock.Now(), Version: 1})
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	done := w.imports(h, "t1", w.mail("g1", "m1"))
	if done.Tracked.CandidateID != "twin" || !done.Tracked.Ambiguous {
		t.Errorf("filed under %q, ambiguous %t", done.Tracked.CandidateID, done.Tracked.Ambiguous)
	}
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, Emails: []string{"cora@mail.example"}, UpdatedAt: w.clock.Now().Add(time.Hour), Version: 2})
	if done = w.imports(h, "t1", w.mail("g2", "m2")); done.Tracked.CandidateID != "twin" {
		t.Errorf("the conversation moved to %q", done.Tracked.CandidateID)
	}
}

func exclusions(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	done, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t1", Excluded: []store.Exclusion{{GmailID: "g2", GmailThreadID: "t1", Reason: hire.ExcludedSkippedInbox}}})
	w.ok(err)
	if done.Tracked.Excluded[string(hire.ExcludedSkippedInbox)] != 1 || done.Tracked.InGmail != 1 {
		t.Errorf("receipt: %+v", done.Tracked)
	}
	_, excluded, err := w.Known(w.ctx, acme, "sub-rita", []string{"g1", "g2"})
	w.ok(err)
	if len(excluded) != 1 || excluded["g2"].Reason != hire.ExcludedSkippedInbox {
		t.Errorf("excluded: %v", excluded)
	}
	w.imports(h, "t1", w.mail("g2", "m2"))
	imported, excluded, err := w.Known(w.ctx, acme, "sub-rita", []string{"g1", "g2"})
	w.ok(err)
	if len(imported) != 2 || len(excluded) != 0 {
		t.Errorf("after the import: %v, excluded %v", imported, excluded)
	}
}

func unlabelled(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	w.ok(w.StopTracking(w.ctx, h, "t1"))
	tracked, err := w.Tracked(w.ctx, acme, "sub-rita", []string{"t1"})
	w.ok(err)
	if tracked["t1"].State != store.TrackStopped || len(w.threads(acme, cora)) != 1 {
		t.Errorf("state %s, %d threads", tracked["t1"].State, len(w.threads(acme, cora)))
	}
}

func paging(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	for i := range 25 {
		w.imports(h, fmt.Sprint("t", i), w.mail(fmt.Sprint("a", i), fmt.Sprint("a", i))) // all at the same time
	}
	for i := range 25 {
		w.clock.Advance(time.Second)
		w.imports(h, "t0", w.mail(fmt.Sprint("b", i), fmt.Sprint("b", i)))
	}
	seen := map[string]bool{}
	var after *store.Position
	for {
		page, err := w.Threads(w.ctx, acme, cora, after, 7)
		w.ok(err)
		for _, x := range page {
			seen[x.ID] = true
			after = &store.Position{At: x.LastAt, ID: x.ID}
		}
		if len(page) < 7 {
			break
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d of 25 threads", len(seen))
	}
	long := w.threads(acme, cora)[0]
	count, after := 0, nil
	var last time.Time
	for {
		page, err := w.Messages(w.ctx, acme, long.ID, after, 4)
		w.ok(err)
		for _, m := range page {
			if !last.IsZero() && m.ReceivedAt.After(last) {
				t.Fatal("not newest first")
			}
			last = m.ReceivedAt
			after = &store.Position{At: m.ReceivedAt, ID: m.ID}
			count++
		}
		if len(page) < 4 {
			break
		}
	}
	if count != 26 || long.Messages != 26 {
		t.Errorf("%d messages listed, %d counted, want 26", count, long.Messages)
	}
}

func private(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	before, err := w.Revision(w.ctx, acme, cora)
	w.ok(err)
	thread, err := w.SetPrivate(w.ctx, acme, w.threads(acme, cora)[0].ID, rita, true)
	w.ok(err)
	after, err := w.Revision(w.ctx, acme, cora)
	w.ok(err)
	entries, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 1)
	w.ok(err)
	if !thread.Private || after != before+1 || before != 1 {
		t.Errorf("private %t, revision %d to %d", thread.Private, before, after)
	}
	found := false
	all, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 10)
	w.ok(err)
	for _, e := range append(entries, all...) {
		found = found || e.Action == "thread.made_private"
	}
	if !found {
		t.Error("not in the audit trail")
	}
}

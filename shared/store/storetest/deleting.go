package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func (w *world) deletion(id string) (store.Deletion, []store.DeletionStep) {
	w.t.Helper()
	d, steps, err := w.Deletion(w.ctx, acme, id)
	w.ok(err)
	return d, steps
}

// deletionSteps: a step that is noted again stays as it was; the end of the connection ends its deletion; the deletions of an account's connections are parts of one.
func deletionSteps(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	due, err := w.SetIntegration(w.ctx, acme, sam, false)
	w.ok(err)
	var task store.OffboardTask
	w.ok(json.Unmarshal(due[0].Body, &task))
	_, err = w.TurnAway(w.ctx, ritaBox, m.Generation, task.Reason, task.DeletionID)
	w.ok(err)
	for range 2 {
		w.ok(w.EndConnections(w.ctx, acme, task.DeletionID, ""))
	}
	id := store.MailboxDeletion(ritaBox, m.Generation)
	for i, p := range []store.DeletionStep{
		{What: "watch", Outcome: store.StepFailed, Detail: "Gmail was down."}, {What: "watch", Outcome: store.StepFailed, Detail: "Gmail was down."},
		{What: "watch", Outcome: store.StepDone, Detail: "first"}, {What: "watch", Outcome: store.StepNotPossible, Detail: "again"},
		{What: "token", Outcome: store.StepDone, Items: []string{"3"}},
	} {
		w.clock.Advance(time.Duration(i) * time.Second)
		w.ok(w.NoteStep(w.ctx, acme, id, p))
	}
	w.clock.Advance(time.Second)
	_, err = w.FinishOffboard(w.ctx, ritaBox, m.Generation)
	w.ok(err)
	d, steps := w.deletion(id)
	var got []string
	for _, p := range steps {
		got = append(got, strings.TrimSpace(fmt.Sprint(p.What, " ", p.Outcome, " ", p.Items)))
	}
	if want := []string{"watch failed []", "watch done []", "token done [3]", "record done []"}; !cmp.Equal(want, got) {
		t.Errorf("steps %q, want %q", got, want)
	}
	if d.Kind != store.DeletionOfMailbox || d.Subject != rita || d.CompletedAt.IsZero() || d.Stopped != "" || d.Parent != task.DeletionID || d.Reason != "integration_off" {
		t.Errorf("deletion %+v", d)
	}
	whole, _ := w.deletion(task.DeletionID)
	if whole.Kind != store.DeletionOfIntegration || whole.By != sam || whole.CompletedAt.IsZero() {
		t.Errorf("deletion of the connections %+v", whole)
	}
	parts, err := w.Deletions(w.ctx, acme, whole.ID, nil, 10)
	w.ok(err)
	all, err := w.Deletions(w.ctx, acme, "", nil, 10)
	w.ok(err)
	if len(parts) != 1 || parts[0].ID != id || len(all) != 2 {
		t.Errorf("%d parts %+v, %d deletions in all", len(parts), parts, len(all))
	}
	_, _, err = w.Deletion(w.ctx, "bolt", id)
	w.code(err, hire.CodeNotFound)
}

func deletionSuperseded(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	_, err := w.Disconnect(w.ctx, ritaBox, 0, rita, "disconnected")
	w.ok(err)
	w.clock.Advance(time.Second)
	w.connect(ritaBox, "sub-rita-2", 100)
	if d, _ := w.deletion(store.MailboxDeletion(ritaBox, m.Generation)); d.Stopped != "connected_anew" || d.CompletedAt.IsZero() {
		t.Errorf("the former connection's deletion is %+v", d)
	}
	if got := w.mailbox(ritaBox).FormerSubs; !cmp.Equal(got, []string{"sub-rita"}) {
		t.Errorf("former google users %q", got)
	}
}

const blobA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// conversations imports one of 30 messages, each with a file, with Cora, and one with Dora. It says how the account stores of deleted ones.
func (w *world) conversations(r hire.Retention) {
	w.t.Helper()
	w.account(hire.Account{ID: acme, Plan: hire.PlanPro, Retention: r, Version: 2})
	w.candidate(hire.Candidate{AccountID: acme, ID: "dora", Name: "Dora", Emails: []string{"dora@mail.example"}, Version: 1})
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	for i := range 30 {
		in := w.mail(fmt.Sprintf("g%d", i), fmt.Sprintf("m%d", i))
		in.Message.Attachments = []hire.Attachment{{PartID: "1", Filename: "cv.pdf", Size: 1, Blob: blobA}}
		w.imports(h, "t1", in)
	}
	_, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t1", Excluded: []store.Exclusion{{GmailID: "gx", GmailThreadID: "t1", Reason: "spam"}}})
	w.ok(err)
	_, err = w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t2", Labelled: true, Addresses: []string{"dora@mail.example"}, Messages: []store.Incoming{w.mail("d1", "dm1")}})
	w.ok(err)
	_, err = w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t3", Labelled: true, Subject: "Who?", Addresses: []string{"nobody@mail.example"}, Messages: []store.Incoming{w.mail("n1", "nm1")}})
	w.ok(err)
	_, err = w.SetSeen(w.ctx, acme, rita, w.threads(acme, cora)[0].ID, w.clock.Now())
	w.ok(err)
	for _, candidate := range []string{cora, "dora"} {
		_, _, err = w.AskImport(w.ctx, ritaBox, w.mailbox(ritaBox).Generation, candidate, []string{"t9"})
		w.ok(err)
	}
	w.ok(w.PutUpload(w.ctx, acme, store.Upload{ID: "up", UserID: rita, Blob: blobA, ExpiresAt: w.clock.Now().Add(time.Hour)}))
}

// removed lets a deletion run until it waits or is done, and says in how many pieces it has.
func (w *world) removed(id string) (pieces int) {
	w.t.Helper()
	for ; pieces < 500; pieces++ {
		out, err := w.Erase(w.ctx, acme, id)
		w.ok(err)
		if !out.More {
			return pieces
		}
	}
	w.t.Fatal("it does not end")
	return 0
}

// deleteCora deletes Cora, and answers with the deletion that began.
func (w *world) deleteCora(version int64) (store.Deletion, []store.OutboxRow) {
	w.t.Helper()
	w.clock.Advance(time.Second)
	due := w.candidate(hire.Candidate{AccountID: acme, ID: cora, Name: "Cora", Emails: []string{"cora@mail.example"}, Deleted: true, Version: version})
	all, err := w.Deletions(w.ctx, acme, "", nil, 1)
	w.ok(err)
	if len(all) != 1 {
		w.t.Fatal("no deletion has begun")
	}
	return all[0], due
}

func eraseCandidate(t *testing.T, w *world) {
	w.conversations(hire.RetentionDelete)
	x, _, err := w.BeginSend(w.ctx, store.Send{AccountID: acme, UserID: rita, Key: "k1", RequestHash: "h", CandidateID: cora, Sub: "sub-rita", Subject: "Hi"}, "holder", time.Minute)
	w.ok(err)
	d, due := w.deleteCora(5)
	if d.Kind != store.DeletionOfCandidate || !cmp.Equal(types(due), []string{store.QueueOffboard}) {
		t.Fatalf("deletion %+v made %v due", d, types(due))
	}
	w.removed(d.ID)
	if d, _ = w.deletion(d.ID); !d.CompletedAt.IsZero() {
		t.Error("it was done although a mail is being sent")
	}
	_, _, err = w.EndSend(w.ctx, acme, x.ID, "holder", store.Ending{State: store.SendFailed, Problem: store.Problem{Code: hire.CodeGmailRefused}})
	w.ok(err)
	w.removed(d.ID)
	d, steps := w.deletion(d.ID)
	want := map[string]int{"messages": 30, "references_to_files": 30, "conversations": 1, "gmail_ids": 31, "gmail_conversations": 1, "sends": 1, "names_and_addresses": 1, "seen_marks": 1, "import_requests": 1}
	if diff := cmp.Diff(want, d.Removed); diff != "" || d.CompletedAt.IsZero() || d.Stopped != "" || len(steps) != 1 {
		t.Errorf("removed (-want +got):\n%s%+v %+v", diff, d, steps)
	}
	if n := len(w.threads(acme, cora)); n != 0 {
		t.Errorf("%d conversations are left", n)
	}
	if n := len(w.threads(acme, "dora")); n != 1 {
		t.Errorf("of somebody else's conversations %d are left", n)
	}
	imported, excluded, err := w.Known(w.ctx, acme, "sub-rita", []string{"g0", "g29", "gx", "d1"})
	w.ok(err)
	if len(imported) != 1 || len(excluded) != 0 {
		t.Errorf("known are still %v, %v", imported, excluded)
	}
	w.clock.Advance(2 * time.Hour) // the upload's end
	if held, err := w.Referenced(w.ctx, acme, blobA); err != nil || held {
		t.Errorf("the file is still referred to: %t, %v", held, err)
	}
	if n := w.removed(d.ID); n != 0 {
		t.Errorf("done again it removed %d pieces", n)
	}
	due = w.candidate(hire.Candidate{AccountID: acme, ID: cora, Name: "Cora", Emails: []string{"cora@mail.example"}, Version: 6})
	if c, err := w.Candidate(w.ctx, acme, cora); err != nil || c.Name != "Cora" {
		t.Errorf("come back, she is %+v, %v, with %v due", c, err, types(due))
	}
}

func keepCandidate(t *testing.T, w *world) {
	w.conversations(hire.RetentionKeep)
	d, due := w.deleteCora(5)
	if _, steps := w.deletion(d.ID); len(due) != 0 || d.CompletedAt.IsZero() || len(steps) != 1 || steps[0].Outcome != store.StepNotNeeded {
		t.Errorf("deletion %+v, %+v made %v due", d, steps, types(due))
	}
	w.removed(d.ID)
	if n := len(w.threads(acme, cora)); n != 1 {
		t.Errorf("%d conversations are left", n)
	}
	// The setting changes, and the directory tells of her once more.
	w.account(hire.Account{ID: acme, Plan: hire.PlanPro, Retention: hire.RetentionDelete, Version: 3})
	d, _ = w.deleteCora(6)
	w.removed(d.ID)
	if n := len(w.threads(acme, cora)); n != 0 {
		t.Errorf("%d conversations are left of one who is no longer to be kept", n)
	}
}

func eraseStoppedByCandidate(t *testing.T, w *world) {
	eraseStopped(t, w, "restored", func() {
		w.candidate(hire.Candidate{AccountID: acme, ID: cora, Emails: []string{"cora@mail.example"}, Version: 9})
	})
}

func eraseStoppedBySetting(t *testing.T, w *world) {
	eraseStopped(t, w, "retention_changed", func() {
		w.account(hire.Account{ID: acme, Plan: hire.PlanPro, Retention: hire.RetentionKeep, Version: 9})
	})
}

func eraseStopped(t *testing.T, w *world, stopped string, back func()) {
	w.conversations(hire.RetentionDelete)
	d, _ := w.deleteCora(5)
	_, err := w.Erase(w.ctx, acme, d.ID)
	w.ok(err)
	back()
	w.removed(d.ID)
	d, steps := w.deletion(d.ID)
	if d.Stopped != stopped || d.CompletedAt.IsZero() || d.Removed["messages"] != 25 || len(steps) != 1 {
		t.Errorf("deletion %+v, %+v, want it stopped: %s, after 25 messages", d, steps, stopped)
	}
}

// left counts what lies below an account, by collection.
func (w *world) left() map[string]int {
	w.t.Helper()
	out := map[string]int{}
	var walk func(parent docs.Ref)
	walk = func(parent docs.Ref) {
		for _, c := range store.Collections() {
			var found []docs.Ref
			w.ok(w.db.View(w.ctx, "left", func(ctx context.Context, tx docs.Tx) error {
				rows, err := tx.Query(ctx, docs.Query{Collection: parent.Under(c), Limit: 500})
				found = nil
				for _, r := range rows {
					found = append(found, r.Ref)
				}
				return err
			}))
			if n := len(found); n > 0 {
				out[c] += n
			}
			if len(found) > 0 && c != "audit" && c != "steps" {
				walk(found[0])
			}
		}
	}
	account := docs.Path("accounts", acme)
	for _, p := range []docs.Ref{account, account.Child("gmail", "sub-rita"), account.Child("waiting", "nobody@mail.example"), account.Child("blobs", blobA)} {
		walk(p)
	}
	return out
}

func eraseAccount(t *testing.T, w *world) {
	w.conversations(hire.RetentionDelete)
	for _, collection := range []string{"threads", "messages", "refs", "tracked", "aliases", "excluded", "conversations", "uploads", "users", "mailboxes", "rfcids", "addresses", "seen", "imports"} {
		if w.left()[collection] == 0 {
			t.Errorf("there is nothing in %s, so its removal would show nothing", collection)
		}
	}
	w.clock.Advance(time.Second)
	_, due := w.account(hire.Account{ID: acme, Plan: hire.PlanPro, Retention: hire.RetentionDelete, Deleted: true, Version: 3})
	var task store.OffboardTask
	w.ok(json.Unmarshal(due[0].Body, &task))
	w.removed(task.DeletionID)
	d, _ := w.deletion(task.DeletionID)
	if d.Kind != store.DeletionOfAccount || d.CompletedAt.IsZero() || d.Removed["messages"] != 31 || d.Removed["gmail_conversations"] != 3 || d.Removed["seen_marks"] != 1 || d.Removed["import_requests"] != 2 || d.Removed["users"] != 2 {
		t.Errorf("deletion %+v", d)
	}
	left := w.left()
	if diff := cmp.Diff(map[string]int{"deletions": 1, "steps": 1}, left, cmpopts.IgnoreMapEntries(func(k string, _ int) bool { return k == "audit" })); diff != "" || left["audit"] == 0 {
		t.Errorf("left of the account (-want +got):\n%s", diff)
	}
	if a, err := w.Account(w.ctx, acme); err != nil || !a.Deleted || a.Name != "" {
		t.Errorf("account %+v, %v", a, err)
	}
}

func deletedAccount(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	w.clock.Advance(time.Second)
	_, due := w.account(hire.Account{ID: acme, Plan: hire.PlanPro, Deleted: true, Version: 2})
	if !cmp.Equal(types(due), []string{store.QueueOffboard}) {
		t.Errorf("made due: %v", types(due))
	}
	_, _, err := w.Member(w.ctx, acme, sam)
	w.code(err, hire.CodeNotFound)
	if applied, _ := w.user(hire.User{AccountID: acme, ID: "new", Email: "new@acme.example", Role: hire.RoleAdmin, Active: true, Version: 1}); applied {
		t.Error("a user was added")
	}
	if a, err := w.Account(w.ctx, acme); err != nil || a.GmailActive() || a.Integration.Enabled {
		t.Errorf("account %+v, %v", a, err)
	}
	if _, due := w.account(hire.Account{ID: acme, Plan: hire.PlanPro, Deleted: true, Version: 3}); len(due) != 0 {
		t.Errorf("told again, it made %v due", types(due))
	}
	w.account(hire.Account{ID: acme, Plan: hire.PlanPro, Version: 4})
	if a, _, err := w.Member(w.ctx, acme, sam); err != nil || a.GmailActive() {
		t.Errorf("come back: %+v, %v; want it with the integration off", a, err)
	}
	if got := w.mailbox(ritaBox); got.Generation != m.Generation {
		t.Errorf("mailbox %+v", got)
	}
}

package store

import (
	"context"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// What is kept of a candidate or of an account is removed piece by piece, each in one commit that counts it in the deletion. So what a report says is gone is gone, a
// removal can break off anywhere and goes on from what is left, and whoever comes back while it is under way stops it. Files go with the last message that has them:
// here only what refers to them is removed, and the sweep does the rest (package blobs).

// Erased says how far a removal has come.
type Erased struct {
	More bool // there may be more
	Wait bool // for mail that is being sent at this moment
}

const (
	eraseMessages = 25  // of one commit: each may have a hundred files
	eraseRecords  = 200 // of one commit: small ones
)

// Erase removes a piece of what a deletion takes away from the database. It does nothing to one that has ended.
func (s *Store) Erase(ctx context.Context, account, deletion string) (out Erased, err error) {
	err = s.db.Update(ctx, "deletion.erase", func(ctx context.Context, tx docs.Tx) error {
		out = Erased{}
		d, err := docs.Get[Deletion](ctx, tx, deletionRef(account, deletion))
		if err != nil || d == nil || !d.CompletedAt.IsZero() {
			return err
		}
		a, err := docs.Get[hire.Account](ctx, tx, accountRef(account))
		if err != nil {
			return err
		}
		e := &erasing{s: s, tx: tx, d: d, removed: map[string]int{}}
		if a == nil || a.Retention != hire.RetentionDelete {
			return s.endDeletion(tx, d, "retention_changed", kept("The account's setting is to keep mail. What had been removed before it was changed is counted."))
		}
		switch d.Kind {
		case DeletionOfCandidate:
			out, err = e.candidate(ctx)
		case DeletionOfAccount:
			out, err = e.account(ctx, *a)
		}
		if err != nil || len(e.removed) == 0 {
			return err
		}
		if d.Removed == nil {
			d.Removed = map[string]int{}
		}
		for what, n := range e.removed {
			d.Removed[what] += n
		}
		return tx.Set(deletionRef(account, deletion), d)
	})
	return out, err
}

func kept(detail string) DeletionStep {
	return DeletionStep{What: "mail", Outcome: StepNotNeeded, Detail: detail}
}

// erasing is one run of Erase's transaction: it reads until it has found something, removes that, and is done.
type erasing struct {
	s       *Store
	tx      docs.Tx
	d       *Deletion
	removed map[string]int // by what it is
}

func (e *erasing) remove(what string, refs ...docs.Ref) error {
	for _, ref := range refs {
		if err := e.tx.Delete(ref); err != nil {
			return err
		}
		e.removed[what]++
	}
	return nil
}

// all removes up to eraseRecords documents of a collection, by id; any says whether there were some.
func (e *erasing) all(ctx context.Context, what, collection string, where ...docs.Equal) (any bool, err error) {
	rows, err := e.tx.Query(ctx, docs.Query{Collection: collection, Where: where, Limit: eraseRecords})
	if err != nil {
		return false, err
	}
	for _, r := range rows {
		if err := e.remove(what, r.Ref); err != nil {
			return true, err
		}
	}
	return len(rows) > 0, nil
}

// candidate removes a piece of a candidate's mail.
func (e *erasing) candidate(ctx context.Context) (Erased, error) {
	account := e.d.AccountID
	c, err := docs.Get[hire.Candidate](ctx, e.tx, candidateRef(account, e.d.Subject))
	if err != nil {
		return Erased{}, err
	}
	if c == nil || !c.Deleted {
		return Erased{}, e.s.endDeletion(e.tx, e.d, "restored", kept("The candidate came back before all was removed. What had been removed before is counted."))
	}
	ids, err := family(ctx, e.tx, account, c.ID)
	if err != nil {
		return Erased{}, err
	}
	var people []docs.Ref
	for _, id := range ids {
		if any, err := e.threadOf(ctx, []docs.Equal{{Field: "CandidateID", Value: id}}, "LastAt", true); any || err != nil {
			return Erased{More: true}, err
		}
		sends, err := docs.List[Send](ctx, e.tx, docs.Query{Collection: accountRef(account).Under("sends"), Where: []docs.Equal{{Field: "CandidateID", Value: id}}, Limit: eraseRecords})
		if err != nil {
			return Erased{}, err
		}
		if slices.ContainsFunc(sends, func(x *Send) bool { return !x.State.Final() }) {
			return Erased{Wait: true}, nil // it ends by itself, as nobody can be written to who is deleted
		}
		for _, x := range sends {
			if err := e.send(x); err != nil {
				return Erased{}, err
			}
		}
		if len(sends) > 0 {
			return Erased{More: true}, nil
		}
		if any, err := e.all(ctx, "import_requests", accountRef(account).Under("imports"), docs.Equal{Field: "CandidateID", Value: id}); any || err != nil {
			return Erased{More: true}, err
		}
		people = append(people, candidateRef(account, id), revisionRef(account, id))
	}
	return Erased{}, e.forget(ctx, people)
}

// forget leaves of the candidates what tells that they are deleted, and ends the deletion.
func (e *erasing) forget(ctx context.Context, refs []docs.Ref) error {
	var found []*hire.Candidate
	for i := 0; i < len(refs); i += 2 {
		c, err := docs.Get[hire.Candidate](ctx, e.tx, refs[i])
		if err != nil {
			return err
		}
		found = append(found, c)
	}
	for i, c := range found {
		if err := e.tx.Delete(refs[2*i+1]); err != nil {
			return err
		}
		if c == nil || c.Name == "" && len(c.Emails) == 0 {
			continue
		}
		c.Name, c.Emails = "", nil
		if err := e.tx.Set(refs[2*i], c); err != nil {
			return err
		}
		e.removed["names_and_addresses"]++
	}
	e.add()
	return e.s.endDeletion(e.tx, e.d, "", DeletionStep{What: "mail", Outcome: StepDone, Detail: "The candidate's conversations, messages, sends and references to their files, their name and addresses were removed."})
}

// add counts what this run has removed in a deletion that ends with it.
func (e *erasing) add() {
	if e.d.Removed == nil {
		e.d.Removed = map[string]int{}
	}
	for what, n := range e.removed {
		e.d.Removed[what] += n
	}
	clear(e.removed)
}

// threadOf removes a piece of the first conversation that there is: its messages, then what is known of the Gmail conversations that they came from, then who
// has seen it, then itself.
func (e *erasing) threadOf(ctx context.Context, where []docs.Equal, order string, desc bool) (any bool, err error) {
	account := e.d.AccountID
	found, err := docs.List[hire.Thread](ctx, e.tx, docs.Query{Collection: accountRef(account).Under("threads"), Where: where, OrderBy: order, Desc: desc, Limit: 1})
	if err != nil || len(found) == 0 {
		return false, err
	}
	t := found[0]
	messages, err := docs.List[hire.Message](ctx, e.tx, docs.Query{Collection: threadRef(account, t.ID).Under("messages"), Limit: eraseMessages})
	if err != nil {
		return true, err
	}
	for _, m := range messages {
		ref := messageRef(account, t.ID, m.ID)
		if err := e.remove("messages", ref); err != nil {
			return true, err
		}
		if err := e.blobs(ref, append(blobsOf(m.Attachments), m.BodyBlob, m.Original)); err != nil {
			return true, err
		}
		if m.MessageID != "" {
			if err := e.tx.Delete(rfcIDRef(account, m.CandidateID, m.MessageID)); err != nil {
				return true, err
			}
		}
	}
	if len(messages) > 0 {
		return true, nil
	}
	for _, src := range t.Sources {
		if any, err := e.source(ctx, src.Sub, src.GmailThreadID); any || err != nil {
			return true, err
		}
	}
	if any, err := e.all(ctx, "seen_marks", threadRef(account, t.ID).Under("seen")); any || err != nil {
		return true, err
	}
	return true, e.remove("conversations", threadRef(account, t.ID))
}

// blobs removes an owner's references to files.
func (e *erasing) blobs(owner docs.Ref, ids []string) error {
	n := 0
	for _, id := range ids {
		if id != "" {
			n++
		}
	}
	if n > 0 {
		e.removed["references_to_files"] += n
	}
	return unrefer(e.tx, e.d.AccountID, owner, ids)
}

// source removes what is known of a Gmail conversation of a mailbox.
func (e *erasing) source(ctx context.Context, sub, gmailThread string) (any bool, err error) {
	account := e.d.AccountID
	for _, known := range []string{"aliases", "excluded"} {
		if any, err = e.all(ctx, "gmail_ids", gmailRef(account, sub).Under(known), docs.Equal{Field: "GmailThreadID", Value: gmailThread}); any || err != nil {
			return any, err
		}
	}
	t, err := docs.Get[Tracked](ctx, e.tx, trackedRef(account, sub, gmailThread))
	if err != nil || t == nil {
		return false, err
	}
	return true, e.tracked(t)
}

// tracked removes the record of a Gmail conversation, and the entries by which its addresses find it.
func (e *erasing) tracked(t *Tracked) error {
	for _, a := range t.Addresses {
		if err := e.tx.Delete(waitingRef(t.AccountID, a, t.Sub, t.GmailThreadID)); err != nil {
			return err
		}
	}
	return e.remove("gmail_conversations", trackedRef(t.AccountID, t.Sub, t.GmailThreadID))
}

func (e *erasing) send(x *Send) error {
	ref := sendRef(x.AccountID, x.ID)
	if err := e.blobs(ref, append(blobsOf(x.Attachments), x.Original)); err != nil {
		return err
	}
	return e.remove("sends", ref)
}

// account removes a piece of all that is kept of an account. Its connections have ended.
func (e *erasing) account(ctx context.Context, a hire.Account) (Erased, error) {
	if !a.Deleted {
		return Erased{}, e.s.endDeletion(e.tx, e.d, "restored", kept("The account came back before all was removed. What had been removed before is counted."))
	}
	for _, piece := range []func(context.Context) (bool, error){e.anyThread, e.anyMailbox, e.anySend, e.anyBatch, e.anyUpload, e.anyRecord} {
		if any, err := piece(ctx); any || err != nil {
			return Erased{More: true}, err
		}
	}
	rest := hire.Account{ID: a.ID, Plan: a.Plan, Retention: a.Retention, Deleted: true, Version: a.Version}
	if err := e.tx.Set(accountRef(a.ID), &rest); err != nil {
		return Erased{}, err
	}
	return Erased{}, e.s.endDeletion(e.tx, e.d, "", DeletionStep{What: "mail", Outcome: StepDone, Detail: "All conversations, messages, sends, references to files, candidates, users and mailboxes of the account were removed."})
}

func (e *erasing) anyThread(ctx context.Context) (bool, error) {
	return e.threadOf(ctx, nil, "", false)
}

// anyMailbox removes a piece of the first mailbox's knowledge of Gmail, of each Google user that it has belonged to, and then the mailbox.
func (e *erasing) anyMailbox(ctx context.Context) (bool, error) {
	account := e.d.AccountID
	found, err := docs.List[Mailbox](ctx, e.tx, docs.Query{Collection: accountRef(account).Under("mailboxes"), Limit: 1})
	if err != nil || len(found) == 0 {
		return false, err
	}
	m := found[0]
	for _, sub := range append(slices.Clone(m.FormerSubs), m.Sub) {
		if sub == "" {
			continue
		}
		tracked, err := docs.List[Tracked](ctx, e.tx, docs.Query{Collection: gmailRef(account, sub).Under("tracked"), Limit: eraseMessages})
		if err != nil {
			return true, err
		}
		for _, t := range tracked {
			if err := e.tracked(t); err != nil {
				return true, err
			}
		}
		if len(tracked) > 0 {
			return true, nil
		}
		for _, known := range []string{"aliases", "excluded", "ledger"} {
			if any, err := e.all(ctx, "gmail_ids", gmailRef(account, sub).Under(known)); any || err != nil {
				return true, err
			}
		}
	}
	if err := e.tx.Delete(dueRef(m.Key())); err != nil {
		return true, err
	}
	return true, e.remove("mailboxes", mailboxRef(m.Key()))
}

func (e *erasing) anySend(ctx context.Context) (bool, error) {
	sends, err := docs.List[Send](ctx, e.tx, docs.Query{Collection: accountRef(e.d.AccountID).Under("sends"), Limit: eraseMessages})
	for _, x := range sends {
		if err := e.send(x); err != nil {
			return true, err
		}
	}
	return len(sends) > 0, err
}

func (e *erasing) anyBatch(ctx context.Context) (bool, error) {
	account := e.d.AccountID
	batches, err := docs.List[Batch](ctx, e.tx, docs.Query{Collection: accountRef(account).Under("batches"), Limit: 1})
	if err != nil || len(batches) == 0 {
		return false, err
	}
	ref := batchRef(account, batches[0].ID)
	if any, err := e.all(ctx, "batch_parts", ref.Under("parts")); any || err != nil {
		return true, err
	}
	if err := e.blobs(ref, []string{batches[0].Blob}); err != nil {
		return true, err
	}
	return true, e.remove("batches", ref)
}

func (e *erasing) anyUpload(ctx context.Context) (bool, error) {
	account := e.d.AccountID
	uploads, err := docs.List[Upload](ctx, e.tx, docs.Query{Collection: accountRef(account).Under("uploads"), Limit: eraseRecords})
	for _, u := range uploads {
		if err := e.blobs(uploadRef(account, u.ID), []string{u.Blob}); err != nil {
			return true, err
		}
		if err := e.remove("uploads", uploadRef(account, u.ID)); err != nil {
			return true, err
		}
	}
	return len(uploads) > 0, err
}

// anyRecord removes what has nothing below it.
func (e *erasing) anyRecord(ctx context.Context) (bool, error) {
	for _, c := range []struct{ collection, what string }{
		{"rfcids", "message_ids"}, {"imports", "import_requests"}, {"revisions", "counters"}, {"paces", "counters"}, {"merged", "candidates"}, {"addresses", "addresses"}, {"candidates", "candidates"},
		{"logins", "addresses"}, {"users", "users"}, {"formerusers", "users"},
	} {
		if any, err := e.all(ctx, c.what, accountRef(e.d.AccountID).Under(c.collection)); any || err != nil {
			return any, err
		}
	}
	return false, nil
}

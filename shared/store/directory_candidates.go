package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// waitingPerAddress bounds how many conversations of one address a directory change queues at once; the safety net finds the rest. A task takes threadsPerTask
// of them, since its body has a bound.
const (
	waitingPerAddress = 200
	threadsPerTask    = 500
)

// PutCandidate stores what Hire says of a candidate; false if a newer version is stored, or the account is deleted. Unmatched conversations that have an
// address of the profile are queued to be matched again, in the same commit, so that none falls between the two. The mail of one who was merged shows in the
// other's profile from this commit on. Of one who was deleted, the mail is removed if the account's retention says so.
func (s *Store) PutCandidate(ctx context.Context, c hire.Candidate) (applied bool, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "candidate.put", func(ctx context.Context, tx docs.Tx) error {
		applied, rs = false, nil
		account, err := docs.Get[hire.Account](ctx, tx, accountRef(c.AccountID))
		if err != nil {
			return err
		}
		if account == nil {
			return hire.Err(hire.CodeNotFound, "The account of this candidate is not known. Send the account first.")
		}
		if account.Deleted {
			return nil
		}
		old, err := docs.Get[hire.Candidate](ctx, tx, candidateRef(c.AccountID, c.ID))
		if err != nil {
			return err
		}
		if old != nil && old.Version >= c.Version {
			return nil
		}
		applied = true
		found, err := readFindable(ctx, tx, old, c)
		if err != nil {
			return err
		}
		merged, err := readMerging(ctx, tx, old, c)
		if err != nil {
			return err
		}
		if err := s.queueWaiting(ctx, tx, &rs, c, found.after); err != nil {
			return err
		}
		if err := found.write(tx, c.ID); err != nil {
			return err
		}
		if err := merged.write(tx); err != nil {
			return err
		}
		if err := s.deleteCandidate(tx, &rs, *account, old, c); err != nil {
			return err
		}
		if err := tx.Set(candidateRef(c.AccountID, c.ID), &c); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return applied, rs, err
}

// findable are the addresses that a candidate's new record is found by from now on, or was until now.
type findable struct {
	after   []string // from now on
	touched []string // these, and those of before
	refs    []docs.Ref
	records []*addressRecord // of touched
}

// readFindable reads the records of these addresses. Nobody finds a candidate who is deleted or merged.
func readFindable(ctx context.Context, tx docs.Tx, old *hire.Candidate, c hire.Candidate) (f findable, err error) {
	if !c.Deleted && c.MergedInto == "" {
		f.after = normalized(c.Emails)
	}
	f.touched = slices.Clone(f.after)
	if old != nil && !old.Deleted && old.MergedInto == "" {
		for _, a := range normalized(old.Emails) {
			if !slices.Contains(f.touched, a) {
				f.touched = append(f.touched, a)
			}
		}
	}
	f.refs = make([]docs.Ref, len(f.touched))
	for i, a := range f.touched {
		f.refs[i] = addressRef(c.AccountID, a)
	}
	f.records, err = docs.GetAll[addressRecord](ctx, tx, f.refs)
	return f, err
}

func (f findable) write(tx docs.Tx, candidate string) error {
	for i, a := range f.touched {
		var ids []string
		if f.records[i] != nil {
			ids = slices.DeleteFunc(slices.Clone(f.records[i].CandidateIDs), func(id string) bool { return id == candidate })
		}
		if slices.Contains(f.after, a) {
			ids = append(ids, candidate)
		}
		var err error
		if len(ids) == 0 {
			err = tx.Delete(f.refs[i])
		} else {
			err = tx.Set(f.refs[i], &addressRecord{CandidateIDs: ids})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// deleteCandidate begins the deletion of a candidate's mail, or notes that it is kept. One who was deleted while mail was kept, and is told of again now that it is not, is
// forgotten then.
func (s *Store) deleteCandidate(tx docs.Tx, rs *rows, a hire.Account, old *hire.Candidate, c hire.Candidate) error {
	erase := a.Retention == hire.RetentionDelete
	if old == nil || !c.Deleted || old.Deleted && !erase {
		return nil
	}
	d := Deletion{
		ID: hire.Digest("candidate", c.ID, fmt.Sprint(c.Version)), AccountID: c.AccountID, Kind: DeletionOfCandidate, Subject: c.ID, Reason: "candidate_deleted", Retention: a.Retention,
	}
	if err := s.audit(tx, c.AccountID, AuditEntry{Action: AuditCandidateDeleted, Target: c.ID, CandidateID: c.ID, Detail: "retention: " + string(a.Retention.Or())}); err != nil {
		return err
	}
	if erase {
		if err := rs.erase(OffboardTask{AccountID: c.AccountID, Reason: d.Reason, DeletionID: d.ID}, s.clock()); err != nil {
			return err
		}
		return s.beginDeletion(tx, d)
	}
	d.RequestedAt = s.clock()
	d.ExpiresAt = d.RequestedAt.Add(auditKept)
	return s.endDeletion(tx, &d, "", kept("The account's setting is to keep the mail of candidates who are deleted."))
}

// queueWaiting queues a look at every unmatched conversation that has one of the addresses, by mailbox.
func (s *Store) queueWaiting(ctx context.Context, tx docs.Tx, rs *rows, c hire.Candidate, addresses []string) error {
	threads := map[string][]string{}
	for _, a := range addresses {
		waiting, err := docs.List[waitingRecord](ctx, tx, docs.Query{
			Collection: accountRef(c.AccountID).Child("waiting", a).Under("conversations"), Limit: waitingPerAddress,
		})
		if err != nil {
			return err
		}
		for _, w := range waiting {
			if !slices.Contains(threads[w.UserID], w.GmailThreadID) {
				threads[w.UserID] = append(threads[w.UserID], w.GmailThreadID)
			}
		}
	}
	for user, all := range threads {
		for i, ids := range slices.Collect(slices.Chunk(all, threadsPerTask)) {
			t := SyncTask{AccountID: c.AccountID, UserID: user, Reason: "directory", Threads: ids}
			if err := rs.sync(t, fmt.Sprintf("match-%s-%s-%d-%d", user, c.ID, c.Version, i), s.clock()); err != nil {
				return err
			}
		}
	}
	return nil
}

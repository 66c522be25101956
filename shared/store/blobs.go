package store

import (
	"context"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// What a message, an upload, a send or a batch keeps in a blob is noted below the blob, in the transaction that writes it, so that what nothing refers to can be found
// and removed. Package blobs says how that is done without harm; whoever deletes an owner before it expires deletes its references in the same transaction.

// blobRefRecord says that a document has a blob.
type blobRefRecord struct {
	Owner     string    // the document
	ExpiresAt time.Time // as the owner does
}

// never is when the references of an owner expire that does not. It is a time like any other, since the index that Referenced reads leaves out a document
// without one.
var never = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// refer notes that an owner has these blobs, until it expires. Each blob counts once, and "" is none.
func refer(tx docs.Tx, account string, owner docs.Ref, until time.Time, blobs []string) error {
	slices.Sort(blobs)
	for _, id := range slices.Compact(blobs) {
		if id == "" {
			continue
		}
		if err := tx.Set(blobRefRef(account, id, owner), &blobRefRecord{Owner: string(owner), ExpiresAt: until}); err != nil {
			return err
		}
	}
	return nil
}

// unrefer notes that an owner, which goes, has these blobs no more.
func unrefer(tx docs.Tx, account string, owner docs.Ref, blobs []string) error {
	slices.Sort(blobs)
	for _, id := range slices.Compact(blobs) {
		if id == "" {
			continue
		}
		if err := tx.Delete(blobRefRef(account, id, owner)); err != nil {
			return err
		}
	}
	return nil
}

// blobsOf are the blobs of files.
func blobsOf(files []hire.Attachment) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Blob)
	}
	return out
}

// putMessage writes a message, made storable, and that it has its blobs.
func putMessage(tx docs.Tx, m *hire.Message) error {
	fit(m)
	ref := messageRef(m.AccountID, m.ThreadID, m.ID)
	// Not Create: a client may repeat a commit that had succeeded, and that it is not there yet is what the transaction has read.
	if err := tx.Set(ref, m); err != nil {
		return err
	}
	return refer(tx, m.AccountID, ref, never, append(blobsOf(m.Attachments), m.BodyBlob, m.Original))
}

// Referenced tells whether a message, an upload, a send or a batch of the account that has not expired has the blob.
func (s *Store) Referenced(ctx context.Context, account, blob string) (bool, error) {
	found, err := list[blobRefRecord](ctx, s, "blob.referenced", docs.Query{
		Collection: blobRef(account, blob).Under("refs"), OrderBy: "ExpiresAt", Desc: true, Before: s.clock(), Limit: 1,
	})
	return len(found) > 0, err
}

// blobSweepRecord says how far the look for blobs that nothing refers to has come.
type blobSweepRecord struct {
	After string    // where it goes on; "" at the beginning
	DueAt time.Time // not before
}

// BeginBlobSweep gives one caller the turn to look for blobs that nothing refers to, and says where to go on; due is false where it is not time yet. The next turn
// is at the given time, from the same place, unless EndBlobSweep says otherwise: so a turn whose process dies, or whose commit is not known to have succeeded, is missed
// and no more.
func (s *Store) BeginBlobSweep(ctx context.Context, next time.Time) (after string, due bool, err error) {
	err = s.db.Update(ctx, "blobs.begin", func(ctx context.Context, tx docs.Tx) error {
		after, due = "", false
		r, err := docs.Get[blobSweepRecord](ctx, tx, blobSweepRef)
		if err != nil {
			return err
		}
		if r == nil {
			r = &blobSweepRecord{}
		}
		if s.clock().Before(r.DueAt) {
			return nil
		}
		after, due = r.After, true
		r.DueAt = next
		return tx.Set(blobSweepRef, r)
	})
	return after, due, err
}

// EndBlobSweep notes where the next turn goes on, and when.
func (s *Store) EndBlobSweep(ctx context.Context, after string, next time.Time) error {
	return s.db.Update(ctx, "blobs.end", func(_ context.Context, tx docs.Tx) error {
		return tx.Set(blobSweepRef, &blobSweepRecord{After: after, DueAt: next})
	})
}

package docs

import (
	"context"
	"errors"
	"time"
)

// Errors of a transaction. Compare with errors.Is.
var (
	// ErrExists: Create met a document that is there already. The transaction did nothing.
	ErrExists = errors.New("document exists")
	// ErrContention: the transaction lost against others more often than the bound allows. Try the whole operation later.
	ErrContention = errors.New("too much contention")
	// ErrReadAfterWrite: a transaction read after its first write, which Firestore forbids, so every driver does.
	ErrReadAfterWrite = errors.New("read after write in a transaction")
	// ErrNoIndex: a query asks for an order or a filter that the schema has no index for.
	ErrNoIndex = errors.New("no index for this query")
	// ErrReadOnly: a write in a View.
	ErrReadOnly = errors.New("write in a read-only transaction")
	// ErrTooLarge: an id, a document or a whole transaction beyond the bounds of Firestore.
	ErrTooLarge = errors.New("larger than the database takes")
	// ErrNested: Update or View was called with the context of a running transaction. Nesting would wait for itself.
	ErrNested = errors.New("transaction within a transaction")
)

// DB runs transactions over documents. A document is a Go struct; drivers store its exported fields under their Go
// names (`docs:"-"` is not supported: keep what should not be stored out of the struct).
//
// Fields are bools, numbers (integers within int64), strings (UTF-8), []byte, time.Time, structs, pointers to them, slices (not of
// slices) and maps with non-empty string keys. Times come back in UTC, cut to microseconds. An empty slice or map may come back as nil,
// and an embedded struct's fields count as the outer one's own.
type DB interface {
	// Update runs fn in a read-write transaction, under op's name in metrics and fault injection. fn may run several times and must have
	// no side effects. All reads come before all writes. It either commits whole or leaves nothing. An error from a method of
	// tx dooms the transaction, even if fn does not hand it on. fn must not call the DB with its ctx (ErrNested).
	Update(ctx context.Context, op string, fn func(ctx context.Context, tx Tx) error) error
	// View runs fn over one consistent snapshot, without writes.
	View(ctx context.Context, op string, fn func(ctx context.Context, tx Tx) error) error
	// Replace writes a document where it is still as it was when a transaction read it under this stamp, and says whether it was. It reads nothing. A write
	// of which the answer got lost may be taken for one that did not happen, never the other way round.
	Replace(ctx context.Context, op string, ref Ref, seen Stamp, doc any) (replaced bool, err error)
	// Close releases the database. Calls after it fail.
	Close() error
}

// Tx is one transaction. It is used by one goroutine, only inside the function it was given to.
type Tx interface {
	// Get reads documents in one round trip. into[i] is a pointer to the struct that refs[i] is decoded into; the answer says
	// which were found. Those not found leave into[i] untouched.
	Get(ctx context.Context, refs []Ref, into []any) (found []bool, err error)
	// Query reads one page of a collection in the order of the index it uses.
	Query(ctx context.Context, q Query) ([]Row, error)
	// Count counts the documents of a collection, or those of them that a Query with the same Where finds. It reads no document: Firestore takes one read for each 1,000 that
	// are counted, and one where there is none.
	Count(ctx context.Context, collection string, where ...Equal) (int, error)
	// Stamp marks the state of a document that this transaction has got; "" for one that is not there.
	Stamp(ref Ref) Stamp
	// Create writes a document that must not exist yet (ErrExists, at the latest at the commit).
	Create(ref Ref, doc any) error
	// Set writes a document, replacing what is there.
	Set(ref Ref, doc any) error
	// Delete removes a document; that it is absent is no error.
	Delete(ref Ref) error
}

// Stamp is one state of a document. Two states never have the same; it says nothing about which is the later one.
type Stamp string

// Row is one answer of a Query.
type Row struct {
	Ref    Ref
	Decode func(into any) error
}

// Purger is implemented by drivers that must be told to remove what has expired; Firestore does it by itself.
type Purger interface {
	Purge(ctx context.Context, now time.Time, limit int) (removed int, err error)
}

package docs

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
)

// Ref names a document by alternating collection and document ids, as Firestore does:
// "accounts/a1/users/u7". Build it with Path, which escapes the ids.
type Ref string

// Path builds a Ref from alternating collection names and document ids. It panics on an odd number of parts or an
// empty part: both are programming errors, and a key with a hole in it would mix up tenants.
func Path(parts ...string) Ref {
	if len(parts) == 0 || len(parts)%2 != 0 {
		panic(fmt.Sprintf("docs: path of %d parts", len(parts)))
	}
	return Ref(join(parts))
}

// Under builds the path of a collection below a document ("accounts/a1" + "users"), for a Query.
func (r Ref) Under(collection string) string { return string(r) + "/" + collection }

// Child names a document in a collection below r.
func (r Ref) Child(collection, id string) Ref {
	return Ref(string(r) + "/" + join([]string{collection, id}))
}

// ID is the last part of the Ref, unescaped.
func (r Ref) ID() string {
	s := string(r)
	return unescape(s[strings.LastIndexByte(s, '/')+1:])
}

// Parent is the path of the collection that holds the document.
func (r Ref) Parent() string {
	s := string(r)
	return s[:strings.LastIndexByte(s, '/')]
}

func join(parts []string) string {
	var b strings.Builder
	for i, p := range parts {
		if p == "" {
			panic(fmt.Sprintf("docs: part %d of a path is empty", i))
		}
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(escape(p))
	}
	return b.String()
}

// Firestore forbids "/" in ids, the ids "." and "..", and ids like __x__. All of them are escaped by a percent code,
// so that any string may serve as an id and two strings never meet.
var (
	escaper   = strings.NewReplacer("%", "%25", "/", "%2F", "_", "%5F")
	unescaper = strings.NewReplacer("%2F", "/", "%5F", "_", "%2E", ".", "%25", "%")
)

func escape(s string) string {
	if s == "." || s == ".." {
		return strings.ReplaceAll(s, ".", "%2E")
	}
	if strings.HasPrefix(s, "__") {
		return escaper.Replace(s)
	}
	return strings.NewReplacer("%", "%25", "/", "%2F").Replace(s)
}

func unescape(s string) string { return unescaper.Replace(s) }

// DB runs transactions over documents. A document is a Go struct; drivers store its exported fields under their Go
// names (`docs:"-"` is not supported: keep what should not be stored out of the struct).
type DB interface {
	// Update runs fn in a read-write transaction, under op's name in metrics and fault injection. fn may run several times and must have
	// no side effects. All reads come before all writes. It either commits whole or leaves nothing.
	Update(ctx context.Context, op string, fn func(ctx context.Context, tx Tx) error) error
	// View runs fn over one consistent snapshot, without writes.
	View(ctx context.Context, op string, fn func(ctx context.Context, tx Tx) error) error
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
	// Create writes a document that must not exist yet (ErrExists, at the latest at the commit).
	Create(ref Ref, doc any) error
	// Set writes a document, replacing what is there.
	Set(ref Ref, doc any) error
	// Delete removes a document; that it is absent is no error.
	Delete(ref Ref) error
}

// Row is one answer of a Query.
type Row struct {
	Ref    Ref
	Decode func(into any) error
}

// Query asks for one page of one collection. Where and OrderBy must match an Index of the schema (Where fields first, in the
// index's order, then OrderBy); with neither, documents come in the order of their ids. Keyset paging: After names the last row of
// the page before, so a page costs the same however deep it lies.
type Query struct {
	Collection string // path of the collection: "accounts/a1/candidates/c1/threads"
	Where      []Equal
	OrderBy    string
	Desc       bool
	// Before, if not nil, ends the page before this value of OrderBy (exclusive in the direction of travel). It has the field's type.
	Before any
	// After is the position of the last row of the page before; nil for the first page.
	After *Position
	Limit int // at least 1
}

// Equal is one equality condition.
type Equal struct {
	Field string
	Value any // string, bool, int64, int or time.Time
}

// Position is a place in the order of a query: the order field's value (nil without OrderBy) and the document's id.
type Position struct {
	Value any
	ID    string
}

// Index says that documents in collections of this name (the last part of the collection's path, whatever its parents) can be queried by
// equality on all Fields but the last, in the order of the last one; or by equality on all of them, in the order of ids.
// Terraform's Firestore indexes are generated from the same list.
type Index struct {
	Collection string
	Fields     []string
}

// TTL says that documents of the collection are removed some time after the time in Field (zero: never). Removal is lazy, so whoever
// reads a document must still look at the time.
type TTL struct {
	Collection string
	Field      string
}

// Schema is what a driver must know beforehand.
type Schema struct {
	Indexes []Index
	TTLs    []TTL
}

// Purger is implemented by drivers that must be told to remove what has expired; Firestore does it by itself.
type Purger interface {
	Purge(ctx context.Context, now time.Time, limit int) (removed int, err error)
}

// Get reads one document; nil if it does not exist.
func Get[T any](ctx context.Context, tx Tx, ref Ref) (*T, error) {
	doc := new(T)
	found, err := tx.Get(ctx, []Ref{ref}, []any{doc})
	if err != nil {
		return nil, err
	}
	if !found[0] {
		return nil, nil
	}
	return doc, nil
}

// GetAll reads documents of one type in one round trip; nil where one does not exist.
func GetAll[T any](ctx context.Context, tx Tx, refs []Ref) ([]*T, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	into := make([]any, len(refs))
	out := make([]*T, len(refs))
	for i := range refs {
		out[i] = new(T)
		into[i] = out[i]
	}
	found, err := tx.Get(ctx, refs, into)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if !found[i] {
			out[i] = nil
		}
	}
	return out, nil
}

// List reads one page of documents of one type.
func List[T any](ctx context.Context, tx Tx, q Query) ([]*T, error) {
	rows, err := tx.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]*T, len(rows))
	for i, r := range rows {
		out[i] = new(T)
		if err := r.Decode(out[i]); err != nil {
			return nil, fmt.Errorf("decode %s: %w", r.Ref, err)
		}
	}
	return out, nil
}

package store

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// ErrTooLarge: the database does not take a record, or a whole commit, of this size. Nothing was stored.
var ErrTooLarge = docs.ErrTooLarge

// Store runs the domain's transactions on a document database.
type Store struct {
	db   docs.DB
	now  func() time.Time
	rand io.Reader

	replies ReplyAddresses

	restoredAt time.Time
}

// Options of a Store; the zero value is for production.
type Options struct {
	Now  func() time.Time // nil: time.Now
	Rand io.Reader        // for ids; nil: crypto/rand
	// Replies signs reply addresses; nil: the events about imported messages have none.
	Replies ReplyAddresses
	// RestoredAt is when the database was restored from a backup; zero: never. What was to be sent before then may have left since the backup was made, which nothing in it
	// tells: it is never sent by itself.
	RestoredAt time.Time
}

// New makes a Store on a database opened with Schema.
func New(db docs.DB, o Options) (*Store, error) {
	if db == nil {
		return nil, errors.New("store: no database given")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	return &Store{db: db, now: o.Now, rand: o.Rand, replies: o.Replies, restoredAt: o.RestoredAt}, nil
}

// clock is the present in the precision that every driver keeps.
func (s *Store) clock() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// NewID makes a random id of 96 bits.
func (s *Store) NewID() (string, error) {
	var b [12]byte
	if _, err := io.ReadFull(s.rand, b[:]); err != nil {
		return "", fmt.Errorf("new id: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// timeID makes ids that sort by time: for audit entries and the like.
func timeID(at time.Time, tail string) string {
	return fmt.Sprintf("%016x-%s", at.UnixMicro(), tail)
}

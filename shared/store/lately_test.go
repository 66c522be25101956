package store

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Whenever it is asked, the place lies before all that was listed within the last minute, and not before what was listed more than three minutes ago, as far as the cursor
// has moved every minute.
func TestLately(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		m, now := Mailbox{Cursor: 1}, time.Unix(1_800_000_000, 0)
		type listing struct {
			from int64
			at   time.Time
		}
		var listings []listing
		for range 50 {
			now = now.Add(time.Duration(random.IntN(90)) * time.Second)
			if random.IntN(3) > 0 {
				listings = append(listings, listing{m.Cursor, now})
				Advance{Cursor: m.Cursor + 1}.apply(&m, now)
				continue
			}
			cursor, any := m.Lately(now)
			for _, l := range listings {
				switch age := now.Sub(l.at); {
				case age < lately && (!any || cursor > l.from):
					t.Fatalf("what was listed from %d on %s ago is not behind %d (%t)", l.from, age, cursor, any)
				case any && age > 4*lately && cursor < l.from:
					t.Fatalf("%d is before what was listed from %d on %s ago", cursor, l.from, age)
				}
			}
		}
	}
}

func TestLatelyOfAMailboxThatHasNotMoved(t *testing.T) {
	t.Parallel()
	m, now := Mailbox{Cursor: 7}, time.Unix(1_800_000_000, 0)
	if cursor, any := m.Lately(now); any {
		t.Errorf("%d, though it has never moved", cursor)
	}
	Advance{Cursor: 7}.apply(&m, now) // an empty listing
	if cursor, any := m.Lately(now); any {
		t.Errorf("%d, though nothing was listed", cursor)
	}
	Advance{Cursor: 9}.apply(&m, now)
	if cursor, any := m.Lately(now.Add(30 * time.Second)); !any || cursor != 7 {
		t.Errorf("%d (%t), want 7", cursor, any)
	}
	if cursor, any := m.Lately(now.Add(time.Hour)); any {
		t.Errorf("%d, an hour later", cursor)
	}
}

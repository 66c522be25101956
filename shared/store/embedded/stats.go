package embedded

import (
	"maps"
	"sync"
)

// Count says what the transactions of one op did.
type Count struct {
	Transactions int64 // Updates and Views that ran
	Gets         int64 // calls of Get: round trips, in the cloud
	Queries      int64 // calls of Query
	Reads        int64 // documents asked for by Get, found or not, and rows of queries
	Writes       int64 // documents created or set, of committed transactions
	Deletes      int64 // documents deleted, there or not, of committed transactions
	Bytes        int64 // of the documents in Writes, as they lie in the file
}

func (c *Count) add(d Count) {
	c.Transactions += d.Transactions
	c.Gets += d.Gets
	c.Queries += d.Queries
	c.Reads += d.Reads
	c.Writes += d.Writes
	c.Deletes += d.Deletes
	c.Bytes += d.Bytes
}

type counters struct {
	mu sync.Mutex
	by map[string]Count
}

func (c *counters) add(op string, d Count) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[string]Count{}
	}
	sum := c.by[op]
	sum.add(d)
	c.by[op] = sum
}

// Stats tells what was done since Open or ResetStats, by op.
func (db *DB) Stats() map[string]Count {
	db.stats.mu.Lock()
	defer db.stats.mu.Unlock()
	return maps.Clone(db.stats.by)
}

// Total adds up what Stats tells.
func (db *DB) Total() Count {
	var sum Count
	for _, c := range db.Stats() {
		sum.add(c)
	}
	return sum
}

// ResetStats begins the count anew.
func (db *DB) ResetStats() {
	db.stats.mu.Lock()
	defer db.stats.mu.Unlock()
	db.stats.by = nil
}

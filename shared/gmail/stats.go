package gmail

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Stats counts what a Client has done since it was made.
type Stats struct {
	RoundTrips int64 // HTTP requests, whatever came of them
	Methods    map[string]MethodStats
}

// MethodStats counts the calls of one method; each try and each part of a batch is one.
type MethodStats struct {
	Calls int64
	Units int64
}

// Units is the sum over all methods.
func (s Stats) Units() (total int64) {
	for _, m := range s.Methods {
		total += m.Units
	}
	return total
}

type counter struct {
	trips atomic.Int64
	units map[string]int

	mu      sync.Mutex
	methods map[string]MethodStats
}

func (c *counter) count(calls []method) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range calls {
		s := c.methods[m.name]
		s.Calls++
		s.Units += int64(c.units[m.name])
		c.methods[m.name] = s
	}
}

// cost is what calls cost together.
func (c *counter) cost(calls []method) (units int) {
	for _, m := range calls {
		units += c.units[m.name]
	}
	return units
}

// Stats tells what the Client has done so far.
func (c *Client) Stats() Stats {
	c.counter.mu.Lock()
	defer c.counter.mu.Unlock()
	return Stats{RoundTrips: c.counter.trips.Load(), Methods: maps.Clone(c.counter.methods)}
}

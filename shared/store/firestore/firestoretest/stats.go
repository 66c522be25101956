package firestoretest

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"
)

// Stats count what Firestore bills, and the round trips.
// Source: https://cloud.google.com/firestore/docs/billing-details
type Stats struct {
	Calls   int // round trips, of every kind
	Reads   int // documents; one that is not there counts, and so does a query that finds none
	Writes  int // documents
	Deletes int // documents
}

// Minus is what has come since an earlier count.
func (s Stats) Minus(before Stats) Stats {
	return Stats{Calls: s.Calls - before.Calls, Reads: s.Reads - before.Reads, Writes: s.Writes - before.Writes, Deletes: s.Deletes - before.Deletes}
}

// Stats gives the counts since the start.
func (p *Proxy) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

func (p *Proxy) countRequest(method string, request []byte) {
	if method != "Commit" {
		return
	}
	var c firestorepb.CommitRequest
	if err := proto.Unmarshal(request, &c); err != nil {
		return // the emulator will say so
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range c.Writes {
		if w.GetDelete() != "" {
			p.stats.Deletes++
		} else {
			p.stats.Writes++
		}
	}
}

func (p *Proxy) countAnswers(method string, answers [][]byte) {
	reads := 0
	for _, a := range answers {
		switch method {
		case "BatchGetDocuments":
			var r firestorepb.BatchGetDocumentsResponse
			if proto.Unmarshal(a, &r) == nil && r.Result != nil {
				reads++
			}
		case "RunQuery":
			var r firestorepb.RunQueryResponse
			if proto.Unmarshal(a, &r) == nil && r.Document != nil {
				reads++
			}
		}
	}
	if method == "RunAggregationQuery" {
		for _, a := range answers {
			var r firestorepb.RunAggregationQueryResponse
			if proto.Unmarshal(a, &r) == nil {
				for _, n := range r.GetResult().GetAggregateFields() {
					reads += int(max(1, (n.GetIntegerValue()+999)/1000)) // one for each 1,000 that are counted
				}
			}
		}
	}
	if method == "RunQuery" {
		reads = max(reads, 1)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.Reads += reads
}

package profile

import (
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Receipt says what was compared with Gmail: "14 of 14, checked 09:42".
type Receipt struct {
	State     string         // verified, repairing, unchecked (not compared yet), local (no mailbox holds it)
	Stored    int            // messages of Gmail's that are here
	InGmail   int            // messages in Gmail that the rules admit
	Excluded  map[string]int // by reason, how many the rules leave out; never nil
	CheckedAt time.Time
}

// receiptOf is the receipt of a conversation. Where several mailboxes hold it, it is that of the one with most of it; all must be complete.
func receiptOf(t hire.Thread, sources []store.Tracked) Receipt {
	out := Receipt{State: "local", Stored: t.Messages, InGmail: t.Messages}
	for i, src := range sources {
		if i == 0 || src.InGmail > out.InGmail {
			out.Stored, out.InGmail, out.CheckedAt, out.Excluded = src.Stored, src.InGmail, src.CheckedAt, src.Excluded
		}
	}
	if out.Excluded == nil {
		out.Excluded = map[string]int{}
	}
	if len(sources) == 0 {
		return out
	}
	out.State = "verified"
	for _, src := range sources {
		switch {
		case src.Stored < src.InGmail:
			out.State = "repairing"
			return out
		case src.CheckedAt.IsZero():
			out.State = "unchecked"
		}
	}
	return out
}

// total adds receipts up. It is as good as the worst of them, and was checked as long ago as the one that was checked first.
func total(receipts []Receipt) Receipt {
	rank := map[string]int{"local": 0, "verified": 1, "unchecked": 2, "repairing": 3}
	out := Receipt{State: "local", Excluded: map[string]int{}}
	for _, r := range receipts {
		out.Stored += r.Stored
		out.InGmail += r.InGmail
		for reason, n := range r.Excluded {
			out.Excluded[reason] += n
		}
		if rank[r.State] > rank[out.State] {
			out.State = r.State
		}
		if !r.CheckedAt.IsZero() && (out.CheckedAt.IsZero() || r.CheckedAt.Before(out.CheckedAt)) {
			out.CheckedAt = r.CheckedAt
		}
	}
	return out
}

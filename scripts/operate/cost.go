package operate

import (
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
)

// Units is what something takes of Gmail's quota: at least, and at most, as far as it can be known beforehand. A message that turns out to be missing takes
// messages.get on top, and so does a labelled conversation that Hire does not know yet threads.get.
type Units struct{ Least, Most int }

// String implements fmt.Stringer.
func (u Units) String() string {
	if u.Least == u.Most {
		return fmt.Sprintf("%d units", u.Most)
	}
	return fmt.Sprintf("%d to %d units", u.Least, u.Most)
}

func (u Units) plus(o Units) Units { return Units{u.Least + o.Least, u.Most + o.Most} }

// Walk is what the walk of the day takes: a list of the labelled conversations, and each that has changed since it was compared.
func Walk(q gmail.Quota, c Conversations) Units {
	const listed = 100 // conversations in one answer
	least := q.Units["history.list"] + q.Units["labels.list"] + q.Units["threads.list"]*max((c.Labelled+listed-1)/listed, 1)
	return Units{least, least + c.Labelled*q.Units["threads.get"]}
}

// Resync is what a resync takes: each conversation, and after that a walk that finds all of them compared.
func Resync(q gmail.Quota, c Conversations) Units {
	all := Walk(q, c).Least + c.Compared()*q.Units["threads.get"]
	return Units{all, all}
}

// alone is how long a mailbox takes that has so many units to spend, as the work of old mail may fill a part of its minute only.
func alone(q gmail.Quota, units int) time.Duration {
	return at(q.UserPerMinute*gmail.PriorityBackfill.Share()/100, units)
}

// at is how long so many units take at a pace of units a minute.
func at(perMinute, units int) time.Duration {
	return time.Duration(float64(units) / float64(perMinute) * float64(time.Minute))
}

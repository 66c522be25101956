package store

import (
	"context"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// A delivery report marks the mail that it speaks of. It knows that by Message-ID alone; where the mail is not in the profile yet, for the report can be faster than
// the record of the send, what it says waits in the record of the Message-ID, and whoever files the mail takes it from there.

// delivery is what a report says, as it stands with the mail.
func delivery(report hire.Message, r hire.DeliveryReport) *hire.Delivery {
	d := &hire.Delivery{State: hire.DeliveryFailed, Recipients: r.Recipients, Status: r.Status, Reason: r.Reason, At: report.ReceivedAt, ReportThreadID: report.ThreadID, ReportID: report.ID}
	if r.Delayed {
		d.State = hire.DeliveryDelayed
	}
	return d
}

// after is what is known of a mail after another report: that it failed is final, and the addresses it has not reached add up.
func after(known, next *hire.Delivery) *hire.Delivery {
	if known == nil {
		return next
	}
	if known.State == hire.DeliveryFailed && next.State == hire.DeliveryDelayed {
		return known
	}
	out := *next
	if known.State == next.State {
		for _, a := range known.Recipients {
			if !slices.ContainsFunc(out.Recipients, func(b string) bool { return hire.SameAddress(a, b) }) {
				out.Recipients = append(slices.Clone(out.Recipients), a)
			}
		}
	}
	return &out
}

// reported is a mail that a report speaks of.
type reported struct {
	thread, id string
	stored     *hire.Message // nil: it is in this commit, or not there yet
}

// readReported finds the mails that the reports of this commit speak of, and notes what waits for mails that it brings.
func (f *filing) readReported(ctx context.Context, holders map[string]holder) error {
	f.early, f.marks = map[string]*hire.Delivery{}, map[int]*reported{}
	for id, h := range holders {
		if h.early != nil {
			f.early[id] = h.early
		}
	}
	stored := map[docs.Ref]*hire.Message{}
	for i, l := range f.letters {
		if l.in.Report == nil || l.exists {
			continue
		}
		msg := l.in.Message
		msg.ThreadID = l.thread
		say := delivery(msg, *l.in.Report)
		for _, id := range l.in.Report.Originals {
			if o := f.brings(id); o != nil {
				f.early[id] = after(f.early[id], say)
				f.marks[i] = &reported{thread: o.thread, id: o.in.Message.ID}
				break
			}
			found, err := f.outbound(ctx, holders[id], stored)
			if err != nil {
				return err
			}
			if found != nil {
				found.Delivery = after(found.Delivery, say)
				f.marks[i] = &reported{thread: found.ThreadID, id: found.ID, stored: found}
				break
			}
		}
		if f.marks[i] == nil && len(l.in.Report.Originals) > 0 {
			id := l.in.Report.Originals[0]
			if h := holders[id]; h.candidate == "" { // nobody knows of such a mail yet
				f.early[id] = after(f.early[id], say)
				f.wait = append(f.wait, id)
			}
		}
	}
	return nil
}

// brings is the mail of this Message-ID that comes into the profile with this commit; nil if none does.
func (f *filing) brings(id string) *letter {
	for i := range f.letters {
		if l := &f.letters[i]; l.in.Message.MessageID == id && !l.exists && l.in.Report == nil {
			return l
		}
	}
	return nil
}

// outbound reads the mail of one of the account's users among those of a Message-ID; nil if there is none.
func (f *filing) outbound(ctx context.Context, h holder, stored map[docs.Ref]*hire.Message) (*hire.Message, error) {
	for i, thread := range h.threads {
		id := h.message(i)
		if id == "" {
			continue
		}
		ref := messageRef(f.account, thread, id)
		if _, read := stored[ref]; !read {
			m, err := docs.Get[hire.Message](ctx, f.tx, ref)
			if err != nil {
				return nil, err
			}
			stored[ref] = m
		}
		if m := stored[ref]; m != nil && m.Direction == hire.Outbound {
			return m, nil
		}
	}
	return nil, nil
}

// writeReported marks the mails, and lets wait what is said of mails not filed yet.
func (f *filing) writeReported() error {
	for _, r := range f.marks {
		if r.stored == nil {
			continue
		}
		if err := f.tx.Set(messageRef(f.account, r.thread, r.id), r.stored); err != nil {
			return err
		}
	}
	for _, id := range f.wait {
		if err := f.tx.Set(rfcIDRef(f.account, f.tracked.CandidateID, id), &rfcIDRecord{Early: f.early[id]}); err != nil {
			return err
		}
	}
	return nil
}

package mailsync

import (
	"slices"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// fact is what a page of history tells of one message, by ids alone.
type fact struct {
	id      string
	added   bool
	deleted bool
	seen    bool // in INBOX or SENT by some record, even if no longer
	sent    bool
	back    bool                 // taken out of spam or the bin, or put into the inbox
	on      []string             // import labels that were put on and not taken off again, or stood on it when it came
	unlabel []string             // import labels that were taken off, where none was put on since
	out     hire.ExclusionReason // spam, bin or draft by the last record that tells; "" for none of them
}

// put notes the import labels among those that a message was given.
func (f *fact) put(labels []string, isImportLabel func(string) bool) {
	for _, id := range labels {
		if isImportLabel(id) && !slices.Contains(f.on, id) {
			f.on, f.unlabel = append(f.on, id), nil
		}
	}
}

// conversation is what a page of history tells of one Gmail thread.
type conversation struct {
	id    string
	facts []*fact
}

func (c *conversation) any(is func(*fact) bool) bool { return slices.ContainsFunc(c.facts, is) }

// shown are the messages that a reading of the whole must show.
func (c *conversation) shown() (ids []string) {
	for _, f := range c.facts {
		if !f.deleted && f.out != hire.ExcludedDraft {
			ids = append(ids, f.id)
		}
	}
	return ids
}

// digest gathers the records of a page by conversation, in the order of their first appearance.
func digest(records []gmail.HistoryRecord, isImportLabel func(string) bool) []*conversation {
	byThread := map[string]*conversation{}
	byMessage := map[string]*fact{}
	var out []*conversation
	of := func(m gmail.MessageRef) *fact {
		c := byThread[m.ThreadID]
		if c == nil {
			c = &conversation{id: m.ThreadID}
			byThread[m.ThreadID] = c
			out = append(out, c)
		}
		f := byMessage[m.ID]
		if f == nil {
			f = &fact{id: m.ID}
			byMessage[m.ID] = f
			c.facts = append(c.facts, f)
		}
		f.seen = f.seen || hire.InInboxOrSent(m.LabelIDs)
		f.sent = f.sent || slices.Contains(m.LabelIDs, hire.LabelSent)
		f.out = hire.Exclusion(m.LabelIDs)
		return f
	}
	for _, rec := range records {
		for _, m := range rec.Added {
			f := of(m)
			f.added = true
			// A filter's label stands only here: no labelsAdded record follows.
			f.put(m.LabelIDs, isImportLabel)
		}
		for _, m := range rec.Deleted {
			of(m).deleted = true
		}
		for _, l := range rec.LabelsAdded {
			f := of(l.MessageRef)
			f.seen = f.seen || hire.InInboxOrSent(l.Changed)
			f.sent = f.sent || slices.Contains(l.Changed, hire.LabelSent)
			f.back = f.back || slices.Contains(l.Changed, hire.LabelInbox)
			f.put(l.Changed, isImportLabel)
		}
		for _, l := range rec.LabelsRemoved {
			f := of(l.MessageRef)
			// Taken out of the inbox now means that it was in it.
			f.seen = f.seen || hire.InInboxOrSent(l.Changed)
			f.sent = f.sent || slices.Contains(l.Changed, hire.LabelSent)
			f.back = f.back || slices.Contains(l.Changed, hire.LabelSpam) || slices.Contains(l.Changed, hire.LabelTrash)
			for _, id := range l.Changed {
				if isImportLabel(id) {
					f.on, f.unlabel = slices.DeleteFunc(f.on, func(on string) bool { return on == id }), append(f.unlabel, id)
				}
			}
		}
	}
	return out
}

// work is what is to be done about one conversation.
type work struct {
	tracked  store.Tracked
	id       string
	whole    bool // look at all of it
	labelled bool
	on       []*fact  // messages that import labels were put on
	unlabel  []string // import labels taken off a message of it: is it still labelled?
	told     []string // messages that the records tell of: a reading of the whole must show them
	wanted   []string
	archived []string // those of wanted that only the label lets in: they were in neither the inbox nor what was sent
	excluded []store.Exclusion
}

// unlabelled is what is left to do about a conversation of our own that no longer carries the label.
func (w work) unlabelled() work {
	for _, id := range w.archived {
		w.excluded = append(w.excluded, store.Exclusion{GmailID: id, GmailThreadID: w.id, Reason: hire.ExcludedSkippedInbox})
	}
	w.wanted = slices.DeleteFunc(slices.Clone(w.wanted), func(id string) bool { return slices.Contains(w.archived, id) })
	w.archived, w.labelled, w.tracked.Labelled = nil, false, false
	return w
}

func (w work) nothing() bool {
	return !w.whole && len(w.unlabel) == 0 && len(w.wanted) == 0 && len(w.excluded) == 0
}

// take says what becomes of one message of a tracked conversation.
func (w *work) take(f *fact) {
	switch {
	case f.deleted:
	case f.seen || (w.tracked.Labelled && (f.added || f.back)):
		w.wanted = append(w.wanted, f.id)
		if !f.seen {
			w.archived = append(w.archived, f.id)
		}
	case f.added && f.out != hire.ExcludedDraft: // drafts come and go
		reason := f.out
		if reason == "" {
			reason = hire.ExcludedSkippedInbox
		}
		w.excluded = append(w.excluded, store.Exclusion{GmailID: f.id, GmailThreadID: w.id, Reason: reason})
	}
}

// plan is what is to be done about the conversations, of which tracked are known.
func plan(conversations []*conversation, tracked map[string]store.Tracked) (jobs []work) {
	for _, c := range conversations {
		t, known := tracked[c.id]
		if w := decide(c, t, known); !w.nothing() {
			jobs = append(jobs, w)
		}
	}
	return jobs
}

// decide says what the rules of import make of a conversation. known is false where we have never met it.
func decide(c *conversation, t store.Tracked, known bool) work {
	w := work{tracked: t, id: c.id}
	ours := known && t.Ours
	labelled := c.any(func(f *fact) bool {
		// On a conversation of our own, the label on what we sent is the one that we put there ourselves.
		return len(f.on) > 0 && !f.deleted && !(ours && f.sent)
	})
	w.labelled = labelled
	active := known && t.State == store.TrackActive
	switch {
	case w.labelled && (!active || !t.Labelled):
		w.whole = true
	case active && t.Labelled && t.CheckedAt.IsZero():
		w.whole = true // an earlier reading was broken off before all of it was filed
	case known && t.State == store.TrackUnmatched && c.any(func(f *fact) bool { return f.added || f.back }):
		w.whole, w.labelled = true, t.Labelled // a message that is new, or can be read again, may bring an address that matches
	case active:
		for _, f := range c.facts {
			w.take(f)
		}
	}
	if w.whole {
		w.told = c.shown()
		for _, f := range c.facts {
			if labelled && len(f.on) > 0 && !f.deleted {
				w.on = append(w.on, f)
			}
		}
	}
	if known && t.Labelled && !labelled {
		for _, f := range c.facts {
			w.unlabel = append(w.unlabel, f.unlabel...)
		}
	}
	return w
}

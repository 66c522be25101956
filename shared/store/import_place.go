package store

import (
	"context"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// lastReferences is how many of a mail's references are looked up. The nearest are the last ones, and senders can write thousands.
const lastReferences = 50

// references are the Message-IDs that a mail refers to, the nearest first.
func references(m hire.Message) []string {
	near := slices.Clone(m.References[max(0, len(m.References)-lastReferences):])
	slices.Reverse(near)
	return slices.Concat(m.InReplyTo[:min(len(m.InReplyTo), lastReferences)], near)
}

// place finds the thread of each message: where the same mail lies already, else the conversation's own thread, else one that holds a mail it
// refers to, else a new one.
func (f *filing) place(ctx context.Context) error {
	holders, err := f.holders(ctx)
	if err != nil {
		return err
	}
	if f.tracked.ThreadID == "" {
		f.join(holders)
	}
	own, err := docs.Get[hire.Thread](ctx, f.tx, threadRef(f.account, f.tracked.ThreadID))
	if err != nil {
		return err
	}
	f.address(holders)
	if err := f.find(ctx); err != nil {
		return err
	}
	if own == nil {
		f.adopt()
	}
	if err := f.readReported(ctx, holders); err != nil {
		return err
	}
	var people []string
	for _, l := range f.letters {
		people = append(people, addressesOf(l.in.Message)...)
	}
	people = people[:min(len(people), len(f.letters)*maxOthers)]
	if f.people, err = usersByLogin(ctx, f.tx, f.account, people); err != nil {
		return err
	}
	if err := f.readSummaries(ctx); err != nil {
		return err
	}
	if f.s.replies == nil || !slices.ContainsFunc(f.letters, func(l letter) bool { return !l.exists }) {
		return nil // nobody is told anything
	}
	return f.readTeam(ctx)
}

// holder is where mails of a Message-ID lie: the candidate under whom they are filed, and the threads.
type holder struct {
	candidate string // "" where there is no mail
	threads   []string
	messages  []string
	early     *hire.Delivery // a report on a mail that is not there yet
}

// message is the id of the mail in the nth thread; "" where it is not known.
func (h holder) message(n int) string {
	if n < len(h.messages) {
		return h.messages[n]
	}
	return ""
}

// holders looks up the mails of the commit by Message-ID, and those they refer to where that may tell their thread: a conversation that has its own is looked up no deeper
// however long it has become.
func (f *filing) holders(ctx context.Context) (map[string]holder, error) {
	var ids []string
	for _, m := range f.c.Messages {
		named := []string{m.Message.MessageID}
		if f.tracked.ThreadID == "" {
			named = append(references(m.Message), named...)
		}
		if m.Report != nil {
			named = append(named, m.Report.Originals...)
		}
		for _, id := range named {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	var refs []docs.Ref
	for _, candidate := range f.family {
		for _, id := range ids {
			refs = append(refs, rfcIDRef(f.account, candidate, id))
		}
	}
	records, err := docs.GetAll[rfcIDRecord](ctx, f.tx, refs)
	if err != nil {
		return nil, err
	}
	out := map[string]holder{}
	for i, r := range records {
		if r == nil {
			continue
		}
		h := out[ids[i%len(ids)]]
		if h.candidate == "" && len(r.Threads) > 0 {
			h.candidate, h.threads, h.messages = f.family[i/len(ids)], r.Threads, r.Messages
		}
		if h.early == nil {
			h.early = r.Early
		}
		out[ids[i%len(ids)]] = h
	}
	return out, nil
}

// join chooses the thread of a conversation that is new to us. Where that lies under a candidate who was merged into this one, the conversation goes there too,
// so that its mails have the same keys.
func (f *filing) join(holders map[string]holder) {
	take := func(id string) bool {
		h := holders[id]
		ok := h.candidate != ""
		if ok {
			f.tracked.CandidateID, f.tracked.ThreadID = h.candidate, h.threads[0]
		}
		return ok
	}
	for _, m := range f.c.Messages {
		if take(m.Message.MessageID) {
			return
		}
	}
	for _, m := range f.c.Messages {
		if slices.ContainsFunc(references(m.Message), take) {
			return
		}
	}
	f.tracked.ThreadID = hire.Digest("thread", f.tracked.CandidateID, f.box.Sub, f.c.GmailThreadID)
}

// address makes letters of the messages: with their keys, and on their way to the conversation's own thread.
func (f *filing) address(holders map[string]holder) {
	for i, m := range f.c.Messages {
		l := letter{in: m, thread: f.tracked.ThreadID}
		msg := &l.in.Message
		msg.AccountID, msg.CandidateID = f.account, f.tracked.CandidateID
		msg.ID = hire.MessageKey(msg.CandidateID, msg.MessageID, msg.From, msg.Date, f.box.Sub, m.GmailID)
		if h := holders[msg.MessageID]; h.candidate == msg.CandidateID {
			l.holds = rfcIDRecord{Threads: h.threads, Messages: h.messages}
		}
		if a := f.aliases[i]; a != nil {
			l.known, l.thread, msg.ID = true, a.ThreadID, a.MessageID
		}
		f.letters = append(f.letters, l)
	}
}

// find looks for the letters in their threads and in those that hold a mail of the same Message-ID.
func (f *filing) find(ctx context.Context) error {
	var refs []docs.Ref
	var of []int
	for i, l := range f.letters {
		for j, thread := range append([]string{l.thread}, l.holds.Threads...) {
			if j == 0 || thread != l.thread {
				refs, of = append(refs, messageRef(f.account, thread, l.in.Message.ID)), append(of, i)
			}
		}
	}
	found, err := docs.GetAll[hire.Message](ctx, f.tx, refs)
	if err != nil {
		return err
	}
	for i, m := range found {
		if l := &f.letters[of[i]]; m != nil && !l.exists {
			l.exists, l.thread, l.stored = true, m.ThreadID, m
		}
	}
	return nil
}

// adopt gives a conversation whose own thread is still empty the thread in which one of its mails lies, so that it is one thread in the profile
// whichever mailbox came first.
func (f *filing) adopt() {
	i := slices.IndexFunc(f.letters, func(l letter) bool { return l.exists })
	if i < 0 {
		return
	}
	f.tracked.ThreadID = f.letters[i].thread
	for i := range f.letters {
		if l := &f.letters[i]; !l.exists && !l.known {
			l.thread = f.tracked.ThreadID
		}
	}
}

// readSummaries reads the threads that are to be brought up to date, and the sends that the messages may settle.
func (f *filing) readSummaries(ctx context.Context) error {
	ids, sends := []string{f.tracked.ThreadID}, []string{}
	for _, l := range f.letters {
		if !slices.Contains(ids, l.thread) {
			ids = append(ids, l.thread)
		}
		if l.in.SendID != "" && !slices.Contains(sends, l.in.SendID) {
			sends = append(sends, l.in.SendID)
		}
	}
	refs := make([]docs.Ref, len(ids))
	for i, id := range ids {
		refs[i] = threadRef(f.account, id)
	}
	threads, err := docs.GetAll[hire.Thread](ctx, f.tx, refs)
	if err != nil {
		return err
	}
	f.threads = map[string]*hire.Thread{}
	for i, t := range threads {
		f.threads[ids[i]] = t
	}
	refs = make([]docs.Ref, len(sends))
	for i, id := range sends {
		refs[i] = sendRef(f.account, id)
	}
	found, err := docs.GetAll[Send](ctx, f.tx, refs)
	if err != nil {
		return err
	}
	f.sends = map[string]*Send{}
	parts := map[docs.Ref]*BatchPart{}
	for i, x := range found {
		if x == nil {
			continue
		}
		f.sends[sends[i]] = x
		if x.BatchID == "" {
			continue
		}
		ref := batchPartRef(f.account, x.BatchID, x.BatchPart)
		if parts[ref] == nil {
			if parts[ref], err = docs.Get[BatchPart](ctx, f.tx, ref); err != nil {
				return err
			}
		}
		x.part = parts[ref]
	}
	revision, err := docs.Get[revisionRecord](ctx, f.tx, revisionRef(f.account, f.tracked.CandidateID))
	if revision != nil {
		f.revision = *revision
	}
	return err
}

package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// writeMessages files the letters, and brings threads, aliases and sends up to date.
func (f *filing) writeMessages(rs *rows) error {
	changed := map[string]bool{}
	imported := map[string]int{} // by thread, how many messages; those that are a send's own are audited as sent
	for i := range f.letters {
		l := &f.letters[i]
		msg := l.in.Message
		msg.ThreadID = l.thread
		if err := f.writeAlias(*l); err != nil {
			return err
		}
		sent, err := f.settle(rs, *l, msg)
		if err != nil {
			return err
		}
		if sent {
			f.out.Settled++
		}
		if l.exists {
			f.out.Duplicates++
			owned, err := f.own(*l)
			if err != nil {
				return err
			}
			changed[l.thread] = f.addSource(l.thread) || owned || changed[l.thread]
			continue
		}
		f.direct(&msg, l.in.Sent)
		msg.ImportedAt = f.now
		if sent {
			msg.Via, msg.Original = "hire", f.sends[l.in.SendID].Original
		}
		if early := f.early[msg.MessageID]; early != nil && msg.Direction == hire.Outbound {
			msg.Delivery = early
		}
		if err := putMessage(f.tx, &msg); err != nil {
			return err
		}
		f.known(i)
		if err := f.writeRFCID(*l); err != nil {
			return err
		}
		f.summarize(l.thread, msg)
		changed[l.thread] = true
		f.out.New = append(f.out.New, msg)
		if !sent {
			imported[l.thread]++
		}
		if err := f.announce(rs, msg, sent, f.marks[i]); err != nil {
			return err
		}
	}
	if err := f.writeReported(); err != nil {
		return err
	}
	if err := f.auditImport(imported); err != nil {
		return err
	}
	return f.writeThreads(changed)
}

// known tells the letters after the i-th, which was filed, that have the same key: they are the same mail under another Gmail id.
func (f *filing) known(i int) {
	for j := i + 1; j < len(f.letters); j++ {
		if f.letters[j].in.Message.ID == f.letters[i].in.Message.ID && f.letters[j].thread == f.letters[i].thread {
			f.letters[j].exists = true
		}
	}
}

// auditImport notes through whose mailbox mail has come into a profile: one entry for a conversation and commit, however many messages it has brought. Which they
// are, each of them says by the time of its import.
func (f *filing) auditImport(imported map[string]int) error {
	for _, thread := range slices.Sorted(maps.Keys(imported)) {
		e := AuditEntry{UserID: f.box.UserID, Action: AuditImported, Target: thread, CandidateID: f.tracked.CandidateID, Detail: fmt.Sprintf("messages: %d", imported[thread])}
		if err := f.s.audit(f.tx, f.account, e); err != nil {
			return err
		}
	}
	return nil
}

func (f *filing) writeAlias(l letter) error {
	if !l.known {
		a := Alias{GmailID: l.in.GmailID, GmailThreadID: f.c.GmailThreadID, ThreadID: l.thread, MessageID: l.in.Message.ID, ImportedAt: f.now}
		if err := f.tx.Set(aliasRef(f.account, f.box.Sub, l.in.GmailID), &a); err != nil {
			return err
		}
	}
	return f.tx.Delete(exclusionRef(f.account, f.box.Sub, l.in.GmailID))
}

// writeRFCID notes that a thread holds a mail of this Message-ID. The sender chooses the id, so several mails, in several threads, may have it.
func (f *filing) writeRFCID(l letter) error {
	id := l.in.Message.MessageID
	if id == "" || slices.Contains(l.holds.Threads, l.thread) || len(l.holds.Threads) >= maxHolders {
		return nil
	}
	holds := l.holds.with(l.thread, l.in.Message.ID)
	for j := range f.letters { // those still to come must not overwrite it with what they have read
		if o := &f.letters[j]; o.in.Message.MessageID == id {
			o.holds = holds
		}
	}
	return f.tx.Set(rfcIDRef(f.account, l.in.Message.CandidateID, id), &holds)
}

func (f *filing) writeThreads(changed map[string]bool) error {
	touched := false
	for id, t := range f.threads {
		if t == nil || !changed[id] {
			continue
		}
		touched = true
		if err := f.tx.Set(threadRef(f.account, id), t); err != nil {
			return err
		}
	}
	if !touched {
		return nil
	}
	f.revision.Revision++
	return f.tx.Set(revisionRef(f.account, f.tracked.CandidateID), &f.revision)
}

// settle ends a send whose mail has been met in Gmail's Sent, in the mailbox it was to leave from. One that has gone back to the queue has not left, as far as anybody
// knows; where its mail is met all the same, it must not leave again.
func (f *filing) settle(rs *rows, l letter, msg hire.Message) (sent bool, err error) {
	x := f.sends[l.in.SendID]
	if x == nil || x.UserID != f.box.UserID || x.Sub != f.box.Sub || x.State == SendSent || x.State == SendFailed {
		return false, nil
	}
	msg.Direction, msg.UserID = hire.Outbound, x.UserID
	x.GmailID, x.GmailThreadID = l.in.GmailID, f.c.GmailThreadID
	return true, f.s.putSent(f.tx, rs, x, msg)
}

// announce queues the events about a message that is new in a profile.
func (f *filing) announce(rs *rows, msg hire.Message, sent bool, of *reported) error {
	if msg.Bounce {
		if err := messageEvent(rs, EventMessageBounced, msg, f.bounced(msg, of)); err != nil {
			return err
		}
	}
	if sent {
		return nil // said already
	}
	addresses, err := f.repliesTo(msg)
	if err != nil {
		return err
	}
	var more map[string]any
	if len(addresses) > 0 {
		more = map[string]any{"reply_addresses": addresses}
	}
	return messageEvent(rs, EventMessageImported, msg, more)
}

// bounced is what the event about a report says of the mail that has not arrived.
func (f *filing) bounced(report hire.Message, of *reported) map[string]any {
	var r *hire.DeliveryReport
	for _, l := range f.letters {
		if l.in.Message.ID == report.ID && l.in.Report != nil {
			r = l.in.Report
		}
	}
	if r == nil {
		return nil
	}
	data := map[string]any{"state": delivery(report, *r).State, "status": r.Status}
	if of != nil && of.id != "" {
		data["thread_id"], data["message_id"] = of.thread, of.id
	}
	return map[string]any{"undelivered": data}
}

// direct says who wrote the message: one of the account's users, or somebody outside. What lies in the mailbox's Sent is its user's, who may have written it from another
// address than they sign in with; what does not lie there is not theirs, whatever address a sender has put into it. For a colleague's address there is no Sent to look
// into: it counts unless Gmail says that the mail has not come from their domain. Where Gmail says neither (the domain's owner has published nothing by which it could)
// it counts too, since else no colleague's mail in such a domain would be theirs. Their own mailbox, where it is connected, sets it right.
func (f *filing) direct(msg *hire.Message, sent bool) {
	msg.Direction = hire.Inbound
	forged := false
	for _, a := range msg.From {
		u, ok := f.people[hire.NormalizeAddress(a.Addr)]
		if ok && (sent || u.ID != f.box.UserID && !msg.Authentication.Forged()) {
			msg.Direction, msg.UserID = hire.Outbound, u.ID
			return
		}
		forged = forged || ok && u.ID == f.box.UserID || hire.SameAddress(a.Addr, f.box.Address)
	}
	switch {
	case sent:
		msg.Direction, msg.UserID = hire.Outbound, f.box.UserID
	case forged:
		msg.Defects = append(slices.Clone(msg.Defects), "it names the mailbox's own address as its sender, and yet Gmail has not sent it from there")
	}
}

// own puts right whose mail one is that a colleague's mailbox has brought first, which could not tell: it lies in this mailbox's Sent.
func (f *filing) own(l letter) (changed bool, err error) {
	if !l.in.Sent || l.stored == nil || l.stored.Direction == hire.Outbound {
		return false, nil
	}
	m := *l.stored
	m.Direction, m.UserID = hire.Outbound, f.box.UserID
	if m.SameContent(l.in.Message) { // a list or a forwarder has brought it; what says something else than they have sent stays doubtful
		m.Authentication = nil
	}
	if t := f.threads[l.thread]; t != nil {
		t.Wrote(m)
	}
	return true, f.tx.Set(messageRef(f.account, m.ThreadID, m.ID), &m)
}

// summarize brings a thread's summary up to date with one more message.
func (f *filing) summarize(id string, msg hire.Message) {
	t := f.threads[id]
	if t == nil {
		t = &hire.Thread{AccountID: f.account, ID: id, CandidateID: msg.CandidateID, OwnerID: f.box.UserID, Ambiguous: f.tracked.Ambiguous, FirstAt: msg.ReceivedAt}
		f.threads[id] = t
	}
	for _, a := range addressesOf(msg) {
		if u, ok := f.people[hire.NormalizeAddress(a)]; ok {
			addUser(t, u.ID)
		}
	}
	f.addSource(id)
	t.Add(msg)
}

func addUser(t *hire.Thread, user string) {
	if user != "" && !t.HasUser(user) {
		t.UserIDs = append(t.UserIDs, user)
	}
}

// addSource notes that this mailbox's conversation is in the thread; false if that was known. A private thread is not opened to a user because their mailbox has
// a mail of it: only to those whom a mail names.
func (f *filing) addSource(id string) bool {
	t := f.threads[id]
	if t == nil {
		return false
	}
	src := hire.ThreadSource{UserID: f.box.UserID, Sub: f.box.Sub, GmailThreadID: f.c.GmailThreadID}
	if slices.Contains(t.Sources, src) {
		return false
	}
	t.Sources = append(t.Sources, src)
	if !t.Private {
		addUser(t, f.box.UserID)
	}
	return true
}

// messageEvent queues an event about a message of a profile. It carries ids, not content.
func messageEvent(rs *rows, kind string, m hire.Message, more map[string]any) error {
	data := map[string]any{
		"candidate_id": m.CandidateID, "thread_id": m.ThreadID, "message_id": m.ID, "direction": m.Direction, "user_id": m.UserID,
		"received_at": m.ReceivedAt, "auto_reply": m.AutoReply, "bounce": m.Bounce,
	}
	maps.Copy(data, more)
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	rs.event(m.AccountID, kind, "candidates/"+m.CandidateID+"/threads/"+m.ThreadID, m.ThreadID+"/"+m.ID, body)
	return nil
}

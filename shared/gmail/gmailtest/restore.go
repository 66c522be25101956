package gmailtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
)

// restoreGap is how far history ids go on after a Restore. A Save may be older than the last id given out, where the process ended without one: a cursor that
// stands after the mailbox's own id would miss what comes next.
const restoreGap = 1 << 20

// Restore gives a Server that nobody has used what Save wrote. Chance begins anew, from the seed and the time: an id or Message-ID is not given out twice.
func (s *Server) Restore(r io.Reader) error {
	var from saved
	if err := json.NewDecoder(r).Decode(&from); err != nil {
		return fmt.Errorf("gmailtest: restore: %w", err)
	}
	if from.Format != savedFormat {
		return fmt.Errorf("gmailtest: restore: the format is %d, this version reads %d", from.Format, savedFormat)
	}
	if len(s.Mailboxes())+len(s.Outsides()) > 0 {
		return errors.New("gmailtest: restore: the server has mailboxes")
	}
	if err := s.oauth.Restore(from.OAuth); err != nil {
		return err
	}
	mails := make([]*blob, len(from.Mails))
	for i, raw := range from.Mails {
		mails[i] = newBlob(raw)
	}
	for _, x := range from.Mailboxes {
		m := s.AddMailbox(x.Email, x.Name)
		if err := m.restore(x, mails); err != nil {
			return fmt.Errorf("gmailtest: restore %s: %w", x.Email, err)
		}
		for _, a := range x.Aliases {
			m.AddSendAs(a)
		}
	}
	for _, x := range from.Outsides {
		if err := s.Outside(x.Email, x.Name).restore(x, mails); err != nil {
			return fmt.Errorf("gmailtest: restore %s: %w", x.Email, err)
		}
	}
	s.mu.Lock()
	s.accounts = from.Accounts
	s.mu.Unlock()
	s.randMu.Lock()
	s.rand = s.chanceAnew("server")
	s.randMu.Unlock()
	return nil
}

func (s *Server) chanceAnew(of string) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed+uint64(s.now().UnixNano()), hashString(of)))
}

var errDamaged = errors.New("what was saved is damaged")

func mailNumbered(mails []*blob, n int) (*blob, error) {
	if n < 0 || n >= len(mails) {
		return nil, errDamaged
	}
	return mails[n], nil
}

// restore fills a new mailbox.
func (m *Mailbox) restore(x savedMailbox, mails []*blob) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rand = m.server.chanceAnew(m.email)
	m.suspended, m.signature = x.Suspended, x.Signature
	for _, l := range x.Labels {
		m.addLabel(&label{
			id: l.ID, name: l.Name, messageVisibility: l.MessageVisibility, listVisibility: l.ListVisibility, textColor: l.TextColor, backgroundColor: l.BackgroundColor,
		})
	}
	known := labelFinder{m: m, gone: map[string]*label{}}
	for _, f := range x.Filters {
		search, e := parseSearch(f.Query, f.Made)
		if e != nil {
			return e
		}
		m.filters = append(m.filters, &filter{query: f.Query, made: f.Made, search: search, add: known.all(f.Add), remove: known.all(f.Remove)})
	}
	for _, t := range x.Threads {
		m.threads[t.ID] = &thread{id: t.ID}
	}
	for _, msg := range x.Messages {
		if err := m.restoreMessage(msg, mails); err != nil {
			return err
		}
	}
	for _, t := range x.Threads {
		m.threads[t.ID].historyID = t.HistoryID
	}
	m.lastID = x.LastID
	m.history = history{last: x.History.Last + restoreGap, floor: x.History.Floor, released: x.History.Released}
	for _, r := range x.History.Records {
		m.history.records = append(m.history.records, record{
			id: r.ID, message: r.Message, thread: r.Thread, at: r.At, what: r.What, after: known.set(r.After), changed: known.set(r.Changed),
		})
	}
	if w := x.Watch; w != nil {
		m.watch = &watch{topic: w.Topic, labels: w.Labels, exclude: w.Exclude, expires: w.Expires, last: w.Last}
	}
	return nil
}

func (m *Mailbox) restoreMessage(x savedMessage, mails []*blob) error {
	b, err := mailNumbered(mails, x.Mail)
	if err != nil {
		return err
	}
	a := arrival{id: x.ID, mail: b, facts: factsOf(b), thread: m.threads[x.Thread], date: x.Date, delivered: x.Delivered}
	for _, id := range x.Labels {
		a.labels = append(a.labels, m.labels[id])
	}
	if a.id == 0 || a.thread == nil || slices.Contains(a.labels, nil) {
		return errDamaged
	}
	msg := m.place(a)
	msg.arrived, msg.historyID = x.Arrived, x.HistoryID
	if x.Draft != "" {
		m.drafts[x.Draft] = msg
		m.draftOf[msg.id] = x.Draft
	}
	return nil
}

// labelFinder finds labels by id. History and filters may name one that is deleted: it is made, and belongs to nothing.
type labelFinder struct {
	m    *Mailbox
	gone map[string]*label
}

func (f *labelFinder) all(ids []string) []*label {
	labels := make([]*label, len(ids))
	for i, id := range ids {
		l := f.m.labels[id]
		if l == nil {
			l = f.gone[id]
		}
		if l == nil {
			f.m.labelSeq++
			l = &label{id: id, name: id, seq: f.m.labelSeq}
			f.gone[id] = l
		}
		labels[i] = l
	}
	return labels
}

// set is nil for nil.
func (f *labelFinder) set(ids []string) *labelSet {
	if ids == nil {
		return nil
	}
	return f.m.setOf(f.all(ids))
}

func (o *Outside) restore(x savedOutside, mails []*blob) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bounces = x.Bounces
	for _, got := range x.Mails {
		b, err := mailNumbered(mails, got.Mail)
		if err != nil {
			return err
		}
		o.mails = append(o.mails, outsideMail{at: got.At, mail: b, sent: got.Sent})
	}
	return nil
}

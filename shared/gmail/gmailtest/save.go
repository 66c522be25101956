package gmailtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

// savedFormat is raised when what Save writes changes its meaning.
const savedFormat = 1

// saved is what Save writes. Slices are in an order of their own, so that the same state is always the same bytes.
type saved struct {
	Format    int
	Accounts  []oauthtest.Account
	OAuth     oauthtest.State
	Mails     [][]byte // raw, each once; a message names its mail by the place in here
	Mailboxes []savedMailbox
	Outsides  []savedOutside
}

type savedMailbox struct {
	Email, Name string
	Suspended   bool          `json:",omitempty"`
	Signature   string        `json:",omitempty"`
	Aliases     []SendAs      `json:",omitempty"`
	Labels      []savedLabel  // the owner's own, in the order they were made
	Filters     []savedFilter `json:",omitempty"`
	Threads     []savedThread
	Messages    []savedMessage // oldest first
	LastID      uint64
	History     savedHistory
	Watch       *savedWatch `json:",omitempty"`
}

type savedLabel struct {
	ID, Name                          string
	MessageVisibility, ListVisibility string
	TextColor, BackgroundColor        string
}

type savedFilter struct {
	Query       string
	Made        time.Time // what the query's "newer_than:2d" counts from
	Add, Remove []string  // label ids
}

type savedThread struct{ ID, HistoryID uint64 }

type savedMessage struct {
	ID, Thread, HistoryID uint64
	Mail                  int
	Labels                []string // ids
	Date, Arrived         int64    // milliseconds since 1970
	Delivered             bool     `json:",omitempty"`
	Draft                 string   `json:",omitempty"` // draft id
}

type savedHistory struct {
	Last, Floor, Released uint64
	Records               []savedRecord
}

type savedRecord struct {
	ID, Message, Thread uint64
	At                  int64
	What                change
	After, Changed      []string // label ids; nil where there is no set
}

type savedWatch struct {
	Topic         string
	Labels        []string `json:",omitempty"`
	Exclude       bool     `json:",omitempty"`
	Expires, Last time.Time
}

type savedOutside struct {
	Email, Name string
	Bounces     bool `json:",omitempty"`
	Mails       []savedOutsideMail
}

type savedOutsideMail struct {
	At   time.Time
	Mail int
	Sent bool `json:",omitempty"`
}

// Save writes all that the server holds but its codes, faults, counts and spent quota, for Restore: JSON, the same bytes for the same state. Mailboxes
// are taken one after the other; who wants to have a mail at its sender and its receiver alike saves while nothing happens.
func (s *Server) Save(w io.Writer) error {
	out := saved{Format: savedFormat, Accounts: s.googleAccounts(), OAuth: s.oauth.State()}
	mails := mailPile{number: map[*blob]int{}}
	for _, m := range s.Mailboxes() {
		out.Mailboxes = append(out.Mailboxes, m.save(&mails))
	}
	for _, o := range s.Outsides() {
		out.Outsides = append(out.Outsides, o.save(&mails))
	}
	out.Mails = mails.raw
	if err := json.NewEncoder(w).Encode(out); err != nil {
		return fmt.Errorf("gmailtest: save: %w", err)
	}
	return nil
}

// mailPile numbers mails, so that each is written once.
type mailPile struct {
	raw    [][]byte
	number map[*blob]int
}

func (p *mailPile) add(b *blob) int {
	n, ok := p.number[b]
	if !ok {
		n = len(p.raw)
		p.raw, p.number[b] = append(p.raw, b.raw), n
	}
	return n
}

func (m *Mailbox) save(mails *mailPile) savedMailbox {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := savedMailbox{
		Email: m.email, Name: m.name, Suspended: m.suspended, Signature: m.signature, Aliases: slices.Clone(m.aliases), LastID: m.lastID,
		History: savedHistory{Last: m.history.last, Floor: m.history.floor, Released: m.history.released},
	}
	for _, l := range slices.SortedFunc(maps.Values(m.labels), bySeq) {
		if !l.system {
			out.Labels = append(out.Labels, savedLabel{
				ID: l.id, Name: l.name, MessageVisibility: l.messageVisibility, ListVisibility: l.listVisibility, TextColor: l.textColor, BackgroundColor: l.backgroundColor,
			})
		}
	}
	for _, f := range m.filters {
		out.Filters = append(out.Filters, savedFilter{Query: f.query, Made: f.made, Add: idsOf(f.add), Remove: idsOf(f.remove)})
	}
	for _, id := range slices.Sorted(maps.Keys(m.threads)) {
		out.Threads = append(out.Threads, savedThread{ID: id, HistoryID: m.threads[id].historyID})
	}
	for _, msg := range m.order {
		out.Messages = append(out.Messages, savedMessage{
			ID: msg.id, Thread: msg.thread.id, HistoryID: msg.historyID, Mail: mails.add(msg.mail), Labels: msg.labels.ids(),
			Date: msg.date, Arrived: msg.arrived, Delivered: msg.delivered, Draft: m.draftOf[msg.id],
		})
	}
	for _, r := range m.history.records {
		x := savedRecord{ID: r.id, Message: r.message, Thread: r.thread, At: r.at, What: r.what}
		if r.after != nil {
			x.After = r.after.ids()
		}
		if r.changed != nil {
			x.Changed = r.changed.ids()
		}
		out.History.Records = append(out.History.Records, x)
	}
	if w := m.watch; w != nil {
		out.Watch = &savedWatch{Topic: w.topic, Labels: w.labels, Exclude: w.exclude, Expires: w.expires, Last: w.last}
	}
	return out
}

func idsOf(labels []*label) []string { return (&labelSet{labels}).ids() }

func (o *Outside) save(mails *mailPile) savedOutside {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := savedOutside{Email: o.email, Name: o.name, Bounces: o.bounces}
	for _, x := range o.mails {
		out.Mails = append(out.Mails, savedOutsideMail{At: x.at, Mail: mails.add(x.mail), Sent: x.sent})
	}
	return out
}

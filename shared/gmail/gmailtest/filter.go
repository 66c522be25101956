package gmailtest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Filter is a rule of the owner for mail that arrives. Everything that is said must fit, in the words of a search; what follows is done.
type Filter struct {
	From    string // "" is anybody; such as "jobs@board.example OR alerts@board.example"
	To      string
	Subject string
	Query   string // any search

	AddLabels []string // by name, made where they are missing
	SkipInbox bool
	MarkRead  bool
	Star      bool
	Delete    bool // into the bin
	Spam      bool // what blocking a sender does
}

// filter is a Filter made ready for its mailbox.
type filter struct {
	query  string
	made   time.Time
	search *search
	add    []*label
	remove []*label
}

// AddFilter makes a filter. The labels that it puts on stand in the history record of the arrival itself.
func (m *Mailbox) AddFilter(f Filter) error {
	var q []string
	for _, x := range []struct{ operator, value string }{{"from", f.From}, {"to", f.To}, {"subject", f.Subject}} {
		if x.value != "" {
			q = append(q, fmt.Sprintf("%s:(%s)", x.operator, x.value))
		}
	}
	made := &filter{query: strings.Join(append(q, f.Query), " "), made: m.server.now()}
	search, e := parseSearch(made.query, made.made)
	if e != nil {
		return fmt.Errorf("gmailtest: add filter: %w", e)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	made.search = search
	for _, name := range f.AddLabels {
		l, e := m.labelNamed(name)
		if e != nil {
			return fmt.Errorf("gmailtest: add filter: label %q: %w", name, e)
		}
		made.add = append(made.add, l)
	}
	for _, x := range []struct {
		on          bool
		add, remove []string
	}{
		{f.SkipInbox, nil, []string{"INBOX"}}, {f.MarkRead, nil, []string{"UNREAD"}}, {f.Star, []string{"STARRED"}, nil},
		{f.Delete, []string{"TRASH"}, []string{"INBOX"}}, {f.Spam, []string{"SPAM"}, []string{"INBOX"}},
	} {
		if x.on {
			made.add = append(made.add, m.system(x.add...)...)
			made.remove = append(made.remove, m.system(x.remove...)...)
		}
	}
	m.filters = append(m.filters, made)
	return nil
}

// ClearFilters takes all filters away.
func (m *Mailbox) ClearFilters() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.filters = nil
}

// filtered are the labels that a mail arrives with, after the filters; the caller holds m.mu.
func (m *Mailbox) filtered(b *blob, f *facts, labels []*label, date int64) []*label {
	if len(m.filters) == 0 {
		return labels
	}
	arriving := &message{mail: b, labels: m.setOf(labels), date: date, mid: f.mid, subject: f.subject}
	labels = slices.Clone(labels)
	for _, rule := range m.filters {
		rule.search.bind(m)
		if !rule.search.fits(m, arriving) {
			continue
		}
		labels = slices.DeleteFunc(labels, func(l *label) bool { return slices.Contains(rule.remove, l) })
		for _, l := range rule.add {
			if m.labels[l.id] == l { // not deleted since
				labels = append(labels, l)
			}
		}
	}
	return labels
}

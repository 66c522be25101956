package gmailtest

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// label is a system label or one of the user's own.
type label struct {
	id, name                          string
	system                            bool
	seq                               uint32
	messageVisibility, listVisibility string
	textColor, backgroundColor        string
	messages                          index
	counts                            counts
}

// labelSet is one set of labels, in the order the labels were made. Sets are never changed: equal ones of a mailbox are one.
type labelSet struct{ labels []*label }

func (s *labelSet) has(l *label) bool { return s != nil && slices.Contains(s.labels, l) }

func (s *labelSet) hasID(id string) bool {
	if s == nil {
		return false
	}
	for _, l := range s.labels {
		if l.id == id {
			return true
		}
	}
	return false
}

func (s *labelSet) ids() []string {
	ids := make([]string, len(s.labels))
	for i, l := range s.labels {
		ids[i] = l.id
	}
	return ids
}

type systemLabel struct{ id, message, list string }

// systemLabels are those every mailbox has.
// Source: https://developers.google.com/workspace/gmail/api/guides/labels
var systemLabels = []systemLabel{
	{"CHAT", "hide", "labelHide"}, {"SENT", "", ""}, {"INBOX", "", ""}, {"IMPORTANT", "hide", "labelHide"}, {"TRASH", "hide", "labelHide"}, {"DRAFT", "", ""},
	{"SPAM", "hide", "labelHide"}, {"CATEGORY_FORUMS", "hide", "labelHide"}, {"CATEGORY_UPDATES", "hide", "labelHide"},
	{"CATEGORY_PERSONAL", "hide", "labelHide"}, {"CATEGORY_PROMOTIONS", "hide", "labelHide"}, {"CATEGORY_SOCIAL", "hide", "labelHide"},
	{"STARRED", "", ""}, {"UNREAD", "", ""},
}

// setOf is the one set with these labels, each named once.
func (m *Mailbox) setOf(labels []*label) *labelSet {
	if !slices.IsSortedFunc(labels, bySeq) {
		labels = slices.Clone(labels)
		slices.SortFunc(labels, bySeq)
	}
	var key [64]byte
	k := key[:0]
	for i, l := range labels {
		if i > 0 && labels[i-1] == l {
			return m.setOf(slices.Compact(slices.Clone(labels)))
		}
		k = binary.BigEndian.AppendUint32(k, l.seq)
	}
	if s, ok := m.sets[string(k)]; ok {
		return s
	}
	s := &labelSet{labels: slices.Clone(labels)}
	m.sets[string(k)] = s
	return s
}

func bySeq(a, b *label) int { return int(a.seq) - int(b.seq) }

func (m *Mailbox) addLabel(l *label) {
	m.labelSeq++
	l.seq = m.labelSeq
	m.labels[l.id] = l
	m.labelName[strings.ToLower(l.name)] = l
}

// labelsByID finds labels to put on or take off. Gmail lets nobody do that with SENT and DRAFT.
func (m *Mailbox) labelsByID(ids []string) ([]*label, *apiError) {
	labels := make([]*label, 0, len(ids))
	for _, id := range ids {
		l := m.labels[id]
		if l == nil || id == "SENT" || id == "DRAFT" || id == "CHAT" {
			return nil, errBad("Invalid label: " + id)
		}
		labels = append(labels, l)
	}
	return labels, nil
}

// system is a system label by its id.
func (m *Mailbox) system(ids ...string) []*label {
	labels := make([]*label, len(ids))
	for i, id := range ids {
		labels[i] = m.labels[id]
	}
	return labels
}

// maxLabels is Gmail's limit of labels of one mailbox.
const maxLabels = 10_000

// createLabel makes a user's label. Names are compared without case.
func (m *Mailbox) createLabel(name string) (*label, *apiError) {
	name, e := m.freeName(name, nil)
	if e != nil {
		return nil, e
	}
	if len(m.labels) >= maxLabels {
		return nil, errBad("Too many labels")
	}
	l := &label{id: fmt.Sprintf("Label_%d", 1e15+m.rand.Uint64N(9e15)), name: name, messageVisibility: "show", listVisibility: "labelShow"}
	m.addLabel(l)
	return l, nil
}

// freeName checks a name for a label; self is the label that has it already, if any.
func (m *Mailbox) freeName(name string, self *label) (string, *apiError) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 225 || strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") {
		return "", errBad("Invalid label name")
	}
	if l := m.labelName[strings.ToLower(name)]; l != nil && l != self {
		if l.system {
			return "", errBad("Invalid label name")
		}
		return "", errConflict("Label name exists or conflicts")
	}
	return name, nil
}

func (m *Mailbox) renameLabel(l *label, name string) *apiError {
	name, e := m.freeName(name, l)
	if e != nil {
		return e
	}
	delete(m.labelName, strings.ToLower(l.name))
	l.name = name
	m.labelName[strings.ToLower(name)] = l
	return nil
}

// deleteLabel takes a label off everything and away.
func (m *Mailbox) deleteLabel(l *label) {
	quiet := m.server.behaviour().QuietLabelDelete
	for _, msg := range slices.Clone(l.messages) {
		if !quiet {
			m.relabel(msg, nil, []*label{l})
			continue
		}
		msg.labels = m.setOf(slices.DeleteFunc(slices.Clone(msg.labels.labels), func(x *label) bool { return x == l }))
	}
	l.messages = nil
	delete(m.labels, l.id)
	delete(m.labelName, strings.ToLower(l.name))
}

// counts are the numbers that labels.get gives.
type counts struct{ messages, unread, threads, threadsUnread int }

// count reads them; they are kept up to date by tally.
func (m *Mailbox) count(l *label) counts { return l.counts }

// tally takes a conversation out of the counts of its labels (-1) before it changes, or puts it in again (1).
func (m *Mailbox) tally(t *thread, sign int) {
	unread := m.labels["UNREAD"]
	var buf [16]*label
	once, onceUnread := buf[:0:8], buf[8:8]
	for _, msg := range t.messages {
		u := msg.labels.has(unread)
		for _, l := range msg.labels.labels {
			l.counts.messages += sign
			if !slices.Contains(once, l) {
				once = append(once, l)
				l.counts.threads += sign
			}
			if !u {
				continue
			}
			l.counts.unread += sign
			if !slices.Contains(onceUnread, l) {
				onceUnread = append(onceUnread, l)
				l.counts.threadsUnread += sign
			}
		}
	}
}

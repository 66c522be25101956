package gmailtest

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// watch is a mailbox's push registration.
type watch struct {
	topic   string
	labels  []string // nil is all
	exclude bool     // labels are those to leave out
	expires time.Time
	last    time.Time // of the last push; zero if none
	due     bool
}

// watchLife is how long a watch lasts.
const watchLife = 7 * 24 * time.Hour

func (w *watch) matches(after, changed *labelSet) bool {
	if w == nil {
		return false
	}
	if len(w.labels) == 0 {
		return true
	}
	hit := slices.ContainsFunc(w.labels, func(id string) bool { return after.hasID(id) || changed.hasID(id) })
	return hit != w.exclude
}

// Push is one notification that Gmail published.
type Push struct {
	Topic        string
	EmailAddress string
	HistoryID    uint64
	At           time.Time
}

// Data is the data of the Pub/Sub message, before Pub/Sub's base64.
func (p Push) Data() []byte {
	b, _ := json.Marshal(struct { // of a string and a number: cannot fail
		EmailAddress string `json:"emailAddress"`
		HistoryID    uint64 `json:"historyId"`
	}{p.EmailAddress, p.HistoryID})
	return b
}

// takePush is the push that a change has made due, nil if there is none or the last is too fresh: then it is dropped, not kept for later.
func (m *Mailbox) takePush() *Push {
	w := m.watch
	if w == nil || !w.due {
		return nil
	}
	w.due = false
	now := m.server.now()
	if !now.Before(w.expires) {
		return nil
	}
	if !w.last.IsZero() && now.Sub(w.last) < m.server.behaviour().pushEvery() {
		m.calls.pushesDropped.Add(1)
		return nil
	}
	w.last = now
	m.calls.pushes.Add(1)
	return &Push{Topic: w.topic, EmailAddress: m.email, HistoryID: m.history.last, At: now}
}

// publish hands a push over.
func (s *Server) publish(ctx context.Context, p Push) {
	if s.push != nil {
		s.push(context.WithoutCancel(ctx), p.Topic, p.Data())
		return
	}
	s.pushMu.Lock()
	defer s.pushMu.Unlock()
	s.pushes = append(s.pushes, p)
}

// TakePushes gives out, once, the pushes published so far, oldest first. A Server with Options.Publish keeps none.
func (s *Server) TakePushes() []Push {
	s.pushMu.Lock()
	defer s.pushMu.Unlock()
	p := s.pushes
	s.pushes = nil
	return p
}

// startWatch makes or renews a watch. Another topic is refused while one stands.
func (m *Mailbox) startWatch(topic string, labels []string, exclude bool) (expires time.Time, historyID uint64, e *apiError) {
	now := m.server.now()
	if w := m.watch; w != nil && w.topic != topic && now.Before(w.expires) {
		return time.Time{}, 0, errBad("Only one user push notification client allowed per developer (call /stop then try again)")
	}
	var last time.Time
	if m.watch != nil {
		last = m.watch.last
	}
	m.watch = &watch{topic: topic, labels: labels, exclude: exclude, expires: now.Add(watchLife), last: last}
	m.watch.due = m.server.behaviour().PushOnWatch
	return m.watch.expires, m.current(now), nil
}

// Watch tells which topic the mailbox publishes to and until when; ok is false when it is not watched.
func (m *Mailbox) Watch() (topic string, expires time.Time, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.watch == nil || !m.server.now().Before(m.watch.expires) {
		return "", time.Time{}, false
	}
	return m.watch.topic, m.watch.expires, true
}

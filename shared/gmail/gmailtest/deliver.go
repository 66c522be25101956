package gmailtest

import (
	"context"
)

// envelope is a mail on its way.
type envelope struct {
	from   string
	to     []string
	mail   *blob
	facts  *facts
	sender *Mailbox // has the mail already; nil if it comes from outside
	report bool     // tells of mail that did not arrive
}

// deliver brings a mail to everybody it goes to, once each. It holds no lock: each mailbox takes its own.
func (s *Server) deliver(ctx context.Context, e envelope) {
	reached := map[*Mailbox]bool{e.sender: true}
	var failed []string
	for _, to := range e.to {
		if m := s.receiver(to); m != nil {
			if !reached[m] {
				reached[m] = true
				m.receive(ctx, e)
			}
			continue
		}
		if !s.Outside(to, "").receive(e) {
			failed = append(failed, to)
		}
	}
	if e.report {
		return
	}
	for _, to := range failed {
		s.bounce(ctx, e, to)
	}
}

// receive takes a mail in. To a suspended mailbox it is lost.
func (m *Mailbox) receive(ctx context.Context, e envelope) (out snapshot, ok bool) {
	m.write(ctx, func() *apiError {
		if m.suspended {
			return nil
		}
		now := m.server.now().UnixMilli()
		out, ok = m.look(m.add(arrival{
			mail: e.mail, facts: e.facts, thread: m.threadByHeaders(e.facts, e.report), date: now, delivered: true,
			labels: m.filtered(e.mail, e.facts, m.system("INBOX", "UNREAD"), now),
		})), true
		return nil
	})
	return out, ok
}

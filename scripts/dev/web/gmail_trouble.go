package web

import (
	"net/http"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// limited is for how long the sending limit of a mailbox lasts here. Google's lasts until 24 hours after the mails that used it up.
const limited = time.Hour

// beginTrouble lets happen to a mailbox what its owner, their administrator or Google brings about outside of Gmail.
func (g gmail) beginTrouble(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	switch r.PathValue("kind") {
	case "sending-limit":
		m.RefuseSending(time.Now().Add(limited))
	case "access-taken-away":
		g.sim.OAuth().Revoke(m.Email())
	case "password-changed":
		g.sim.OAuth().ChangePassword(m.Email())
	default:
		return missing("There is no such trouble.")
	}
	return done(w, nil)
}

// endTrouble ends what can be ended here. A grant that has ended is given anew on the consent screen alone.
func (g gmail) endTrouble(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	if r.PathValue("kind") != "sending-limit" {
		return missing("This does not end by itself.")
	}
	m.RefuseSending(time.Time{})
	return done(w, nil)
}

// bounce lets mail to somebody outside come back as undeliverable, or arrive again.
func (g gmail) bounce(on bool) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		o := g.known(r.PathValue("email"))
		if o == nil {
			return missing("Nobody outside is known by this address.")
		}
		o.Bounce(on)
		return done(w, nil)
	}
}

package gmailtest

import (
	"fmt"
	"slices"
	"strings"
)

// SendAs is an address that the owner of a mailbox can send as besides the mailbox's own: an entry of Gmail's setting "Send mail as".
// Source: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.sendAs
type SendAs struct {
	Email, Name string
	Signature   string `json:",omitempty"` // HTML, as Gmail keeps it
	Pending     bool   `json:",omitempty"` // its owner has not confirmed it yet, so that Gmail does not send as it
	NoAlias     bool   `json:",omitempty"` // it is not treated as an alias: it is somebody else's, and the owner may write in their name
	SMTP        string `json:",omitempty"` // host of the server that sends for it; "" is Gmail itself
	Default     bool   `json:",omitempty"` // what new mail is written as
}

// reachesMailbox tells whether mail to the address comes to the mailbox that can send as it.
func (a SendAs) reachesMailbox() bool { return !a.Pending && !a.NoAlias && a.SMTP == "" }

// AddAlias gives the owner another address to send as, which brings its mail to this mailbox.
func (m *Mailbox) AddAlias(email, name string) { m.AddSendAs(SendAs{Email: email, Name: name}) }

// AddSendAs gives the owner another address to send as, or changes one there is. Mail to it comes to this mailbox if it is a confirmed alias that Gmail itself sends for.
func (m *Mailbox) AddSendAs(a SendAs) {
	a.Email = normalAddress(a.Email)
	m.mu.Lock()
	if i := m.sendAsAt(a.Email); i >= 0 {
		m.aliases[i] = a
	} else {
		m.aliases = append(m.aliases, a)
	}
	m.mu.Unlock()
	if a.reachesMailbox() {
		m.server.route(a.Email, m)
	}
}

// RemoveSendAs takes an address away from those that the owner can send as. Mail to it comes to the mailbox as before.
func (m *Mailbox) RemoveSendAs(email string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.sendAsAt(normalAddress(email))
	if i < 0 {
		return fmt.Errorf("gmailtest: address %s in %s: %w", email, m.email, ErrNotFound)
	}
	m.aliases = slices.Delete(m.aliases, i, i+1)
	return nil
}

// SetSignature sets the signature (HTML) of the mailbox's own address.
func (m *Mailbox) SetSignature(html string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.signature = html
}

// sendAsAt is the place of an address among the aliases, -1 if it is none; the caller holds m.mu.
func (m *Mailbox) sendAsAt(email string) int {
	return slices.IndexFunc(m.aliases, func(a SendAs) bool { return a.Email == email })
}

// sendAsList are the addresses the owner can send as, the mailbox's own first.
func (m *Mailbox) sendAsList() []SendAs {
	m.mu.RLock()
	defer m.mu.RUnlock()
	own := SendAs{Email: m.email, Name: m.name, Signature: m.signature}
	own.Default = !slices.ContainsFunc(m.aliases, func(a SendAs) bool { return a.Default })
	return append([]SendAs{own}, m.aliases...)
}

// ownAddress is the address that mail leaves from; ok is true if it is the one that the mail says. Gmail sends what says another one all the same, from the mailbox's
// own address.
func (m *Mailbox) ownAddress(f *facts) (address, bool) {
	own := m.sendAsList()
	if len(f.from) == 1 {
		for _, a := range own {
			if a.Email == f.sender() && !a.Pending {
				return f.from[0], true
			}
		}
	}
	name := own[0].Name
	if len(f.from) > 0 && f.from[0].name != "" {
		name = f.from[0].name
	}
	return address{name: name, addr: own[0].Email}, false
}

// sendAsList answers as Gmail does: what is false or does not apply is left out, so that the mailbox's own address has no verificationStatus.
func (c *call) sendAsList() *apiError {
	o := c.out
	o.begin()
	if o.array("sendAs") {
		for i, a := range c.box.sendAsList() {
			o.element()
			c.sendAs(a, i == 0)
			o.end()
		}
		o.endArray()
	}
	o.end()
	return nil
}

func (c *call) sendAs(a SendAs, own bool) {
	o := c.out
	o.text("sendAsEmail", a.Email)
	o.text("displayName", a.Name)
	o.text("replyToAddress", "")
	o.text("signature", a.Signature)
	if a.Default {
		o.boolean("isDefault", true)
	}
	if own {
		o.boolean("isPrimary", true)
		return
	}
	if !a.NoAlias {
		o.boolean("treatAsAlias", true)
	}
	status := "accepted"
	if a.Pending {
		status = "pending"
	}
	o.text("verificationStatus", status)
	if host, _, _ := strings.Cut(a.SMTP, ":"); host != "" && o.object("smtpMsa") {
		o.text("host", host)
		o.integer("port", 587)
		o.text("securityMode", "starttls")
		o.end()
	}
}

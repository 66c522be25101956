package replies

import (
	"errors"

	"github.com/trakstar/hire-gmail/shared/authresults"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
)

// proved says whether a mail comes from the user: From or the envelope names their login address, and the gateway has found that a domain which stands for this
// address has sent it. That proves the domain, not the person in it, as far as mail can prove anything.
func proved(e Envelope, m *mime.Message, user hire.User) error {
	inHeader := len(m.From) == 1 && hire.SameAddress(m.From[0].Addr, user.Email)
	inEnvelope := hire.SameAddress(e.From, user.Email)
	if !inHeader && !inEnvelope {
		return hire.Err(hire.CodeReplyOtherSender)
	}
	domain := authresults.DomainOf(hire.NormalizeAddress(user.Email))
	_, clauses, err := authresults.Parse(e.Authentication)
	if err != nil {
		return hire.Wrap(hire.CodeReplySenderUnproved, err)
	}
	for _, c := range clauses {
		if c.Result != "pass" || !authresults.Aligned(c.Domain, domain) {
			continue
		}
		// DMARC and DKIM speak of what is in the header, SPF of the envelope: its domain must then be the user's, which it is, and the header may name them.
		if c.Method == authresults.SPF || inHeader {
			return nil
		}
	}
	return hire.Wrap(hire.CodeReplySenderUnproved, errors.New("no method has passed for the domain of the login address"))
}

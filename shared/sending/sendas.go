package sending

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/safehtml"
	"github.com/trakstar/hire-gmail/shared/store"
)

// A mail leaves from the mailbox's own address, without a signature, and then Gmail is not asked about either. For another address of the mailbox, or the signature, Gmail's
// list of the addresses that the user can send as is read before anything is stored. The signature is then part of the text that the user has written. An address is looked at
// again where the mail leaves later than that: Gmail would silently send one that is not (any more) theirs from the mailbox's own.

// addressList reads Gmail's list once, however many mails ask for it.
type addressList func() ([]gmail.SendAs, error)

func (s *Service) addressList(ctx context.Context, box store.Mailbox) addressList {
	return sync.OnceValues(func() ([]gmail.SendAs, error) { return s.listAddresses(ctx, box) })
}

// listAddresses reads Gmail's list; its errors are fit for the caller.
func (s *Service) listAddresses(ctx context.Context, box store.Mailbox) (list []gmail.SendAs, err error) {
	err = s.Connections.WithLivingToken(ctx, box, func(ctx context.Context) (err error) {
		list, err = s.Connections.Mailbox(box).SendAs(ctx)
		return err
	})
	var limit *gmail.RateLimit
	switch {
	case err == nil:
		return list, nil
	case errors.As(err, &limit):
		if err := s.Connections.Limited(ctx, box, limit); err != nil {
			return nil, err
		}
		e := hire.Wrap(hire.CodeGmailUnavailable, err)
		e.RetryAfter = limit.Until
		return nil, e
	}
	parked, perr := s.Connections.Refused(ctx, box, err)
	switch {
	case perr != nil:
		return nil, perr
	case parked:
		return nil, s.parked(ctx, box, err)
	}
	return nil, hire.Wrap(hire.CodeGmailUnavailable, err)
}

// ownAddress finds the mailbox's own address in Gmail's list.
func ownAddress(list []gmail.SendAs) gmail.SendAs {
	for _, a := range list {
		if a.Primary {
			return a
		}
	}
	return gmail.SendAs{}
}

// aliasOf finds another address in Gmail's list, or says why nothing can leave from it.
func aliasOf(list []gmail.SendAs, address string) (gmail.SendAs, error) {
	for _, a := range list {
		if hire.SameAddress(a.Address, address) {
			return a, usable(a)
		}
	}
	return gmail.SendAs{}, hire.Err(hire.CodeUnknownAlias)
}

// writer is a user as who writes from an address of Gmail's list.
func writer(a gmail.SendAs, user hire.User) hire.Address {
	return hire.Address{Name: cmp.Or(a.Name, user.Name), Addr: a.Address}
}

// usable says why nothing can leave from an address of Gmail's list, if so.
func usable(a gmail.SendAs) error {
	switch {
	case !a.Verified:
		return hire.Err(hire.CodeAliasNotVerified)
	case !a.Alias:
		return hire.Err(hire.CodeAliasElsewhere)
	}
	return nil
}

// sign lets a mail leave from the address that its writer has chosen, with the signature that they asked for.
func (s *Service) sign(x *store.Send, account hire.Account, box store.Mailbox, user hire.User, r Request, addresses addressList) error {
	other := r.From != "" && !hire.SameAddress(r.From, box.Address)
	switch {
	case other && !account.Aliases.Allowed:
		return hire.Err(hire.CodeAliasNotAllowed)
	case !other && !r.Signature:
		return nil
	}
	list, err := addresses()
	if err != nil {
		return err
	}
	from := ownAddress(list)
	if other {
		if from, err = aliasOf(list, r.From); err != nil {
			return err
		}
		x.From = writer(from, user)
	}
	if r.Signature {
		x.Text, x.HTML = signed(x.Text, x.HTML, from.Signature)
	}
	return nil
}

// signed puts a signature (HTML) below a text and its HTML, if it has any: behind a line of two dashes (RFC 3676 section 4.3), and in an element by which mail programs know
// it. A mail of HTML alone has its text made of that.
func signed(text, html, signature string) (string, string) {
	clean := strings.TrimSpace(safehtml.Signature(signature))
	if clean == "" {
		return text, html
	}
	if text == "" {
		text = mime.TextOf(html)
	}
	if plain := mime.TextOf(clean); plain != "" {
		if text != "" {
			text = strings.TrimRight(text, "\r\n") + "\n\n"
		}
		text += "-- \n" + plain
	}
	if html != "" {
		at := len(html)
		if i := strings.LastIndex(strings.ToLower(html), "</body"); i >= 0 && len(strings.ToLower(html)) == len(html) {
			at = i
		}
		html = html[:at] + `<br><br><div class="gmail_signature">-- <br>` + clean + `</div>` + html[at:]
	}
	return text, html
}

// checkAlias looks whether a mail that was planned earlier can still leave from its address.
func (w *way) checkAlias(ctx context.Context) error {
	if w.x.From.Addr == "" || w.x.Attempts == 1 && w.x.Asked == nil {
		return nil // it was looked at by this very call
	}
	list, err := w.gmail.SendAs(ctx)
	if err != nil {
		return err
	}
	_, err = aliasOf(list, w.x.From.Addr)
	return err
}

// SendingAddress is an address that a user can send as, as far as Gmail goes.
type SendingAddress struct {
	Address       hire.Address
	Own           bool  // the mailbox's own
	Default       bool  // what Gmail writes new mail as
	Problem       error // why nothing can leave from it; nil: it can be chosen
	SignatureHTML string
	SignatureText string
}

// Addresses lists the addresses that a user can send as, the mailbox's own first, with what a mail from each is signed with.
func (s *Service) Addresses(ctx context.Context, k store.MailboxKey) ([]SendingAddress, error) {
	account, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return nil, err
	}
	if err := hire.MaySend(user, nil); err != nil {
		return nil, err
	}
	box, err := s.Connected(ctx, account, user)
	if err != nil {
		return nil, err
	}
	list, err := s.listAddresses(ctx, box)
	if err != nil {
		return nil, err
	}
	own := []SendingAddress{{Address: hire.Address{Name: user.Name, Addr: box.Address}, Own: true}}
	var others []SendingAddress
	for _, a := range list {
		html := safehtml.Signature(a.Signature)
		out := SendingAddress{Address: writer(a, user), Own: a.Primary, Default: a.Default, SignatureHTML: html, SignatureText: mime.TextOf(html)}
		if a.Primary {
			out.Address = own[0].Address
			own[0] = out
			continue
		}
		if out.Problem = usable(a); out.Problem == nil && !account.Aliases.Allowed {
			out.Problem = hire.Err(hire.CodeAliasNotAllowed)
		}
		others = append(others, out)
	}
	return append(own, others...), nil
}

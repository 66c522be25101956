package gmail

import (
	"context"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// SendAs is an address that the mailbox's owner can send as: the mailbox's own, or one from Gmail's setting "Send mail as".
type SendAs struct {
	Address   string
	Name      string // what stands beside it in From; "" on an alias means the name of the mailbox's own address
	Signature string // HTML, which Gmail has made harmless; "" for none
	Primary   bool   // the mailbox's own
	Default   bool   // what Gmail writes new mail as
	Verified  bool   // Gmail sends as it
	// Alias: mail to it comes to this mailbox, as far as Gmail can tell. It is false for an address that is not treated as an alias, and for one whose mail leaves through a
	// server of its own: Gmail asks for that where the address is with another provider.
	Alias bool
}

const sendAsFields = "sendAs(sendAsEmail,displayName,signature,isPrimary,isDefault,treatAsAlias,verificationStatus,smtpMsa(host))"

// SendAs lists the addresses that the mailbox's owner can send as, with their signatures. The permission to change mail covers it.
// Source: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.sendAs
func (m *Mailbox) SendAs(ctx context.Context) ([]SendAs, error) {
	all, err := ask(WithPriority(ctx, PrioritySend), m, one(sendAsList), func(ctx context.Context) (*gmailapi.ListSendAsResponse, error) {
		return m.client.users.Settings.SendAs.List("me").Context(ctx).Fields(googleapi.Field(sendAsFields)).Do()
	})
	if err != nil {
		return nil, err
	}
	out := make([]SendAs, len(all.SendAs))
	for i, a := range all.SendAs {
		out[i] = SendAs{
			Address: a.SendAsEmail, Name: a.DisplayName, Signature: a.Signature, Primary: a.IsPrimary, Default: a.IsDefault,
			Verified: a.IsPrimary || a.VerificationStatus == "accepted", // the mailbox's own has no status
			Alias:    a.IsPrimary || a.TreatAsAlias && (a.SmtpMsa == nil || a.SmtpMsa.Host == ""),
		}
	}
	return out, nil
}

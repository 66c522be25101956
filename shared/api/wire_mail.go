package api

import "github.com/trakstar/hire-gmail/shared/hire"

// Addresses are addresses as callers see them; none are an empty list.
func Addresses(as []hire.Address) []Address {
	out := []Address{}
	for _, a := range as {
		out = append(out, Address{Name: a.Name, Email: a.Addr})
	}
	return out
}

// Attachments are a message's files as callers see them; none are an empty list.
func Attachments(as []hire.Attachment) []Attachment {
	out := []Attachment{}
	for _, a := range as {
		out = append(out, Attachment{PartID: a.PartID, Filename: a.Filename, ContentType: a.ContentType, Size: a.Size, Inline: a.Inline, ContentID: a.ContentID})
	}
	return out
}

// Authenticated is what Gmail found out about a mail's sender, as the API shows it; nil for nothing.
func Authenticated(a *hire.Authentication) *Authentication {
	if a == nil {
		return nil
	}
	return &Authentication{Result: string(a.Proof()), DMARC: string(a.DMARC), DKIM: string(a.DKIM), SPF: string(a.SPF), Domain: a.Domain}
}

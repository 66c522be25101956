package threads

import (
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/profile"
)

// summary is a row of the Emails tab as callers see it.
func summary(row profile.Row) api.ThreadSummary {
	return api.ThreadSummary{
		ID: row.ID, CandidateID: row.CandidateID, Subject: row.Subject, Snippet: row.Snippet, Messages: row.Messages, FirstAt: row.FirstAt, LastAt: row.LastAt,
		LastFrom: api.Person(row.From), Private: row.Private, OwnerID: row.OwnerID, UserIDs: row.UserIDs, AlsoMatches: row.Ambiguous, MayReply: row.MayReply,
		Receipt: api.Receipt(row.Receipt), LastActivity: string(row.LastWay), Unread: row.Unread, InboundAt: row.InboundAt,
	}
}

// message is a message as callers see it.
func message(m profile.Message) api.Message {
	out := api.Message{
		ID: m.ID, ThreadID: m.ThreadID, MessageID: m.MessageID, Direction: string(m.Direction), From: api.Person(m.Writer), To: persons(m.ToPeople), Cc: persons(m.CcPeople),
		Subject: m.Subject, Date: m.Date, ReceivedAt: m.ReceivedAt, Text: m.Text, QuotedText: m.Quoted, HTML: m.HTML, HasRemote: m.HasRemote,
		Attachments: api.Attachments(m.Attachments), HasOriginal: m.Original != "", AutoReply: m.AutoReply, Bounce: m.Bounce, Via: m.Via, Defects: m.Defects,
		Authentication: api.Authenticated(m.Authentication),
	}
	if m.Claims != nil {
		out.Authentication.Claims = new(api.Person(*m.Claims))
	}
	if d := m.Delivery; d != nil {
		out.Delivery = &api.Delivery{State: string(d.State), Recipients: []api.Address{}, Status: d.Status, Reason: d.Reason, At: d.At, ReportID: d.ReportID, ThreadID: d.ReportThreadID}
		for _, a := range d.Recipients {
			out.Delivery.Recipients = append(out.Delivery.Recipients, api.Address{Email: a})
		}
	}
	return out
}

func persons(people []profile.Person) []api.Person {
	out := make([]api.Person, len(people))
	for i, p := range people {
		out[i] = api.Person(p)
	}
	return out
}

package gmail

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// MessageResult is one of several messages asked for: Message, or Err saying why it isn't there.
type MessageResult struct {
	ID      string
	Message *Message
	Err     error
}

// Messages gets messages, in the order of ids, by batch requests. A part of a batch that failed for a passing reason is tried again by itself. Err of a
// result concerns that message (ErrNotFound, ErrInvalid, ErrUnavailable). The error returned concerns the mailbox, such as a *RateLimit; the results
// are valid all the same, and those that it kept from being fetched carry it.
func (m *Mailbox) Messages(ctx context.Context, ids []string, format Format) ([]MessageResult, error) {
	return m.messages(ctx, ids, reading{format: format})
}

func (m *Mailbox) messages(ctx context.Context, ids []string, how reading) ([]MessageResult, error) {
	out := make([]MessageResult, len(ids))
	for i, id := range ids {
		out[i].ID = id
	}
	for left := out; len(left) > 0; {
		// No more than the ledger will pay for: a refused batch would leave unfetched what fits.
		n := min(len(left), maxBatch, m.client.ledger.affordable(m.sub, priorityOf(ctx), messagesGet, m.client.now()))
		if err := m.someMessages(ctx, left[:n], how); err != nil {
			for i := range left {
				if left[i].Message == nil && (left[i].Err == nil || m.client.passing(left[i].Err)) {
					left[i].Err = err
				}
			}
			return out, err
		}
		left = left[n:]
	}
	return out, nil
}

// someMessages fills in one batch of results. Where it returns an error, some may have been left as they are.
func (m *Mailbox) someMessages(ctx context.Context, results []MessageResult, how reading) error {
	if len(results) > 1 {
		if err := m.batchMessages(ctx, results, how); err != nil {
			return err
		}
	}
	answered := 0 // messages that Gmail had something to say on
	for i := range results {
		r := &results[i]
		switch {
		case r.Message != nil:
			answered++
			continue
		case r.Err != nil && !m.client.passing(r.Err):
			if !concernsMessage(r.Err) {
				return r.Err
			}
			answered++
			continue
		}
		r.Message, r.Err = m.message(ctx, r.ID, how)
		switch {
		case r.Err == nil || errors.Is(r.Err, ErrNotFound) || errors.Is(r.Err, ErrInvalid):
			answered++
		case !concernsMessage(r.Err) || answered == 0:
			// The mailbox's trouble, or Gmail's: to go on asking one by one would only take long.
			return r.Err
		}
	}
	return nil
}

func (m *Mailbox) batchMessages(ctx context.Context, results []MessageResult, how reading) error {
	parts := make([]part, len(results))
	for i, r := range results {
		if r.ID == "" {
			return misuse(messagesGet, reasonNoID)
		}
		parts[i] = part{method: messagesGet, verb: http.MethodGet, path: messagePath(r.ID, how)}
	}
	errs, err := m.batch(ctx, parts, func(i int, body []byte) (err error) {
		results[i].Message, err = decodeMessage(body, how.format)
		return err
	})
	if err != nil {
		return err
	}
	for i, err := range errs {
		results[i].Err = err
	}
	return nil
}

// concernsMessage tells whether an error is about one message, so that others may be asked for all the same.
func concernsMessage(err error) bool {
	return errors.Is(err, ErrNotFound) || errors.Is(err, ErrInvalid) || errors.Is(err, ErrUnavailable)
}

// MessagePage is a page of a listing of messages.
type MessagePage struct {
	Messages      []MessageRef // without labels
	NextPageToken string       // "" on the last page
	Estimate      int          // of how many there are on all pages, as Gmail guesses
}

// MessagesSince lists the messages that came or were sent since a time, newest first, 500 a page; spam and bin are left out. Gmail compares by the second.
// Source: https://developers.google.com/workspace/gmail/api/guides/filtering
func (m *Mailbox) MessagesSince(ctx context.Context, since time.Time, pageToken string) (MessagePage, error) {
	page, err := ask(ctx, m, one(messagesList), func(ctx context.Context) (*gmailapi.ListMessagesResponse, error) {
		call := m.client.users.Messages.List("me").Context(ctx).Q(fmt.Sprintf("after:%d", since.Unix())).MaxResults(500).
			Fields(googleapi.Field("messages(id,threadId),nextPageToken,resultSizeEstimate"))
		if pageToken != "" {
			call.PageToken(pageToken)
		}
		return call.Do()
	})
	if err != nil {
		return MessagePage{}, err
	}
	out := MessagePage{Messages: make([]MessageRef, 0, len(page.Messages)), NextPageToken: page.NextPageToken, Estimate: int(page.ResultSizeEstimate)}
	for _, msg := range page.Messages {
		out.Messages = append(out.Messages, refOf(msg))
	}
	return out, nil
}

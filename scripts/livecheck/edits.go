package main

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"

	"github.com/trakstar/hire-gmail/shared/hire"
)

var editChecks = []check{
	{
		Name: "edit-changes-message-id", Used: "shared/sending, way.resume: a draft that is not as we made it is not sent",
		Fact: "An edited draft has another message id, and keeps its conversation and its draft id; drafts.update stands for the edit.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.draft(ctx, x.a, "", letter{to: x.a.address, word: "edited", text: "This draft is edited."})
			if err != nil {
				return "", err
			}
			raw := x.write(x.a, letter{to: x.a.address, word: "edited", text: "This draft was edited."})
			now, err := x.a.gmail.Drafts.Update("me", d.Id, &gmailapi.Draft{}).Context(ctx).
				Media(bytes.NewReader(raw), googleapi.ContentType("message/rfc822"), googleapi.ChunkSize(0)).Do()
			if err != nil {
				return "", err
			}
			return x.compareEdit(ctx, d, now)
		},
	},
	{
		Name: "edit-by-hand", Used: "shared/sending, way.resume and way.look: right whether the draft's id and our header stay or not",
		Fact: "A draft that its user edits in Gmail has another message id and keeps its conversation.",
		Try:  editByHand,
	},
}

// compareEdit says what has become of a draft by an edit. The code does without the draft's id and our header.
func (x *trial) compareEdit(ctx context.Context, before, now *gmailapi.Draft) (string, error) {
	switch {
	case now.Message == nil || now.Message.Id == before.Message.Id:
		return "", contrary("the message id has not changed")
	case now.Message.ThreadId != before.Message.ThreadId:
		return "", contrary("it is in another conversation now")
	}
	seen := "the draft id stays"
	if now.Id != before.Id {
		x.a.made.drafts = append(x.a.made.drafts, now.Id)
		seen = "the draft id changes"
	}
	h, _, _, err := x.soon(ctx, x.a, now.Message.Id, hire.SendHeader)
	if err != nil {
		return seen, err
	}
	if h[strings.ToLower(hire.SendHeader)] == "" {
		return seen + ", our header is gone", nil
	}
	return seen + ", our header stays", nil
}

func editByHand(ctx context.Context, x *trial) (string, error) {
	if !x.byHand {
		return "", excuse("only with -by-hand, since a person has to do it")
	}
	d, err := x.draft(ctx, x.a, "", letter{to: x.a.address, word: "byhand", text: "Change a word of this text."})
	if err != nil {
		return "", err
	}
	x.say("  In Gmail, open the draft %q, change a word of its text, and close it. This waits for you.", x.subject("byhand"))
	var now *gmailapi.Draft
	// A person takes longer than Gmail: no bound but -timeout.
	for now == nil {
		// Its conversation is what stays.
		th, err := x.a.gmail.Threads.Get("me", d.Message.ThreadId).Context(ctx).Format("minimal").Do()
		switch {
		case gone(err):
			return "", contrary("its conversation is gone")
		case err != nil:
			return "", err
		}
		if n := len(th.Messages); n > 0 && th.Messages[n-1].Id != d.Message.Id && has(th.Messages[n-1].LabelIds, "DRAFT") {
			now, err = x.a.draftOf(ctx, th.Messages[n-1])
			if err != nil {
				return "", err
			}
		}
		if now == nil {
			if err := gax.Sleep(ctx, min(x.patience/10, 3*time.Second)); err != nil {
				return "", err
			}
		}
	}
	return x.compareEdit(ctx, d, now)
}

// draftOf finds the draft whose message it is; nil if it is not listed yet.
func (a *account) draftOf(ctx context.Context, m *gmailapi.Message) (*gmailapi.Draft, error) {
	all, err := a.drafts(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.Message != nil && d.Message.Id == m.Id {
			d.Message.ThreadId = m.ThreadId
			return d, nil
		}
	}
	return nil, nil
}

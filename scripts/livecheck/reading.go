package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"google.golang.org/api/googleapi"
)

var readingChecks = []check{
	{
		Name: "metadata-headers", Used: "shared/gmail, messagePath: our header alone of drafts, three headers of a mail just sent",
		Fact: "messages.get with format=metadata and metadataHeaders brings those headers and no others, and no content.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			h, m, err := x.a.headers(ctx, s.sent.Id, "Message-ID", "Date")
			switch {
			case err != nil:
				return "", err
			case h["message-id"] == "" || h["date"] == "":
				return "", contrary("a header that was asked for is not there")
			case len(h) > 2:
				return "", contrary("there are %d headers", len(h))
			case m.Raw != "" || len(m.Payload.Parts) > 0 || (m.Payload.Body != nil && m.Payload.Body.Data != ""):
				return "", contrary("there is content")
			}
			return "", nil
		},
	},
	{
		Name: "message-fields", Used: "shared/gmail, Format.mask: no snippet",
		Fact: "messages.get brings only what the fields parameter names.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			answer, err := x.a.raw(ctx, "messages/"+s.sent.Id, map[string][]string{"format": {"minimal"}, "fields": {"id,threadId,labelIds,historyId,internalDate"}})
			if err != nil {
				return "", err
			}
			if answer["id"] != s.sent.Id || answer["threadId"] == nil || answer["historyId"] == nil || answer["internalDate"] == nil {
				return "", contrary("what was asked for is not there")
			}
			return "", onlyFields(answer, "id", "threadId", "labelIds", "historyId", "internalDate")
		},
	},
	{
		Name: "full-has-parts", Used: "shared/mime, FromPayload",
		Fact: "messages.get with format=full brings the headers, our own text, and the part's type.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			m, err := x.a.gmail.Messages.Get("me", s.sent.Id).Context(ctx).Format("full").Do()
			if err != nil {
				return "", err
			}
			text, kind := "", ""
			walk(m.Payload, func(p *part) {
				if strings.HasPrefix(p.MimeType, "text/plain") && text == "" {
					kind, text = p.MimeType, decoded(p)
				}
			})
			if !strings.Contains(text, "The first mail of this run.") {
				return "", contrary("the text is not there, type %q", kind)
			}
			return "", nil
		},
	},
	{
		Name: "message-unknown", Used: "shared/gmail, refusal (ErrNotFound); shared/mailsync, isGone",
		Fact: "messages.get of a message that is gone answers 404.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.deletedDraft(ctx)
			if err != nil {
				return "", err
			}
			_, err = x.a.gmail.Messages.Get("me", d.message).Context(ctx).Format("minimal").Do()
			return "", refused(err, http.StatusNotFound, "messages.get")
		},
	},
	{
		Name: "error-reasons", Used: "shared/gmail, reasonOf",
		Fact: "A refusal has the code, a message and errors[].reason: notFound with 404, and one with 400.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.deletedDraft(ctx)
			if err != nil {
				return "", err
			}
			_, missing := x.a.gmail.Messages.Get("me", d.message).Context(ctx).Format("minimal").Do()
			_, wrong := x.a.gmail.Messages.Get("me", "not an id").Context(ctx).Format("minimal").Do()
			var e404, e400 *googleapi.Error
			switch {
			case !errors.As(missing, &e404) || !errors.As(wrong, &e400):
				return "", firstOf(missing, wrong, contrary("a message that is not there is not refused"))
			case e404.Code == http.StatusNotFound && reasonOf(e404) != "notFound", e404.Message == "":
				return "", contrary("404 with reason %s", reasonOf(e404))
			case e400.Code == http.StatusBadRequest && (len(e400.Errors) == 0 || e400.Errors[0].Reason == "" || e400.Message == ""):
				return "", contrary("400 without a reason or a message")
			}
			_, first := answerOf(missing)
			_, second := answerOf(wrong)
			return first + "; " + second, nil
		},
	},
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

var batchChecks = []check{
	{
		Name: "batch-of-25", Used: "shared/gmail, Mailbox.Messages",
		Fact: "A batch of 25 messages.get answers each part by itself, named by its Content-ID or in order: 24 with 200, one for a message that is gone with 404.",
		Try:  batchOf25,
	},
	{
		Name: "batch-reads-and-labels", Used: "shared/gmail, Mailbox.ReadBackAndLabel",
		Fact: "One batch may read a message and put a label on it.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			label, err := x.ownLabel(ctx)
			if err != nil {
				return "", err
			}
			body, err := json.Marshal(&gmailapi.ModifyMessageRequest{AddLabelIds: []string{label.Id}})
			if err != nil {
				return "", err
			}
			answers, err := x.batch(ctx, []batched{
				{http.MethodGet, messagePath(s.sent.Id) + "?format=metadata&metadataHeaders=Message-ID", nil},
				{http.MethodPost, messagePath(s.sent.Id) + "/modify", body},
			})
			if err != nil {
				return "", err
			}
			var m gmailapi.Message
			switch {
			case answers[0].status != http.StatusOK || answers[1].status != http.StatusOK:
				return "", contrary("the parts answer %d and %d", answers[0].status, answers[1].status)
			case json.Unmarshal(answers[0].body, &m) != nil || m.Id != s.sent.Id || m.Payload == nil || len(m.Payload.Headers) != 1:
				return "", contrary("the first part does not bring the message's header")
			}
			_, now, err := x.a.headers(ctx, s.sent.Id, "Subject")
			if err == nil && !has(now.LabelIds, label.Id) {
				err = contrary("the label is not on the message")
			}
			return "", err
		},
	},
}

func batchOf25(ctx context.Context, x *trial) (string, error) {
	s, err := x.readMail(ctx)
	if err != nil {
		return "", err
	}
	d, err := x.deletedDraft(ctx)
	if err != nil {
		return "", err
	}
	const missing = 7
	calls := make([]batched, 25)
	for i := range calls {
		calls[i] = batched{http.MethodGet, messagePath(s.sent.Id) + "?format=minimal", nil}
	}
	calls[missing].path = messagePath(d.message) + "?format=minimal"
	answers, err := x.batch(ctx, calls)
	if err != nil {
		return "", err
	}
	tooMany := 0
	for i, a := range answers {
		var m gmailapi.Message
		switch {
		case a.status == http.StatusTooManyRequests:
			tooMany++
		case i == missing && a.status != http.StatusNotFound:
			return "", contrary("the part of the message that is gone answers %d", a.status)
		case i != missing && (a.status != http.StatusOK || json.Unmarshal(a.body, &m) != nil || m.Id != s.sent.Id):
			return "", contrary("part %d answers %d, or another message", i, a.status)
		}
	}
	if tooMany > 0 {
		return fmt.Sprintf("%d parts were refused with 429, which the code asks for again", tooMany), nil
	}
	return "", nil
}

// batched is a call in a batch.
type batched struct {
	verb, path string
	body       []byte
}

// partial is the answer to one.
type partial struct {
	status int
	body   []byte
}

func messagePath(id string) string { return "/gmail/v1/users/me/messages/" + url.PathEscape(id) }

// batch makes calls in one request, and puts their answers in the order of the calls.
// Source: https://developers.google.com/workspace/gmail/api/guides/batch
func (x *trial) batch(ctx context.Context, calls []batched) ([]partial, error) {
	var request bytes.Buffer
	w := multipart.NewWriter(&request)
	for i, c := range calls {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {"application/http"}, "Content-Id": {fmt.Sprintf("<call%d>", i)}})
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(p, "%s %s HTTP/1.1\r\n", c.verb, c.path)
		if c.body != nil {
			fmt.Fprintf(p, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(c.body))
		}
		fmt.Fprintf(p, "\r\n%s", c.body)
		path, _, _ := strings.Cut(c.path, "?")
		x.meter.count(methodOf(c.verb, path))
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, x.a.base+"batch/gmail/v1", bytes.NewReader(request.Bytes()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "multipart/mixed; boundary="+w.Boundary())
	resp, err := x.a.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if err := googleapi.CheckResponse(resp); err != nil {
		return nil, err
	}
	return readBatch(resp, len(calls))
}

func readBatch(resp *http.Response, n int) ([]partial, error) {
	kind, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return nil, contrary("the batch's answer is %q", kind)
	}
	out := make([]partial, n)
	parts := multipart.NewReader(resp.Body, params["boundary"])
	for at := 0; ; at++ {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		i := at // where the server names no call, the code goes by the order
		if name := p.Header.Get("Content-Id"); name != "" {
			if _, err := fmt.Sscanf(name, "<response-call%d>", &i); err != nil {
				return nil, contrary("a part is named %q", name)
			}
		}
		if i < 0 || i >= n || out[i].status != 0 {
			return nil, contrary("there is a part too many")
		}
		answer, err := http.ReadResponse(bufio.NewReader(p), nil)
		if err != nil {
			return nil, contrary("a part is no HTTP answer")
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close() //nolint:errcheck // read to its end
		if err != nil {
			return nil, contrary("a part breaks off")
		}
		out[i] = partial{answer.StatusCode, body}
	}
	for i := range out {
		if out[i].status == 0 {
			return nil, contrary("part %d has no answer", i)
		}
	}
	return out, nil
}

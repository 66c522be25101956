package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/trakstar/hire-gmail/scripts/site"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
)

// patience is how long a client waits for an answer, and how long it pauses before it asks again.
const (
	patience   = 40 * time.Second
	againAfter = 2 * time.Second
)

// send sends a mail as Hire's frontend does: under a key, and again under the same key where no answer comes or one that says so, no sooner than that asks for, until it is told what has become of it.
func (t *traffic) send(ctx context.Context, r *recruiter, c *candidate, m api.SendMessage) {
	l := t.new(kindSent, r, c)
	l.key, m.Text = "key "+l.text, l.text
	t.sending.Go(func() {
		for ctx.Err() == nil {
			status, result, err := t.ask(ctx, r, l.key, m)
			t.mu.Lock()
			l.tries++
			t.mu.Unlock()
			switch {
			case err != nil || status >= 500 || status == http.StatusTooManyRequests || status == http.StatusConflict && result.code == "send_in_progress":
			case status == http.StatusConflict && result.code == "send_outcome_unknown":
				t.ended(l, c, "unknown", result)
				return
			case status/100 != 2:
				t.ended(l, c, fmt.Sprintf("refused: %d %s", status, result.code), result)
				return
			case result.State == "sent" || result.State == "failed" || result.State == "unknown":
				t.ended(l, c, result.State, result)
				return
			}
			if site.Pause(ctx, max(againAfter, result.after)) != nil {
				return
			}
		}
	})
}

func (t *traffic) ended(l *letter, c *candidate, state string, result result) {
	t.mu.Lock()
	l.state = state
	t.mu.Unlock()
	if result.ThreadID != "" && state == "sent" {
		c.mu.Lock()
		c.threads = append(c.threads, result.ThreadID)
		c.mu.Unlock()
	}
}

// result is what a send is answered with; of a problem: its code, and after which time it asks to be called again.
type result struct {
	api.SendResult
	code  string
	after time.Duration
}

func (t *traffic) ask(ctx context.Context, r *recruiter, key string, m api.SendMessage) (status int, out result, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	body, err := json.Marshal(m)
	if err != nil {
		return 0, out, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.s.Front+"/sendmessage/v1/messages", bytes.NewReader(body))
	if err != nil {
		return 0, out, err
	}
	token := t.s.Issuer.UserToken(issuertest.UserClaims{AccountID: r.Account, UserID: r.User, Email: r.Email, Audience: t.s.Env["USERS_AUDIENCE"]})
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, out, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, out, err
	}
	if resp.StatusCode/100 == 2 {
		return resp.StatusCode, out, json.Unmarshal(text, &out.SendResult)
	}
	var problem struct{ Code string }
	_ = json.Unmarshal(text, &problem) // an instance that has gone leaves no problem
	out.code = problem.Code
	if at, err := http.ParseTime(resp.Header.Get("Retry-After")); err == nil { // the API gives a date
		out.after = time.Until(at)
	}
	return resp.StatusCode, out, nil
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2"
	gmailapi "google.golang.org/api/gmail/v1"
)

// trial is one run: the mailboxes, and what the checks share so that no mail is sent twice for the same purpose.
type trial struct {
	options
	server  server
	out     io.Writer
	browser *browser
	meter   *meter
	token   string   // in the subject of every mail of this run: letters and digits, so that a search finds it as one word
	a       *account // -mailbox
	b       *account // -second; nil without it
	began   time.Time

	drafted  fixture[*firstDraft]
	sent     fixture[*sentMail]
	read     fixture[*readMail]
	reply    fixture[*replyMail]
	large    fixture[*largeMail]
	label    fixture[*gmailapi.Label]
	labelled fixture[*labelledThread]
	deleted  fixture[*deletedDraft]
	crossed  fixture[*crossedMail]
	watched  fixture[*gmailapi.WatchResponse]
	known    fixture[*idToken]
}

// begin gets access to the mailboxes.
func begin(ctx context.Context, o options, s server, out io.Writer) (*trial, error) {
	x := &trial{options: o, server: s, out: out, token: "lc" + strings.ToLower(rand.Text()[:10]), began: time.Now()}
	x.meter = &meter{base: http.DefaultTransport, units: unitsOf(s.legacy), say: x.say}
	var err error
	if x.browser, err = listen(ctx, o.redirect, x.say); err != nil {
		return nil, err
	}
	x.say("livecheck of %s. Everything it makes has %s in its subject or name.\n", s, x.token)
	if o.second != "" {
		x.b, err = connect(ctx, s, x.browser, x.meter, o.second)
	}
	if err == nil {
		x.a, err = connect(ctx, s, x.browser, x.meter, o.mailbox) // the last: checks lead the same user's browser on
	}
	if err != nil {
		x.close()
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			err = errNoBrowser
		}
		return nil, err
	}
	return x, nil
}

func (x *trial) say(format string, args ...any) { fmt.Fprintf(x.out, format+"\n", args...) }

func (x *trial) close() {
	if err := x.browser.close(); err != nil {
		x.say("The redirect address could not be closed: %v", err)
	}
}

// all tries the checks that were asked for, one after the other, and cleans up whatever has happened.
func (x *trial) all(ctx context.Context, all []check) *report {
	r := &report{Server: x.server.String(), Began: x.began.UTC()}
	heading(x.out)
	defer func() { r.Units, r.Calls = x.meter.read() }()
	cleaned := false
	tidy := func() {
		if !cleaned {
			cleaned = true
			r.Cleaned = x.cleanUp(ctx)
		}
	}
	defer tidy() // in a panic too
	for _, c := range all {
		if c.Last {
			tidy()
		}
		line := x.try(ctx, c)
		r.add(line)
		line.line(x.out)
	}
	tidy()
	return r
}

func (x *trial) try(ctx context.Context, c check) result {
	before, _ := x.meter.read()
	at := time.Now()
	out := result{Name: c.Name, Fact: c.Fact, Used: c.Used}
	note, err := "", ctx.Err()
	if err == nil {
		note, err = c.Try(ctx, x)
	}
	why := ""
	out.Verdict, why = judge(err)
	out.Note = strings.TrimPrefix(strings.Join([]string{note, why}, "; "), "; ")
	out.Note = strings.TrimSuffix(out.Note, "; ")
	after, _ := x.meter.read()
	out.Units, out.Millis = after-before, time.Since(at).Milliseconds()
	return out
}

// fixture is something that several checks look at, made by the first that needs it.
type fixture[T any] struct {
	tried bool
	value T
	err   error
}

// get makes it, once. Only the first check is judged by a failure to: the others can't be tried.
func (f *fixture[T]) get(what string, make func() (T, error)) (T, error) {
	if f.tried && f.err != nil {
		return f.value, excuse("needs %s, which an earlier check could not have", what)
	}
	if !f.tried {
		f.tried = true
		f.value, f.err = make()
	}
	return f.value, f.err
}

// wait asks again and again until something is so, with growing pauses, and says how long that took. done is given up asking after -patience, which is
// against the fact.
func (x *trial) wait(ctx context.Context, what string, done func() (bool, error)) (took time.Duration, err error) {
	at := time.Now()
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 4*time.Second) {
		ok, err := done()
		took = time.Since(at)
		switch {
		case err != nil:
			return took, err
		case ok:
			return took, nil
		case took >= x.patience:
			return took, contrary("%s: not within %s", what, x.patience)
		}
		if err := gax.Sleep(ctx, pause); err != nil {
			return took, err
		}
	}
}

// within says how long something took, where it was not at once.
func within(took time.Duration) string {
	if took < 2*time.Second {
		return "at once"
	}
	return "after " + took.Round(time.Second).String()
}

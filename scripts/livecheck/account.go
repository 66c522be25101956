package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"
)

// account is a test mailbox that its user has let us into. Its tokens are in memory alone.
type account struct {
	address string
	config  *oauth2.Config
	plain   *http.Client // for OAuth
	meter   *meter
	first   *oauth2.Token // what the consent gave
	granted string        // scopes in that answer
	http    *http.Client  // with the token
	base    string        // of the API: scheme, host and a slash
	gmail   *gmailapi.UsersService
	made    made
}

// made is what this run has made in a mailbox and has to take away again.
type made struct {
	drafts []string
	mails  []string // sent; what was received is found by a search
	labels []string
	watch  bool
}

// connect asks the user for access to a mailbox, and makes sure that it is the one that was named.
func connect(ctx context.Context, s server, b *browser, m *meter, address string) (*account, error) {
	a := &account{address: address, config: s.oauth(b.redirect), meter: m}
	noRedirects := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a.plain = &http.Client{Transport: m.base, Timeout: time.Minute, CheckRedirect: noRedirects}
	c, err := b.authorize(ctx, a.config, address, true)
	if err != nil {
		return nil, err
	}
	if a.first, err = a.exchange(ctx, c); err != nil {
		return nil, fmt.Errorf("the code could not be exchanged: %s", textOf(err))
	}
	a.granted, _ = a.first.Extra("scope").(string)
	source := a.config.TokenSource(a.asking(context.WithoutCancel(ctx)), a.first)
	a.http = &http.Client{Transport: &oauth2.Transport{Source: source, Base: m}, CheckRedirect: noRedirects}
	options := []option.ClientOption{option.WithHTTPClient(a.http), option.WithLogger(slog.New(slog.DiscardHandler))}
	if s.gmail != "" {
		options = append(options, option.WithEndpoint(s.gmail))
	}
	service, err := gmailapi.NewService(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("make the Gmail client: %w", err)
	}
	a.gmail, a.base = service.Users, service.BasePath
	p, err := a.gmail.GetProfile("me").Context(ctx).Do()
	if err != nil {
		return nil, fmt.Errorf("the mailbox can't be reached: %w", err)
	}
	if !strings.EqualFold(p.EmailAddress, address) {
		return nil, fmt.Errorf("you have consented as %s, not as %s: nothing was touched", p.EmailAddress, address)
	}
	return a, nil
}

// asking is ctx with which package oauth2 asks the token endpoint.
func (a *account) asking(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, a.plain)
}

func (a *account) exchange(ctx context.Context, c code) (*oauth2.Token, error) {
	return a.config.Exchange(a.asking(ctx), c.value, oauth2.VerifierOption(c.verifier))
}

// refresh asks for another access token.
func (a *account) refresh(ctx context.Context, token string) (*oauth2.Token, error) {
	return a.config.TokenSource(a.asking(ctx), &oauth2.Token{RefreshToken: token}).Token()
}

// raw gets an answer of the API as it comes, to see whether more is in it than was asked for.
func (a *account) raw(ctx context.Context, path string, query url.Values) (map[string]any, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+"gmail/v1/users/me/"+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", path, resp.Status)
	}
	var out map[string]any
	if err := json.NewDecoder(io.LimitReader(resp.Body, 8<<20)).Decode(&out); err != nil {
		return nil, contrary("the answer of %s can't be read", path)
	}
	return out, nil
}

// cursor is the mailbox's present history id.
func (a *account) cursor(ctx context.Context) (uint64, error) {
	p, err := a.gmail.GetProfile("me").Context(ctx).Do()
	if err != nil {
		return 0, err
	}
	return p.HistoryId, nil
}

// addLabel makes a label and notes that it has to go.
func (a *account) addLabel(ctx context.Context, name string) (*gmailapi.Label, error) {
	l, err := a.gmail.Labels.Create("me", &gmailapi.Label{Name: name, LabelListVisibility: "labelShow", MessageListVisibility: "show"}).Context(ctx).Do()
	if err == nil {
		a.made.labels = append(a.made.labels, l.Id)
	}
	return l, err
}

// headers reads the named headers of a message: all of them where none is named. It gives the message too.
func (a *account) headers(ctx context.Context, id string, names ...string) (map[string]string, *gmailapi.Message, error) {
	call := a.gmail.Messages.Get("me", id).Context(ctx).Format("metadata")
	if len(names) > 0 {
		call.MetadataHeaders(names...)
	}
	m, err := call.Do()
	if err != nil {
		return nil, nil, err
	}
	out := map[string]string{}
	if m.Payload != nil {
		for _, h := range m.Payload.Headers {
			out[strings.ToLower(h.Name)] = h.Value
		}
	}
	return out, m, nil
}

// soon is headers of a message that was made a moment ago: that it is not there will pass.
func (x *trial) soon(ctx context.Context, a *account, id string, names ...string) (h map[string]string, m *gmailapi.Message, took time.Duration, err error) {
	took, err = x.wait(ctx, "a new message can be read", func() (bool, error) {
		var err error
		h, m, err = a.headers(ctx, id, names...)
		if gone(err) {
			return false, nil
		}
		return err == nil, err
	})
	return h, m, took, err
}

// drafts lists all drafts.
func (a *account) drafts(ctx context.Context) (all []*gmailapi.Draft, err error) {
	err = a.gmail.Drafts.List("me").MaxResults(500).Pages(ctx, func(page *gmailapi.ListDraftsResponse) error {
		all = append(all, page.Drafts...)
		return nil
	})
	return all, err
}

func has(labels []string, id string) bool { return slices.Contains(labels, id) }

// gone tells whether a call was refused with 404.
func gone(err error) bool {
	code, _ := answerOf(err)
	return err != nil && code == http.StatusNotFound
}

var errNoBrowser = errors.New("the browser did not come back")

package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/connection"
)

// server is the Gmail and the OAuth that are looked at.
type server struct {
	clientID, clientSecret string
	endpoints              connection.Endpoints
	google                 bool   // OAuth is Google's own
	gmail                  string // scheme, host and a slash; "" is Google's
	topic                  string // for watch; "" is none
	legacy                 bool   // quota units of projects from before May 2026
}

// readServer reads the same variables as the functions and the dev program.
func readServer(getenv func(string) string) (server, error) {
	s := server{
		clientID: getenv("OAUTH_CLIENT_ID"), clientSecret: getenv("OAUTH_CLIENT_SECRET"), topic: getenv("GMAIL_TOPIC"), legacy: getenv("GMAIL_QUOTA") == "legacy",
		endpoints: connection.GoogleEndpoints(),
	}
	var wrong []string
	for _, name := range []string{"OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"} {
		if getenv(name) == "" {
			wrong = append(wrong, name+" is not set")
		}
	}
	auth, token := getenv("OAUTH_AUTH_URL"), getenv("OAUTH_TOKEN_URL")
	revoke, info := getenv("OAUTH_REVOKE_URL"), getenv("OAUTH_USERINFO_URL")
	s.google = auth+token+revoke+info == ""
	switch {
	case s.google:
	case auth == "" || token == "":
		wrong = append(wrong, "OAUTH_AUTH_URL and OAUTH_TOKEN_URL go together")
	default:
		// None of Google's own is mixed in: a stand-in's token is nothing to show Google.
		s.endpoints = connection.Endpoints{Auth: auth, Token: token, Revoke: revoke, UserInfo: info}
	}
	if endpoint := getenv("GMAIL_ENDPOINT"); endpoint != "" {
		u, err := url.Parse(endpoint)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/") {
			wrong = append(wrong, "GMAIL_ENDPOINT is not a scheme and a host")
		} else {
			s.gmail = u.Scheme + "://" + u.Host + "/"
		}
	}
	if !s.google && s.gmail == "" {
		wrong = append(wrong, "GMAIL_ENDPOINT is not set: the tokens of another OAuth server are nothing to show Google")
	}
	if len(wrong) > 0 {
		return s, errors.New(strings.Join(wrong, "\n") + "\n\nREADME, \"Your own Gmail\", says where these come from.")
	}
	return s, nil
}

// scopes are what the product asks for.
var scopes = []string{"openid", "email", "https://www.googleapis.com/auth/gmail.modify"}

func (s server) oauth(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: s.clientID, ClientSecret: s.clientSecret, RedirectURL: redirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: s.endpoints.Auth, TokenURL: s.endpoints.Token},
	}
}

func (s server) String() string {
	return fmt.Sprintf("Gmail at %s, OAuth at %s", cmp.Or(s.gmail, "Google"), hostOf(s.endpoints.Auth))
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Host
	}
	return address
}

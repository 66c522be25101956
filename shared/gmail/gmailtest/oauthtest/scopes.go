package oauthtest

import (
	"slices"
	"strings"
)

const (
	scopePrefix   = "https://www.googleapis.com/auth/"
	scopeMail     = "https://mail.google.com/"
	scopeModify   = scopePrefix + "gmail.modify"
	scopeOpenID   = "openid"
	scopeEmail    = scopePrefix + "userinfo.email"
	scopeProfile  = scopePrefix + "userinfo.profile"
	gmailPrefix   = scopePrefix + "gmail."
	shortEmail    = "email"
	shortProfile  = "profile"
	shortMailFull = "mail"
)

// canonical names scopes as Google does in its answers: "email" and "profile" by their long names, each once.
// Source: https://developers.google.com/identity/protocols/oauth2/scopes
func canonical(scopes []string) []string {
	var out []string
	for _, s := range scopes {
		switch s {
		case shortEmail:
			s = scopeEmail
		case shortProfile:
			s = scopeProfile
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// knownScope tells whether Google could have such a scope.
func knownScope(s string) bool {
	return s == scopeOpenID || s == scopeMail || len(s) > len(scopePrefix) && strings.HasPrefix(s, scopePrefix)
}

// signIn tells whether a scope only says who the user is. These are given as a whole; the screen offers no choice.
func signIn(s string) bool { return s == scopeOpenID || s == scopeEmail || s == scopeProfile }

func isGmail(s string) bool { return s == scopeMail || strings.HasPrefix(s, gmailPrefix) }

// covers tells whether all of want is in have.
func covers(have, want []string) bool {
	return !slices.ContainsFunc(want, func(s string) bool { return !slices.Contains(have, s) })
}

// short is the name of a scope without its address: gmail.modify, email.
func short(s string) string {
	switch s {
	case scopeEmail:
		return shortEmail
	case scopeProfile:
		return shortProfile
	case scopeMail:
		return shortMailFull
	}
	return strings.TrimPrefix(s, scopePrefix)
}

// meanings are the scopes in the words of Google's consent screen.
var meanings = map[string]string{
	scopeOpenID:                    "Associate you with your personal info on Google",
	scopeEmail:                     "See your primary Google Account email address",
	scopeProfile:                   "See your personal info, including any personal info you’ve made publicly available",
	scopeModify:                    "Read, compose, and send emails from your Gmail account",
	gmailPrefix + "readonly":       "View your email messages and settings",
	gmailPrefix + "send":           "Send email on your behalf",
	gmailPrefix + "compose":        "Manage drafts and send emails",
	gmailPrefix + "labels":         "See and edit your email labels",
	gmailPrefix + "metadata":       "View your email message metadata such as labels and headers, but not the email body",
	scopeMail:                      "Read, compose, send, and permanently delete all your email from Gmail",
	scopePrefix + "pubsub":         "View and manage Pub/Sub topics and subscriptions",
	gmailPrefix + "settings.basic": "See, edit, create, or change your email settings and filters in Gmail",
}

func meaning(s string) string {
	if m, ok := meanings[s]; ok {
		return m
	}
	return s
}

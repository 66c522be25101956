package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Problem is one variable that is missing or wrong.
type Problem struct {
	Name  string
	Wrong string // what is wrong: "is missing"
	Set   string // what to set instead
}

// Error names every variable that is missing or wrong.
type Error struct {
	Problems []Problem
}

func (e *Error) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	lines = append(lines, fmt.Sprintf("configuration: %d missing or wrong:", len(e.Problems)))
	for _, p := range e.Problems {
		lines = append(lines, fmt.Sprintf("  %s %s; set %s", p.Name, p.Wrong, p.Set))
	}
	return strings.Join(lines, "\n")
}

// Validate lists everything that is missing or wrong.
func (c Config) Validate() []Problem {
	var all []Problem
	add := func(name, wrong, set string) { all = append(all, Problem{Name: name, Wrong: wrong, Set: set}) }
	cloud := c.Store == "firestore"
	for _, f := range fields(reflect.ValueOf(c)) {
		unset := len(f.texts()) == 0
		switch {
		case unset && f.Required:
			add(f.Name, "is missing", f.toSet())
		case unset && f.InCloud && cloud:
			add(f.Name, "is missing, which STORE=firestore needs", f.toSet())
		default:
			if wrong, set := f.wrong(); wrong != "" {
				add(f.Name, wrong, set)
			}
		}
	}
	if c.Telemetry.To == "google" && !cloud {
		if c.Project == "" {
			add("GOOGLE_CLOUD_PROJECT", "is missing, which TELEMETRY=google needs", "the project that traces and figures go to")
		}
		if c.Cloud.Region == "" {
			add("REGION", "is missing, which TELEMETRY=google needs", "the region that this process is in")
		}
	}
	if c.DataDir == "" {
		add("DATA_DIR", "is missing", "a folder that this process may write to")
	}
	if r := c.OAuth.RedirectURL; secureURL(r) && !strings.HasSuffix(r, "/callback") {
		add("OAUTH_REDIRECT_URL", "does not end in /callback", "the address of oauthcallback, with /callback at its end")
	}
	// A grant of one server would otherwise be exchanged or revoked at another.
	together := []struct{ name, value string }{
		{"OAUTH_AUTH_URL", c.OAuth.AuthURL}, {"OAUTH_TOKEN_URL", c.OAuth.TokenURL}, {"OAUTH_REVOKE_URL", c.OAuth.RevokeURL},
	}
	if c.OAuth.AuthURL+c.OAuth.TokenURL+c.OAuth.RevokeURL != "" {
		for _, v := range together {
			if v.value == "" {
				add(v.name, "is missing while others of the three are set", "OAUTH_AUTH_URL, OAUTH_TOKEN_URL and OAUTH_REVOKE_URL, or none of them")
			}
		}
	}
	return all
}

// toSet says what to set where the variable is missing.
func (f field) toSet() string { return "the " + strings.TrimPrefix(f.Description, "the ") }

// wrong says what is wrong with the value of a variable ("" if nothing is), and what to set.
func (f field) wrong() (wrong, set string) {
	texts := f.texts()
	if len(f.choices) > 0 && !slices.Contains(f.choices, strings.Join(texts, "")) {
		return fmt.Sprintf("is %q", strings.Join(texts, "")), strings.Join(f.choices, " or ")
	}
	if f.check == "" {
		return "", ""
	}
	c := checks[f.check]
	for _, t := range texts {
		switch {
		case c.valid(t):
		case c.wrong != "":
			return c.wrong, c.set
		case f.value.Kind() == reflect.String, f.value.Kind() == reflect.Slice:
			return fmt.Sprintf("is %q", t), c.set
		default:
			return "is " + t, c.set
		}
	}
	return "", ""
}

package questions

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// Question is a request to a function, and the status that its own code answers with.
type Question struct {
	Method, Path string
	Status       int
}

// Of are the questions, by function.
var Of = map[string]Question{
	"connect":        {"POST", "/v1/connect", http.StatusUnauthorized},
	"deliver":        {"POST", "/", http.StatusUnauthorized},
	"directory":      {"POST", "/v1/batch", http.StatusUnauthorized},
	"gmailnotify":    {"POST", "/", http.StatusUnauthorized},
	"inboundreply":   {"POST", "/v1/replies", http.StatusUnauthorized},
	"labelsweep":     {"POST", "/", http.StatusUnauthorized},
	"oauthcallback":  {"POST", "/callback", http.StatusMethodNotAllowed}, // browsers bring no token
	"offboard":       {"POST", "/", http.StatusUnauthorized},
	"securityevents": {"POST", "/", http.StatusBadRequest}, // Google signs what it tells, and brings no token
	"sendmessage":    {"POST", "/v1/messages", http.StatusUnauthorized},
	"settings":       {"GET", "/v1/settings", http.StatusUnauthorized},
	"syncmailbox":    {"POST", "/", http.StatusUnauthorized},
	"threads":        {"GET", "/v1/unmatched", http.StatusUnauthorized},
}

// Request makes the request to a function that is served at an address.
func (q Question) Request(ctx context.Context, address string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, q.Method, strings.TrimSuffix(address, "/")+q.Path, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", address, err)
	}
	return req, nil
}

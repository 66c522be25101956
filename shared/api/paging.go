package api

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// Place is where a list ordered by time goes on: behind the entry of this time and id.
type Place struct {
	At time.Time
	ID string
}

// PageToken names a place in a list ordered by time, for next_page_token. It is opaque to callers.
func PageToken(at time.Time, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(at.UnixMicro(), 36) + "." + id))
}

// DecodePageToken reads a PageToken that a caller has sent back; without one the place is nil, and the list begins.
func DecodePageToken(token string) (*Place, error) {
	if token == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	micros, id, ok := strings.Cut(string(raw), ".")
	n, perr := strconv.ParseInt(micros, 36, 64)
	if err != nil || perr != nil || !ok || id == "" {
		return nil, BadPageToken()
	}
	return &Place{At: time.UnixMicro(n).UTC(), ID: id}, nil
}

// BadPageToken refuses a page token that the list has not given.
func BadPageToken() error {
	return hire.Invalid("page_token", "not valid", "page_token is not one that this list has given. Leave it out to begin at the first page.")
}

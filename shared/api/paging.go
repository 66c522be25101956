package api

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// PageToken names a place in a list ordered by time, for next_page_token. It is opaque to callers.
func PageToken(at time.Time, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(at.UnixMicro(), 36) + "." + id))
}

// DecodePageToken reads a PageToken that a caller has sent back.
func DecodePageToken(token string) (at time.Time, id string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	micros, id, ok := strings.Cut(string(raw), ".")
	n, perr := strconv.ParseInt(micros, 36, 64)
	if err != nil || perr != nil || !ok || id == "" {
		return time.Time{}, "", BadPageToken()
	}
	return time.UnixMicro(n).UTC(), id, nil
}

// BadPageToken refuses a page token that the list has not given.
func BadPageToken() error {
	return hire.Invalid("page_token", "not valid", "page_token is not one that this list has given. Leave it out to begin at the first page.")
}

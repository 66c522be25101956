package api_test

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

func TestPageToken(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{time.Date(2026, 11, 2, 9, 0, 0, 123456000, time.UTC), time.Unix(0, 0).UTC(), time.Date(1969, 7, 20, 0, 0, 0, 0, time.UTC)} {
		for _, id := range []string{"t1", "with.dots.in.it", "ü/§ "} {
			got, err := api.DecodePageToken(api.PageToken(at, id))
			if err != nil || *got != (api.Place{At: at, ID: id}) {
				t.Errorf("%s %q became %+v, error %v", at, id, got, err)
			}
		}
	}
}

func TestNoPageTokenIsTheBegin(t *testing.T) {
	t.Parallel()
	if got, err := api.DecodePageToken(""); got != nil || err != nil {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestDecodePageTokenRefuses(t *testing.T) {
	t.Parallel()
	for name, token := range map[string]string{
		"rubbish": "!!", "no id": base64.RawURLEncoding.EncodeToString([]byte("abc.")), "no time": base64.RawURLEncoding.EncodeToString([]byte(".t1")),
		"no dot": base64.RawURLEncoding.EncodeToString([]byte("abc")), "time that is no number": base64.RawURLEncoding.EncodeToString([]byte("a-b.t1")),
	} {
		_, err := api.DecodePageToken(token)
		var e *hire.Error
		if !errors.As(err, &e) || e.Code != hire.CodeInvalidRequest || e.Fields["page_token"] == "" {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

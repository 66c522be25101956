package obs_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/obs"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	const id = "0af7651916cd43dd8448eb211c80319c"
	tests := []struct {
		name, header, value string
		want                obs.Trace // zero: a new one
	}{
		{"W3C, sampled", "Traceparent", "00-" + id + "-b7ad6b7169203331-01", obs.Trace{ID: id, Span: "b7ad6b7169203331", Sampled: true}},
		{"W3C, not sampled", "Traceparent", "00-" + id + "-b7ad6b7169203331-00", obs.Trace{ID: id, Span: "b7ad6b7169203331"}},
		{"W3C, a later version", "Traceparent", "01-" + id + "-b7ad6b7169203331-03-more", obs.Trace{ID: id, Span: "b7ad6b7169203331", Sampled: true}},
		{"W3C, invalid version", "Traceparent", "ff-" + id + "-b7ad6b7169203331-01", obs.Trace{}},
		{"W3C, zero", "Traceparent", "00-" + strings.Repeat("0", 32) + "-b7ad6b7169203331-01", obs.Trace{}},
		{"W3C, zero span", "Traceparent", "00-" + id + "-0000000000000000-01", obs.Trace{}},
		{"W3C, capitals", "Traceparent", "00-" + strings.ToUpper(id) + "-b7ad6b7169203331-01", obs.Trace{}},
		{"W3C, an attempt to write a log line", "Traceparent", "00-" + id + "-b7ad6b7169203331-01\n{\"severity\":\"ERROR\"}", obs.Trace{}},
		{"Google, whole", "X-Cloud-Trace-Context", id + "/255;o=1", obs.Trace{ID: id, Span: "00000000000000ff", Sampled: true}},
		{"Google, trace alone", "X-Cloud-Trace-Context", id, obs.Trace{ID: id}},
		{"Google, span too large", "X-Cloud-Trace-Context", id + "/99999999999999999999;o=0", obs.Trace{ID: id}},
		{"Google, short", "X-Cloud-Trace-Context", "abc/1", obs.Trace{}},
		{"Google, rubbish", "X-Cloud-Trace-Context", "../../etc", obs.Trace{}},
		{"none", "X-Other", "", obs.Trace{}},
	}
	fresh := regexp.MustCompile(`^[0-9a-f]{32} [0-9a-f]{16}$`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set(tt.header, tt.value)
			r = obs.Request(r)
			got, ok := obs.TraceOf(r.Context())
			if !ok {
				t.Fatal("no trace")
			}
			if tt.want == (obs.Trace{}) {
				if got.ID == id || !fresh.MatchString(got.ID+" "+got.Span) || got.Sampled {
					t.Errorf("trace %+v, want a new one", got)
				}
			} else if got != tt.want {
				t.Errorf("trace %+v, want %+v", got, tt.want)
			}
			if again, _ := obs.TraceOf(obs.Request(r).Context()); again != got {
				t.Errorf("a second time: %+v, want the same", again)
			}
		})
	}
}

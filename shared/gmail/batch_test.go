package gmail

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answerBatch answers a batch request by asking handler for each of its parts. arrange may change the order or the number of answers.
func answerBatch(t testing.TB, rw http.ResponseWriter, r *http.Request, handler http.HandlerFunc, arrange func([]string) []string) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		t.Error(err)
		return
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	var answers []string
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Error(err)
			return
		}
		text, err := io.ReadAll(p)
		if err != nil || p.Header.Get("Content-Type") != "application/http" {
			t.Errorf("part of type %q: %v", p.Header.Get("Content-Type"), err)
		}
		head, body, _ := strings.Cut(string(text), "\r\n\r\n")
		line, _, _ := strings.Cut(head, "\r\n")
		fields := strings.Fields(line)
		inner := httptest.NewRequest(fields[0], fields[1], strings.NewReader(body))
		out := httptest.NewRecorder()
		handler(out, inner)
		answers = append(answers, fmt.Sprintf("Content-Type: application/http\r\nContent-ID: <response-%s\r\n\r\nHTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n%s",
			strings.TrimPrefix(p.Header.Get("Content-ID"), "<"), out.Code, out.Body))
	}
	if arrange != nil {
		answers = arrange(answers)
	}
	rw.Header().Set("Content-Type", "multipart/mixed; boundary=batch_x")
	for _, a := range answers {
		fmt.Fprintf(rw, "--batch_x\r\n%s\r\n", a)
	}
	io.WriteString(rw, "--batch_x--\r\n") //nolint:errcheck // the test sees what is missing
}

// aMessage answers messages.get with a message whose thread is named after it.
func aMessage(rw http.ResponseWriter, r *http.Request) {
	id := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	respond(rw, 200, fmt.Sprintf(`{"id":%q,"threadId":"t-%s","labelIds":["INBOX"],"historyId":"9","internalDate":"1700000000000"}`, id, id))
}

func ids(n int) (out []string) {
	for i := range n {
		out = append(out, "m"+strconv.Itoa(i))
	}
	return out
}

// outcome is a result in a word: its thread, or its error.
func outcomes(results []MessageResult) (out []string) {
	for _, r := range results {
		switch {
		case r.Err != nil:
			out = append(out, r.ID+": "+r.Err.Error())
		case r.Message == nil:
			out = append(out, r.ID+": nothing")
		case r.Message.ThreadID != "t-"+r.ID:
			out = append(out, r.ID+": got "+r.Message.ThreadID)
		}
	}
	return out
}

// A batch of 100 fails every time, 25 works.
func TestTrap22_BatchesAreOfTwentyFive(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		n     int
		calls []string
	}{
		{0, nil},
		{1, []string{"GET /gmail/v1/users/me/messages/m0"}},
		{25, []string{"POST /batch/gmail/v1"}},
		{26, []string{"POST /batch/gmail/v1", "GET /gmail/v1/users/me/messages/m25"}},
		{75, []string{"POST /batch/gmail/v1", "POST /batch/gmail/v1", "POST /batch/gmail/v1"}},
	} {
		t.Run(strconv.Itoa(tc.n), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/batch/gmail/v1" {
					answerBatch(t, rw, r, aMessage, nil)
					return
				}
				aMessage(rw, r)
			})
			got, err := w.mailbox.Messages(t.Context(), ids(tc.n), FormatFull)
			if err != nil || len(got) != tc.n || len(outcomes(got)) != 0 {
				t.Errorf("%d results, %v, %v", len(got), outcomes(got), err)
			}
			if diff := cmp.Diff(tc.calls, w.calls()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			stats := w.client.Stats()
			if stats.Units() != int64(20*tc.n) || stats.Methods["messages.get"].Calls != int64(tc.n) || stats.RoundTrips != int64(len(tc.calls)) {
				t.Errorf("stats %+v", stats)
			}
		})
	}
}

func TestBatchAnswers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		arrange func([]string) []string
		parts   http.HandlerFunc // nil: as single calls are answered
		single  http.HandlerFunc
		want    []string // outcomes
		err     error
		singles int
	}{
		{name: "in any order", arrange: func(a []string) []string { slices.Reverse(a); return a }},
		{
			name: "without ids, by their order",
			arrange: func(a []string) []string {
				for i := range a {
					_, rest, _ := strings.Cut(a[i], "\r\n\r\n")
					a[i] = "Content-Type: application/http\r\n\r\n" + rest
				}
				return a
			},
		},
		{name: "one is missing", arrange: func(a []string) []string { return slices.Delete(a, 1, 2) }, singles: 1},
		{name: "none at all", arrange: func([]string) []string { return nil }, singles: 4},
		{name: "one too many", arrange: func(a []string) []string { return append(a, strings.Replace(a[0], "item0", "item9", 1)) }},
		{name: "cut in the middle", arrange: func(a []string) []string { return append(a[:2], a[2][:90]+"\r\n--batch_x--\r\n") }, singles: 2},
		{
			name: "parts fail for passing reasons",
			parts: func(rw http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "m1"):
					fails(429, "rateLimitExceeded", "Too many concurrent requests for user")(rw, r)
				case strings.HasSuffix(r.URL.Path, "m3"):
					fails(503, "backendError", "")(rw, r)
				default:
					aMessage(rw, r)
				}
			},
			singles: 2,
		},
		{
			name: "parts fail for good",
			parts: func(rw http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "m0"):
					fails(404, "notFound", "")(rw, r)
				case strings.HasSuffix(r.URL.Path, "m3"):
					fails(400, "failedPrecondition", "Precondition check failed.")(rw, r)
				default:
					aMessage(rw, r)
				}
			},
			want: []string{"m0: gmail: messages.get: not found (404 notFound)", "m3: gmail: messages.get: invalid request (400 failedPrecondition)"},
		},
		{
			name:   "one message is broken at Gmail's",
			parts:  broken("m2"),
			single: broken("m2"),
			want:   []string{"m2: gmail: messages.get: gmail unavailable (500 backendError)"}, singles: tries,
		},
		{
			name:   "all fail, in the batch and alone",
			parts:  fails(503, "backendError", ""),
			single: fails(503, "backendError", ""),
			want: []string{
				"m0: gmail: messages.get: gmail unavailable (503 backendError)", "m1: gmail: messages.get: gmail unavailable (503 backendError)",
				"m2: gmail: messages.get: gmail unavailable (503 backendError)", "m3: gmail: messages.get: gmail unavailable (503 backendError)",
			},
			err: ErrUnavailable, singles: tries,
		},
		{
			name: "the token dies on the way",
			parts: func(rw http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "m0") {
					aMessage(rw, r)
					return
				}
				fails(401, "authError", "")(rw, r)
			},
			want: []string{
				"m1: gmail: messages.get: access token refused (401 authError)", "m2: gmail: messages.get: access token refused (401 authError)",
				"m3: gmail: messages.get: access token refused (401 authError)",
			},
			err: ErrUnauthorized,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			parts, single := http.HandlerFunc(aMessage), http.HandlerFunc(aMessage)
			if tc.parts != nil {
				parts = tc.parts
			}
			if tc.single != nil {
				single = tc.single
			}
			w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/batch/gmail/v1" {
					answerBatch(t, rw, r, parts, tc.arrange)
					return
				}
				single(rw, r)
			})
			got, err := w.mailbox.Messages(t.Context(), ids(4), FormatFull)
			if !errors.Is(err, tc.err) {
				t.Errorf("error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, outcomes(got)); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			if n := len(w.calls()) - 1; n != tc.singles {
				t.Errorf("%d single calls, want %d: %v", n, tc.singles, w.calls())
			}
		})
	}
}

func broken(id string) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, id) {
			fails(500, "backendError", "")(rw, r)
			return
		}
		aMessage(rw, r)
	}
}

// Of sixty messages some fail as often as they are tried, one in each batch request. Each that was asked for is answered for, by its content or by what went wrong.
func TestTrap08_NoMessageIsLeftOutInSilence(t *testing.T) {
	t.Parallel()
	fail := map[string]bool{"m3": true, "m30": true, "m59": true}
	handle := func(rw http.ResponseWriter, r *http.Request) {
		if fail[r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]] {
			fails(503, "backendError", "")(rw, r)
			return
		}
		aMessage(rw, r)
	}
	for name, arrange := range map[string]func([]string) []string{
		"the parts fail": nil,
		"their parts are missing": func(a []string) []string {
			return slices.DeleteFunc(a, func(s string) bool { return strings.Contains(s, "backendError") })
		},
		"they cut the answer short": func(a []string) []string {
			if i := slices.IndexFunc(a, func(s string) bool { return strings.Contains(s, "backendError") }); i >= 0 {
				return append(a[:i:i], a[i][:20])
			}
			return a
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/batch/gmail/v1" {
					answerBatch(t, rw, r, handle, arrange)
					return
				}
				handle(rw, r)
			})
			asked := ids(60)
			got, err := w.mailbox.Messages(t.Context(), asked, FormatFull)
			if err != nil || len(got) != len(asked) {
				t.Fatalf("%d results for %d messages, %v", len(got), len(asked), err)
			}
			for i, r := range got {
				switch {
				case r.ID != asked[i]:
					t.Errorf("result %d is of %s, want %s", i, r.ID, asked[i])
				case fail[r.ID] && (!errors.Is(r.Err, ErrUnavailable) || r.Message != nil):
					t.Errorf("%s: %v, want that Gmail is unavailable", r.ID, r.Err)
				case !fail[r.ID] && (r.Err != nil || r.Message == nil || r.Message.ThreadID != "t-"+r.ID):
					t.Errorf("%s: %+v, %v", r.ID, r.Message, r.Err)
				}
			}
		})
	}
}

func TestBatchAsAWhole(t *testing.T) {
	t.Parallel()
	good := func(t *testing.T) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) { answerBatch(t, rw, r, aMessage, nil) }
	}
	for name, first := range map[string]http.HandlerFunc{
		"fails":            fails(502, "", ""),
		"is reset":         resets,
		"is no multipart":  says(`{}`),
		"has no boundary":  func(rw http.ResponseWriter, _ *http.Request) { rw.Header().Set("Content-Type", "multipart/mixed") },
		"too many at once": fails(429, "rateLimitExceeded", "Too many concurrent requests for user"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, script(first, good(t)))
			got, err := w.mailbox.Messages(t.Context(), ids(3), FormatMinimal)
			if err != nil || len(outcomes(got)) != 0 || len(w.calls()) != 2 {
				t.Errorf("%v, %v after %v", outcomes(got), err, w.calls())
			}
		})
	}
}

// A batch that our own quota does not cover is made as large as it allows; what is left says until when it must wait, and what was fetched is there.
func TestTrap21_ABigFetchStopsWhereQuotaEndsAndGoesOnThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/batch/gmail/v1" {
			answerBatch(t, rw, r, aMessage, nil)
			return
		}
		aMessage(rw, r)
	}, func(o *Options) { o.Quota.UserPerMinute = 1000 })
	todo := ids(60)
	for round, want := range []int{45, 15} { // 90 % of 1000 units, 20 each
		got, err := w.mailbox.Messages(t.Context(), todo, FormatFull)
		fetched := 0
		for _, r := range got {
			if r.Message != nil {
				fetched++
			}
		}
		if fetched != want {
			t.Fatalf("round %d: fetched %d, want %d: %v", round, fetched, want, err)
		}
		if fetched == len(todo) {
			if err != nil {
				t.Error(err)
			}
			break
		}
		var limit *RateLimit
		if !errors.As(err, &limit) || limit.Reason != reasonLedgerUser || !errors.As(got[59].Err, &limit) {
			t.Fatalf("round %d: got %v, and for the last %v", round, err, got[59].Err)
		}
		wait := limit.Until.Sub(w.clock())
		if wait <= 0 || wait > 65e9 {
			t.Errorf("round %d: to wait %s", round, wait)
		}
		w.advance(wait)
		todo = todo[fetched:]
	}
}

func TestMaskOfEachFormat(t *testing.T) {
	t.Parallel()
	for format, want := range map[Format]string{
		FormatMinimal:  "id,threadId,labelIds,historyId,internalDate",
		FormatMetadata: "id,threadId,labelIds,historyId,internalDate,payload/headers",
		FormatFull:     "id,threadId,labelIds,historyId,internalDate,payload",
		FormatRaw:      "id,threadId,labelIds,historyId,internalDate,raw",
	} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, says(`{"id":"18c","raw":""}`))
			if _, err := w.mailbox.Message(t.Context(), "18c", format); err != nil {
				t.Fatal(err)
			}
			query, err := url.ParseQuery(w.requests[0].query)
			if err != nil {
				t.Fatal(err)
			}
			if query.Get("format") != string(format) || query.Get("fields") != want {
				t.Errorf("asked for %v", query)
			}
		})
	}
}

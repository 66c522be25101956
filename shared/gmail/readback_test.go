package gmail

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadBackAndLabel(t *testing.T) {
	t.Parallel()
	gone := fails(404, "notFound", "Requested entity was not found.")
	busy := fails(503, "backendError", "")
	bad := fails(400, "invalidArgument", "Invalid label: Label_1")
	none := http.HandlerFunc(nil)
	for _, tc := range []struct {
		name     string
		get      []http.HandlerFunc // answers to messages.get, in turn; nil: the message
		modify   []http.HandlerFunc // the same for messages.modify
		labels   []string
		message  bool
		err      error
		batches  int
		gets     int
		labelled int
	}{
		{name: "at once", labels: []string{"Label_1"}, message: true, batches: 1, gets: 1, labelled: 1},
		{name: "nothing to put on", message: true, batches: 1, gets: 1},
		{name: "not readable yet", get: []http.HandlerFunc{gone, gone, none}, labels: []string{"Label_1"}, message: true, batches: 3, gets: 3, labelled: 1},
		{name: "neither yet", get: []http.HandlerFunc{gone, none}, modify: []http.HandlerFunc{gone, none}, labels: []string{"Label_1"}, message: true, batches: 2, gets: 2, labelled: 2},
		{name: "labelled later", modify: []http.HandlerFunc{busy, none}, labels: []string{"Label_1"}, message: true, batches: 2, gets: 1, labelled: 2},
		{name: "label is gone", modify: []http.HandlerFunc{bad}, labels: []string{"Label_1"}, message: true, err: ErrInvalid, batches: 1, gets: 1, labelled: 1},
		{name: "label is gone and not readable yet", get: []http.HandlerFunc{gone, none}, modify: []http.HandlerFunc{bad}, labels: []string{"Label_1"}, message: true, err: ErrInvalid, batches: 2, gets: 2, labelled: 1},
		{name: "never readable", get: []http.HandlerFunc{gone}, labels: []string{"Label_1"}, err: ErrNotFound, batches: tries, gets: tries, labelled: 1},
		{name: "never readable, and the label is gone", get: []http.HandlerFunc{gone}, modify: []http.HandlerFunc{bad}, labels: []string{"Label_1"}, err: ErrNotFound, batches: tries, gets: tries, labelled: 1},
		{name: "never labelled", modify: []http.HandlerFunc{busy}, labels: []string{"Label_1"}, message: true, err: ErrUnavailable, batches: tries, gets: 1, labelled: tries},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var gets, labels atomic.Int64
			step := func(steps []http.HandlerFunc, n int64) http.HandlerFunc {
				if len(steps) == 0 {
					return nil
				}
				return steps[min(int(n)-1, len(steps)-1)]
			}
			w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
				answerBatch(t, rw, r, func(rw http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPost {
						body, err := io.ReadAll(r.Body)
						if want := `{"addLabelIds":["Label_1"]}`; err != nil || string(body) != want || r.URL.Path != "/gmail/v1/users/me/messages/18c/modify" {
							t.Errorf("POST %s %s, %v", r.URL.Path, body, err)
						}
						if f := step(tc.modify, labels.Add(1)); f != nil {
							f(rw, r)
							return
						}
						respond(rw, 200, `{"id":"18c"}`)
						return
					}
					query := r.URL.Query()
					if diff := cmp.Diff(url.Values{
						"format": {"metadata"}, "metadataHeaders": {"Message-ID", "Date"}, "alt": {"json"}, "prettyPrint": {"false"},
						"fields": {"id,threadId,labelIds,historyId,internalDate,payload/headers"},
					}, query); diff != "" {
						t.Errorf("messages.get (-want +got):\n%s", diff)
					}
					if f := step(tc.get, gets.Add(1)); f != nil {
						f(rw, r)
						return
					}
					respond(rw, 200, `{"id":"18c","threadId":"18b","payload":{"headers":[{"name":"Message-ID","value":"<real@mail.gmail.com>"}]}}`)
				}, nil)
			})
			m, err := w.mailbox.ReadBackAndLabel(t.Context(), "18c", tc.labels, []string{"Message-ID", "Date"})
			if !errors.Is(err, tc.err) || (m != nil) != tc.message {
				t.Errorf("got %+v, %v", m, err)
			}
			if m != nil && m.Header("message-id") != "<real@mail.gmail.com>" {
				t.Errorf("headers %+v", m.Payload)
			}
			if len(w.calls()) != tc.batches || int(gets.Load()) != tc.gets || int(labels.Load()) != tc.labelled {
				t.Errorf("%d batches, %d gets, %d labellings", len(w.calls()), gets.Load(), labels.Load())
			}
		})
	}
}

func TestReadBackWhenGmailIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fails(503, "backendError", ""))
	if m, err := w.mailbox.ReadBackAndLabel(t.Context(), "18c", []string{"Label_1"}, nil); m != nil || !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, %v", m, err)
	}
}

// What drafts.create sends: one request, whatever the size, with the thread's id in its first part.
func TestTrap45_ALargeDraftIsOneRequestAndKeepsItsThread(t *testing.T) {
	t.Parallel()
	raw := []byte("Subject: Hello\r\n\r\n" + strings.Repeat("0123456789abcdef", 17<<16)) // beyond the 16 MiB at which the upload client begins to cut
	for _, thread := range []string{"18b", ""} {
		w := newWorld(t, fails(503, "backendError", ""))
		if _, err := w.mailbox.CreateDraft(t.Context(), thread, raw); !errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if diff := cmp.Diff([]string{"POST /upload/gmail/v1/users/me/drafts"}, w.calls()); diff != "" {
			t.Fatalf("calls (-want +got):\n%s", diff)
		}
		r := w.requests[0]
		query, err := url.ParseQuery(r.query)
		if err != nil || query.Get("uploadType") != "multipart" {
			t.Errorf("query %v, %v", query, err)
		}
		parts := strings.Split(r.body, "\r\n--")
		if len(parts) != 3 || !strings.HasSuffix(parts[1], string(raw)) || !strings.Contains(parts[1], "Content-Type: message/rfc822") {
			t.Fatalf("%d parts", len(parts))
		}
		_, text, _ := strings.Cut(parts[0], "\r\n\r\n")
		var meta struct {
			Message struct{ ThreadID, Raw string }
		}
		if err := json.Unmarshal([]byte(text), &meta); err != nil || meta.Message.ThreadID != thread || meta.Message.Raw != "" {
			t.Errorf("first part %q: %v", text, err)
		}
	}
}

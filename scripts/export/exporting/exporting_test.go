package exporting

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
)

var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// service answers with the pages of an export: page n for the token "n", the first for none.
type service struct {
	pages  [][]byte
	asked  []string
	tokens []string
	// fault changes an answer, by how many there were; nil leaves it.
	fault func(n int, a *http.Response) error
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	n, _ := strconv.Atoi(r.URL.Query().Get("page_token"))
	s.asked = append(s.asked, r.URL.RequestURI())
	s.tokens = append(s.tokens, r.Header.Get("Authorization"))
	a := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(s.pages[n])), Request: r}
	if n+1 < len(s.pages) {
		a.Header.Set("Next-Page-Token", fmt.Sprint(n+1))
	}
	if s.fault != nil {
		if err := s.fault(len(s.asked), a); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// cut ends a body after so many bytes with an error, as a connection that breaks does.
func cut(a *http.Response, after int) {
	b, _ := io.ReadAll(a.Body)
	a.Body = io.NopCloser(io.MultiReader(bytes.NewReader(b[:min(after, len(b))]), broken{}))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// answers replaces an answer by one that is no page.
func answers(a *http.Response, status int, code string) {
	a.StatusCode, a.Header = status, http.Header{}
	a.Body = io.NopCloser(strings.NewReader(`{"code":"` + code + `","detail":"So it is."}`))
}

// page is one of JSON lines: messages with the sizes of their files.
func page(t *testing.T, next string, messages ...[]int) []byte {
	t.Helper()
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	put := func(v any) {
		if err := out.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	for i, sizes := range messages {
		m := api.ExportedMessage{Type: "message", ID: fmt.Sprint("m", next, "-", i), Text: "Hello."}
		for n, size := range sizes {
			m.Attachments = append(m.Attachments, api.Attachment{PartID: fmt.Sprint(n), Size: int64(size)})
		}
		put(m)
		for n, size := range sizes {
			c := api.ExportedChunk{Type: "chunk", MessageID: m.ID, PartID: fmt.Sprint(n)}
			for size > 3 { // a piece of three bytes and the rest
				c.Data, size = []byte("abc"), size-3
				put(c)
			}
			c.Data, c.Last = []byte("abc")[:size], true
			put(c)
		}
	}
	put(api.ExportEnd{Type: "end", Messages: len(messages), NextPageToken: next})
	return b.Bytes()
}

func threePages(t *testing.T) [][]byte {
	t.Helper()
	return [][]byte{page(t, "1", nil, []int{7, 0}), page(t, "2", []int{3}), page(t, "", nil)}
}

func mboxPages() [][]byte {
	long := strings.Repeat("x", 100_000)
	return [][]byte{
		[]byte("From cora@mail.example Mon Nov  2 09:00:00 2026\nSubject: One\n\n>From here on " + long + "\n\nFrom me Mon Nov  2 09:00:00 2026\nSubject: Two\n\n\n\n"),
		[]byte("From cora@mail.example Mon Nov  2 09:00:00 2026\nSubject: Three\n\nText\n\n"),
	}
}

// options of an export into a new file; slept gathers the waits.
func options(t *testing.T, s *service, format string, slept *[]time.Duration) Options {
	t.Helper()
	return Options{
		URL: "https://threads.example/", Format: format, File: filepath.Join(t.TempDir(), "mail"), Token: func() (string, error) { return "secret", nil }, HTTP: &http.Client{Transport: s},
		Now: func() time.Time { return now }, Say: func(string) {}, Sleep: func(_ context.Context, d time.Duration) error {
			if slept != nil {
				*slept = append(*slept, d)
			}
			return nil
		},
	}
}

// whole checks that a file has all pages, each once, in their order.
func whole(t *testing.T, o Options, s *service) {
	t.Helper()
	got, err := os.ReadFile(o.File)
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.Join(s.pages, nil); !bytes.Equal(got, want) {
		t.Errorf("the file has %d bytes, want the %d of the pages:\n%.500s", len(got), len(want), got)
	}
	if err := Check(o.File); err != nil {
		t.Error(err)
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	for format, pages := range map[string][][]byte{"jsonl": threePages(t), "mbox": mboxPages()} {
		s := &service{pages: pages}
		o := options(t, s, format, nil)
		state, err := Run(t.Context(), o)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		whole(t, o, s)
		if want := map[string]int{"jsonl": 4, "mbox": 3}[format]; state.Messages() != want || len(state.Pages) != len(pages) {
			t.Errorf("%s: %d messages in %d pages, want %d", format, state.Messages(), len(state.Pages), want)
		}
		if s.asked[0] != "/v1/export?format="+format || s.asked[1] != "/v1/export?format="+format+"&page_token=1" || s.tokens[0] != "Bearer secret" {
			t.Errorf("asked %q with %q", s.asked, s.tokens)
		}
		asked := len(s.asked)
		if _, err := Run(t.Context(), o); err != nil || len(s.asked) != asked {
			t.Errorf("once it is whole, another run asks %d times more: %v", len(s.asked)-asked, err)
		}
		if info, err := os.Stat(o.File); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file can be read by others: %v, %v", info.Mode(), err)
		}
	}
}

// Wherever an answer is broken off, by the connection or in silence, the page is taken anew and the file is whole in the end.
func TestExportBrokenOffAnywhere(t *testing.T) {
	t.Parallel()
	for _, silent := range []bool{false, true} {
		for at := 0; at < len(threePages(t)[0]); at += 7 {
			s := &service{pages: threePages(t)}
			s.fault = func(n int, a *http.Response) error {
				switch {
				case n != 1:
				case silent:
					a.Body = io.NopCloser(bytes.NewReader(s.pages[0][:at]))
				default:
					cut(a, at)
				}
				return nil
			}
			o := options(t, s, "jsonl", nil)
			if _, err := Run(t.Context(), o); err != nil {
				t.Fatalf("after %d bytes, in silence %t: %v", at, silent, err)
			}
			if len(s.asked) != 4 {
				t.Errorf("after %d bytes, in silence %t: asked %d times, want once more than there are pages", at, silent, len(s.asked))
			}
			whole(t, o, s)
		}
	}
	s := &service{pages: mboxPages()}
	s.fault = func(n int, a *http.Response) error {
		if n <= 3 {
			cut(a, []int{10, 70_000, 100_090}[n-1])
		}
		return nil
	}
	o := options(t, s, "mbox", nil)
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	whole(t, o, s)
}

// A page that is not what a page is is not taken for one, however often it comes.
func TestExportTakesNoHalfPage(t *testing.T) {
	t.Parallel()
	good := string(page(t, "", []int{4}))
	lines := strings.SplitAfter(good, "\n") // message, two pieces, end
	other := strings.Replace(lines[2], `"part_id":"0"`, `"part_id":"1"`, 1)
	for name, text := range map[string]string{
		"no end":                     strings.Join(lines[:3], ""),
		"more after the end":         good + lines[0],
		"a message less":             lines[3],
		"a piece less":               lines[0] + lines[2] + lines[3],
		"the last piece less":        lines[0] + lines[1] + lines[3],
		"a piece of another file":    lines[0] + lines[1] + other + lines[3],
		"another page after it":      strings.Replace(good, `"type":"end","messages":1`, `"type":"end","messages":1,"next_page_token":"9"`, 1),
		"another number of messages": strings.Replace(good, `"messages":1`, `"messages":2`, 1),
		"no JSON":                    "<html>\n" + good,
	} {
		s := &service{pages: [][]byte{[]byte(text)}}
		o := options(t, s, "jsonl", nil)
		if _, err := Run(t.Context(), o); !errors.Is(err, errHalf) {
			t.Errorf("%s: %v", name, err)
		}
		if err := Check(o.File); err == nil {
			t.Errorf("%s: the file counts as whole", name)
		}
	}
	for name, text := range map[string]string{"no mbox": "<html></html>\n\n", "within a mail": "From me\nSubject: x\n", "no empty line before a mail": "From me\n\nText\nFrom me\n\n\n"} {
		s := &service{pages: [][]byte{[]byte(text)}}
		if _, err := Run(t.Context(), options(t, s, "mbox", nil)); !errors.Is(err, errHalf) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Stopped at any moment, also between a page and the note of it, another run goes on.
func TestExportGoesOnInAnotherProcess(t *testing.T) {
	t.Parallel()
	s := &service{pages: threePages(t)}
	o := options(t, s, "jsonl", nil)
	s.fault = func(n int, a *http.Response) error {
		if n >= 2 {
			answers(a, 401, "token_expired")
		}
		return nil
	}
	state, err := Run(t.Context(), o)
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "With a new one it goes on") || len(state.Pages) != 1 {
		t.Fatalf("%d pages, %v", len(state.Pages), err)
	}
	if err := Check(o.File); err == nil {
		t.Error("a file that is not at its end counts as whole")
	}
	f, err := os.OpenFile(o.File, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(strings.Repeat("of a page that was not noted ", 500)); err != nil {
		t.Fatal(err)
	}
	f.Close()
	s.fault, o.Token = nil, func() (string, error) { return "another", nil }
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	whole(t, o, s)
	if got := s.asked[len(s.asked)-2]; !strings.Contains(got, "page_token=1") || s.tokens[len(s.tokens)-1] != "Bearer another" {
		t.Errorf("it went on with %s", got)
	}
}

func TestExportTriesAgain(t *testing.T) {
	t.Parallel()
	at := now.Add(40 * time.Second).Format(http.TimeFormat)
	for name, test := range map[string]struct {
		fault func(n int, a *http.Response) error
		waits []time.Duration
		err   string // "" where it is whole in the end
	}{
		"busy": {func(n int, a *http.Response) error {
			if n < 3 {
				answers(a, 503, "temporarily_unavailable")
			}
			return nil
		}, []time.Duration{time.Second, 2 * time.Second}, ""},
		"asked to wait": {func(n int, a *http.Response) error {
			if n == 2 {
				answers(a, 429, "rate_limited")
				a.Header.Set("Retry-After", at)
			}
			return nil
		}, []time.Duration{40 * time.Second}, ""},
		"no connection": {func(n int, _ *http.Response) error {
			if n == 1 {
				return errors.New("connection refused")
			}
			return nil
		}, []time.Duration{time.Second}, ""},
		"never": {func(_ int, a *http.Response) error { answers(a, 500, "internal"); return nil },
			[]time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second}, "broken off 6 times"},
		"for hours": {func(_ int, a *http.Response) error {
			answers(a, 503, "temporarily_unavailable")
			a.Header.Set("Retry-After", now.Add(2*time.Hour).Format(http.TimeFormat))
			return nil
		}, nil, "come again in 2h0m0s"},
		"no Super Admin": {func(_ int, a *http.Response) error { answers(a, 403, "super_admin_required"); return nil }, nil, "super_admin_required"},
		"pages in a ring": {func(n int, a *http.Response) error {
			a.Header.Set("Next-Page-Token", "1")
			return nil
		}, nil, "is this one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{pages: threePages(t), fault: test.fault}
			var slept []time.Duration
			o := options(t, s, "jsonl", &slept)
			_, err := Run(t.Context(), o)
			if fmt.Sprint(slept) != fmt.Sprint(test.waits) {
				t.Errorf("it waited %v, want %v", slept, test.waits)
			}
			if test.err == "" {
				if err != nil {
					t.Fatal(err)
				}
				whole(t, o, s)
			} else if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%v, want %q", err, test.err)
			}
		})
	}
}

// What is not as it was written is seen, before anything is added to it and at the end.
func TestExportIsCompared(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(b []byte) []byte{
		"changed":  func(b []byte) []byte { b[20] ^= 1; return b },
		"cut":      func(b []byte) []byte { return b[:len(b)-1] },
		"appended": func(b []byte) []byte { return append(b, 'x') },
	} {
		s := &service{pages: threePages(t)}
		o := options(t, s, "jsonl", nil)
		if _, err := Run(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(o.File)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(o.File, spoil(b), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Check(o.File); err == nil {
			t.Errorf("%s: the file counts as whole", name)
		}
		if _, err := Run(t.Context(), o); err == nil {
			t.Errorf("%s: another run finds nothing wrong", name)
		}
	}
	s := &service{pages: threePages(t)}
	o := options(t, s, "jsonl", nil)
	if err := os.WriteFile(o.File, []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), o); err == nil || len(s.asked) != 0 {
		t.Errorf("a file of somebody else's is written to: %v", err)
	}
	o = options(t, s, "jsonl", nil)
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*Options){func(o *Options) { o.Format = "mbox" }, func(o *Options) { o.URL = "https://other.example" }} {
		p := o
		change(&p)
		if _, err := Run(t.Context(), p); err == nil || !strings.Contains(err.Error(), "was begun as") {
			t.Errorf("another export goes on in the file: %v", err)
		}
	}
}

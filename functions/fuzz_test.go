package functions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Fuzzers of what reaches the functions from outside, thrown at the service as it runs. One world serves all inputs of a process: what one of them leaves behind is there
// for the next.

// fuzzed is a world in which Rita has connected her Gmail and written to Cora. Its tests are those of the fuzzer's inputs, one after the other.
func fuzzed(f *testing.F) (*world, *person) {
	f.Helper()
	w := newWorld(f)
	f.Cleanup(func() { w.t = f }) // for what is cleaned up after the last of them
	w.enable()
	r := w.rita()
	r.connect()
	r.asks()
	return w, r
}

// turn begins the test of an input.
func (w *world) turn(t *testing.T) {
	w.t = t
	w.logs.reset()
}

func (s *safeBuffer) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b.Reset()
}

// throw is a request to a function, straight to its handler: what net/http's client would not send gets there too.
func (w *world) throw(method, path, query string, h http.Header, body string) answer {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
	r.URL.RawQuery, r.Header = query, maps.Clone(h)
	out := httptest.NewRecorder()
	w.hire.Config.Handler.ServeHTTP(out, r)
	return answer{w: w, Status: out.Code, Header: out.Header(), Body: out.Body.Bytes()}
}

// FuzzTasks: whatever stands in a task of ours, it is done or dropped: the function that it is for falls not over it, and does not have it brought again and again. And
// no task ends a connection that nobody has ended, nor sends a mail before its time.
func FuzzTasks(f *testing.F) {
	w, r := fuzzed(f)
	r.later("queued", w.in(24*time.Hour))
	m, id := w.record(rita), store.SendID(rita, "queued")
	for _, task := range []any{
		store.SyncTask{AccountID: acme, UserID: rita, Generation: m.Generation, Reason: "sweep"}, store.SyncTask{AccountID: acme, UserID: rita, Reason: "retry", Threads: []string{"t", ""}, Import: true},
		store.SyncTask{AccountID: acme, UserID: rita, Reason: "asked", CandidateID: cora, AskedAt: w.clock.Now()}, store.SyncTask{AccountID: acme, UserID: rita, Reason: "early", Early: -1, HistoryID: 1 << 62},
		store.DeliverTask{AccountID: acme, SendID: id, Turn: 1}, store.DeliverTask{AccountID: acme, SendID: id, Turn: -1}, store.DeliverTask{AccountID: acme, SendID: id, Orphans: true}, store.DeliverTask{AccountID: acme, BatchID: "b"},
		store.OffboardTask{AccountID: acme, UserID: rita, Generation: m.Generation, Reason: "disconnected"}, store.OffboardTask{AccountID: acme, Reason: "integration_off", DeletionID: "d"},
		store.OffboardTask{AccountID: acme, Erase: true, DeletionID: "d", Turn: 1 << 30}, store.OffboardTask{AccountID: acme, Erase: true, Reason: "account_deleted"},
	} {
		body, err := json.Marshal(task)
		w.ok(err)
		f.Add(string(body), "application/json")
	}
	for _, body := range []string{
		`{}`, `null`, `[]`, `""`, ``, `{`, `{"account_id":""}`, `{"account_id":null,"user_id":"rita"}`, `{"account_id":"acme","user_id":"/","reason":"x"}`, `{"account_id":"acme","send_id":"../x"}`, `{"account_id":"acme","batch_id":"\u0000"}`,
		`{"account_id":"acme","user_id":"rita","since":"9999-12-31T23:59:59Z"}`, `{"account_id":"acme","user_id":"rita","generation":1e400}`, `{"account_id":"acme","account_id":"bolt"}`, `{"account_id":"acme"} {}`, "\xef\xbb\xbf{}",
		`{"account_id":"` + strings.Repeat("é", 2000) + `","user_id":"u","send_id":"s"}`, `{"account_id":"acme","user_id":"rita","gmail_thread_ids":["` + strings.Repeat("x", 2000) + `"]}`, strings.Repeat("[", 10_000),
	} {
		f.Add(body, "application/json")
	}
	f.Add(`{}`, "text/plain")
	c := w.config.Callers
	token := w.issuer.ServiceToken(c.TasksAudience, c.TasksServiceAccount)
	sent := len(w.sim.Outside(coraMail, "").Inbox())
	f.Fuzz(func(t *testing.T, body, kind string) {
		w.turn(t)
		for _, function := range []string{"syncmailbox", "deliver", "offboard"} {
			w.logs.reset()
			a := w.throw("POST", "/"+function+"/", "", http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {kind}}, body)
			newer := strings.Contains(w.logs.String(), "code="+string(hire.CodeUnknownField)) // what a newer version has queued waits for one
			if a.Status != http.StatusNoContent && !newer {                                   // it would be brought again
				t.Errorf("%s: status %d: %s\n%s", function, a.Status, a.Body, w.logs)
			}
		}
		if now := w.record(rita); now.State != store.Connected || now.Generation != m.Generation {
			t.Errorf("the connection is %+v", now)
		}
		if n := len(w.sim.Outside(coraMail, "").Inbox()); n != sent {
			t.Errorf("Cora has %d mails, had %d", n, sent)
		}
	})
}

// FuzzCallback: whatever a browser brings back from Google, and whatever cookies with it, it is led to Hire's own frontend or told what is wrong; and nobody is connected
// but by the very state, cookie and code of one attempt. The inputs name these as STATE, COOKIE and CODE; the cookie's own name is NAME.
func FuzzCallback(f *testing.F) {
	w, _ := fuzzed(f)
	s := w.sam()
	for _, seed := range [][2]string{
		{"state=STATE&code=CODE", "NAME=COOKIE"}, {"state=STATE&code=CODE&scope=email", "a=b; NAME=COOKIE; c=d"}, {"state=STATE&code=CODE", ""}, {"state=STATE&code=CODE", "NAME=x; NAME=COOKIE"}, {"state=STATE&code=CODE", `NAME="COOKIE"`},
		{"state=x&state=STATE&code=CODE", "NAME=COOKIE"}, {"state=STATE&error=access_denied", "NAME=COOKIE"}, {"state=STATE&code=CODE&error=x", "NAME=COOKIE"}, {"state=STATE", "NAME=COOKIE"}, {"code=CODE", "NAME=COOKIE"},
		{"state=STATE&code=x", "NAME=COOKIE"}, {"state=STATE;code=CODE", "NAME=COOKIE"}, {"%", "NAME="}, {"state=%00&code=%FF", "NAME=\x00"}, {"", ""}, {"state=STATE&code=CODE%0d%0aSet-Cookie:x", "=; ;NAME"},
		{"state=" + strings.Repeat("x", 5000), "NAME=" + strings.Repeat("y", 5000)}, {"state=STATE&code=" + strings.Repeat("z", 5000), "NAME=COOKIE"},
	} {
		f.Add(seed[0], seed[1])
	}
	frontend, err := url.Parse(w.config.AppURL)
	w.ok(err)
	f.Fuzz(func(t *testing.T, query, cookie string) {
		w.turn(t)
		w.clock.Advance(time.Hour) // no attempt, and no limit, holds longer
		genuine, err := url.Parse(s.google(s.start(), oauthtest.Decision{}))
		w.ok(err)
		back, err := url.Parse(w.hire.URL + "/oauthcallback/")
		w.ok(err)
		cookies := s.browser.Jar.Cookies(back)
		if len(cookies) != 1 {
			t.Fatalf("%d cookies", len(cookies))
		}
		fill := strings.NewReplacer("STATE", genuine.Query().Get("state"), "CODE", genuine.Query().Get("code"), "COOKIE", cookies[0].Value, "NAME", cookies[0].Name)
		h := http.Header{}
		if cookie != "" {
			h["Cookie"] = []string{fill.Replace(cookie)}
		}
		a := w.throw("GET", "/oauthcallback/callback", fill.Replace(query), h, "")
		switch {
		case a.Status == http.StatusSeeOther:
			to, err := url.Parse(a.Header.Get("Location"))
			if err != nil || to.Scheme != frontend.Scheme || to.Host != frontend.Host || to.User != nil {
				t.Errorf("the browser is led to %q, %v", a.Header.Get("Location"), err)
			} else if hire.Code(to.Query().Get("error")) == hire.CodeInternal {
				t.Errorf("led to %s\n%s", to, w.logs)
			}
		case a.code() == "" || a.code() == hire.CodeInternal:
			t.Errorf("status %d: %s\n%s", a.Status, a.Body, w.logs)
		}
		m, found, err := w.platform.services().Store.Mailbox(t.Context(), store.MailboxKey{AccountID: acme, UserID: sam})
		w.ok(err)
		connected := found && m.State == store.Connected
		if connected && !(strings.Contains(query, "STATE") && strings.Contains(query, "CODE") && strings.Contains(cookie, "COOKIE")) {
			t.Errorf("%q and %q have connected %+v", query, cookie, m)
		}
		if connected {
			s.disconnect()
			w.settle()
		}
	})
}

// answeredHistory is Gmail with an answer of one's own to history.list.
type answeredHistory struct {
	http.Handler
	mu     sync.Mutex
	answer string // "" lets Gmail answer
	asked  int
}

func (g *answeredHistory) set(answer string) (asked int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	asked, g.answer, g.asked = g.asked, answer, 0
	return asked
}

func (g *answeredHistory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	answer := g.answer
	if answer != "" && strings.HasSuffix(r.URL.Path, "/history") {
		g.asked++
		g.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(answer)) // a recorder or a connection of the test's own
		return
	}
	g.mu.Unlock()
	g.Handler.ServeHTTP(w, r)
}

// FuzzHistory: whatever Gmail answers when it is asked what is new, the mailbox's cursor goes not back, and not beyond every id that the answer names; the sync ends, in
// success or with a reason; and no message that is not the mailbox's comes into a profile. The inputs name the digits of the mailbox's present id as CURSOR, and its
// conversation with Cora as THREAD and MESSAGE.
func FuzzHistory(f *testing.F) {
	gmail := &answeredHistory{}
	w := newWorldOn(f, newMachine) // whose cursor can be set back
	gmail.Handler = w.google.Config.Handler
	w.google.Config.Handler = gmail // nobody has called Google yet
	f.Cleanup(func() { w.t = f })
	w.enable()
	r := w.rita()
	r.connect()
	r.asks()
	w.pass(2 * time.Minute)
	r.shows("at first", "> Can we talk?")
	newest := w.inGmail("in:sent")
	for _, seed := range []string{
		`{"history":[{"id":"CURSOR1","messagesAdded":[{"message":{"id":"MESSAGE","threadId":"THREAD","labelIds":["SENT"]}}]}],"historyId":"CURSOR2"}`,
		`{"history":[{"id":"CURSOR1","messagesAdded":[{"message":{"id":"18c0ffee","threadId":"THREAD","labelIds":["INBOX"]}}]},{"id":"CURSOR3","messagesDeleted":[{"message":{"id":"18c0ffee","threadId":"THREAD"}}]}],"historyId":"CURSOR2"}`,
		`{"history":[{"id":"CURSOR1","labelsAdded":[{"labelIds":["Label_1"],"message":{"id":"MESSAGE","threadId":"THREAD"}}],"labelsRemoved":[{"labelIds":["INBOX"],"message":{"id":"MESSAGE","threadId":"x"}}]}],"historyId":"CURSOR2"}`,
		`{"history":[],"historyId":"CURSOR9"}`, `{"historyId":"1"}`, `{"history":[{"id":"1"}],"historyId":"2"}`, `{"history":[{"id":"9223372036854775807"}],"historyId":"18446744073709551615"}`, `{"history":[{"id":"CURSOR1"}],"nextPageToken":"again","historyId":"CURSOR1"}`,
		`{"history":[{"id":"CURSOR1","messagesAdded":[{"message":{"id":"","threadId":"THREAD","labelIds":["INBOX"]}}]}],"historyId":"CURSOR2"}`, `{"history":[{"id":"CURSOR1","messagesAdded":[{"message":{"id":"a","threadId":"","labelIds":["INBOX"]}}]}]}`,
		`{"history":[{"id":"CURSOR1","labelsAdded":[{"labelIds":[""],"message":{"id":"../x","threadId":"THREAD"}}]}]}`, `{"history":[{"id":"CURSOR1","messagesAdded":[{"message":{"id":"` + strings.Repeat("a", 2000) + `","threadId":"THREAD","labelIds":["INBOX"]}}]}]}`,
		`{"history":[{"id":"CURSOR1","messagesAdded":[{"message":{"id":"18c0ffee","threadId":"` + strings.Repeat("f", 2000) + `","labelIds":["Label_1","INBOX"]}}]}]}`,
		`{"history":[{"id":"-5"}],"historyId":"-7"}`, `{"history":null}`, `null`, `{}`, `{"history":[{"id":"CURSOR5"},{"id":"CURSOR1"}],"historyId":"CURSOR3"}`,
	} {
		f.Add(seed)
	}
	origin := w.record(rita)
	ref := docs.Path("accounts", acme, "mailboxes", rita)
	db := w.platform.(machine).DB
	c := w.config.Callers
	token := w.issuer.ServiceToken(c.TasksAudience, c.TasksServiceAccount)
	task, err := json.Marshal(store.SyncTask{AccountID: acme, UserID: rita, Generation: origin.Generation, Reason: "pushed"})
	w.ok(err)
	f.Fuzz(func(t *testing.T, payload string) {
		w.turn(t)
		w.clock.Advance(10 * time.Minute) // leases and refusals of the input before are over
		w.ok(db.Update(t.Context(), "test.cursor", func(_ context.Context, tx docs.Tx) error { return tx.Set(ref, &origin) }))
		before := w.record(rita)
		answer := strings.NewReplacer("CURSOR", fmt.Sprint(before.Cursor), "THREAD", newest[0].ThreadID, "MESSAGE", newest[0].ID).Replace(payload)
		if answer == "" {
			return
		}
		gmail.set(answer)
		a := w.throw("POST", "/syncmailbox/", "", http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}, string(task))
		asked := gmail.set("")
		if a.Status != http.StatusNoContent && (a.code() == "" || a.code() == hire.CodeInternal) {
			t.Errorf("status %d: %s\n%s", a.Status, a.Body, w.logs)
		}
		const pages, tries = 500, 5 // of one listing; listings of one call
		if asked > pages*tries {
			t.Errorf("Gmail was asked %d times", asked)
		}
		after := w.record(rita)
		if after.State != store.Connected || after.Cursor < before.Cursor || after.Cursor > max(before.Cursor, idsIn(answer)) {
			t.Errorf("the cursor went from %d to %d, %s", before.Cursor, after.Cursor, after.State)
		}
		if got := r.texts(cora); !slices.Equal(got, []string{"> Can we talk?"}) {
			t.Errorf("the profile shows %q", got)
		}
	})
}

// idsIn is the greatest whole number that an answer holds, as a number or as a string.
func idsIn(answer string) (most int64) {
	var v any
	d := json.NewDecoder(strings.NewReader(answer))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return 0
	}
	var walk func(v any)
	walk = func(v any) {
		text := ""
		switch v := v.(type) {
		case json.Number:
			text = v.String()
		case string:
			text = v
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			most = max(most, n)
		}
	}
	walk(v)
	return most
}

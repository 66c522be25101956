package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// good is an hour after which nothing is wrong.
func good() ([]*letter, reality) {
	letters := []*letter{
		{text: "sent", kind: kindSent, candidate: "c", state: "sent"},
		{text: "doubtful", kind: kindSent, candidate: "c", state: "unknown"},
		{text: "reply", kind: kindReply, candidate: "c"},
		{text: "private", kind: kindPrivate, candidate: "c"},
	}
	return letters, reality{
		shown:    map[string]map[string]int{"c": {"sent": 1, "reply": 1}, "d": {}},
		received: map[string]int{"sent": 1}, inSent: map[string]int{"sent": 1},
		receipts: api.Receipt{Stored: 2, InGmail: 2},
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		harm func(l []*letter, r *reality)
		want string // "" for nothing wrong
	}{
		{"all is well", func([]*letter, *reality) {}, ""},
		{"an unknown one has left", func(_ []*letter, r *reality) {
			r.received["doubtful"], r.inSent["doubtful"], r.shown["c"]["doubtful"] = 1, 1, 1
		}, ""},
		{"a reply is lost", func(_ []*letter, r *reality) { delete(r.shown["c"], "reply") }, `"reply"`},
		{"a reply is doubled", func(_ []*letter, r *reality) { r.shown["c"]["reply"] = 2 }, "shows it 2 times"},
		{"a sent mail is doubled", func(_ []*letter, r *reality) { r.received["sent"], r.inSent["sent"] = 2, 2 }, "got it 2 times"},
		{"an unknown one is doubled", func(_ []*letter, r *reality) {
			r.received["doubtful"], r.inSent["doubtful"], r.shown["c"]["doubtful"] = 2, 2, 1
		}, "got it 2 times"},
		{"an unknown one that has left is not shown", func(_ []*letter, r *reality) { r.received["doubtful"], r.inSent["doubtful"] = 1, 1 }, "shows it 0 times, want 1"},
		{"a sent mail never left", func(_ []*letter, r *reality) { delete(r.received, "sent") }, "got it 0 times"},
		{"a send has no end", func(l []*letter, _ *reality) { l[0].state = "" }, "did not come to an end"},
		{"a send is refused", func(l []*letter, _ *reality) { l[0].state = "refused: 409 connect_required" }, "did not come to an end"},
		{"private mail was read", func(_ []*letter, r *reality) { r.shown["c"]["private"] = 1 }, "shows it 1 times, want 0"},
		{"mail is in another's profile", func(_ []*letter, r *reality) { r.shown["d"]["reply"] = 1 }, "the profile of d shows it"},
		{"something is shown that nobody wrote", func(_ []*letter, r *reality) { r.shown["c"]["?"] = 1 }, "nobody wrote"},
		{"a receipt does not add up", func(_ []*letter, r *reality) { r.receipts.Stored = 1 }, "1 of 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			letters, r := good()
			c.harm(letters, &r)
			got := strings.Join(judge(letters, r), "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	b := &budget{}
	b.begin()
	for _, status := range []int{200, 204, 409, 503} {
		h := b.around("deliver", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if got := b.atWork(); len(got) != 1 || got[0] != "deliver" || b.quietFor() != 0 {
				t.Errorf("at work: %q, quiet for %s", got, b.quietFor())
			}
			w.WriteHeader(status)
		}))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil))
	}
	if got := b.all(); got != (count{requests: 4, failed: 1, refused: 1}) {
		t.Errorf("counted %+v", got)
	}
	var out bytes.Buffer
	begun := time.Now()
	letters, r := good()
	r.imported = map[string]time.Time{"reply": begun.Add(90 * time.Second)}
	letters[2].at = begun
	b.print(&out, letters, r, nil, gmailtest.Stats{Calls: map[string]int64{"history.list": 200}, Broken: 20})
	for _, want := range []string{"| deliver | 4 | 1 (25.0 %) | 1 |", "20 were broken, with those of its sign-in (10.0 %)", "| a candidate's reply | 1 | 90.0 s | 90.0 s | 90.0 s | 90.0 s | 0.0 % | 100.0 % | 1 |", "1 sent; 1 unknown;"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
}

func TestPercentiles(t *testing.T) {
	t.Parallel()
	var times []time.Duration
	for i := range 200 {
		times = append(times, time.Duration(i+1)*time.Second)
	}
	for percent, want := range map[int]time.Duration{50: 100 * time.Second, 95: 190 * time.Second, 99: 198 * time.Second, 100: 200 * time.Second} {
		if got := at(times, percent); got != want {
			t.Errorf("p%d is %s, want %s", percent, got, want)
		}
		if got := at(times[:1], percent); got != time.Second {
			t.Errorf("p%d of one is %s", percent, got)
		}
	}
}

func TestCalledWrongly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		code int
		says string
	}{{"-h", 0, "-quick"}, {"x", 2, "no arguments"}, {"-all", 2, "-all"}, {"-minutes 0", 2, "above 0"}, {"-mailboxes 0", 2, "above 0"}} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), strings.Fields(c.args), &out, &errs); code != c.code || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%q: code %d, want %d with %q: %s", c.args, code, c.code, c.says, &errs)
		}
	}
}

// A tenth of Gmail's calls breaks, in each way as often.
func TestShareOfBrokenCalls(t *testing.T) {
	t.Parallel()
	sim := gmailtest.New(gmailtest.Options{Seed: 1, Quota: gmailtest.Unlimited()})
	sim.AddMailbox("rita@acme.example", "Rita")
	addFaults(sim)
	token := sim.Token("rita@acme.example")
	const calls = 20000
	seen := map[int]int{}
	for range calls {
		r := httptest.NewRequest("GET", "/gmail/v1/users/me/profile", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		func() {
			defer func() {
				if recover() != nil { // the connection was broken
					answer.Code = 0
				}
			}()
			sim.ServeHTTP(answer, r)
		}()
		seen[answer.Code]++
	}
	if n := sim.Stats().Broken; n < calls*9/100 || n > calls*11/100 {
		t.Errorf("%d of %d calls were broken", n, calls)
	}
	each := calls / 60
	for status, want := range map[int]int{0: 2 * each, 403: each, 429: each, 500: each, 503: each} {
		if got := seen[status]; got < want*3/4 || got > want*5/4 {
			t.Errorf("%d calls were answered with %d, want some %d", got, status, want)
		}
	}
}

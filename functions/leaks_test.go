package functions_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// secrets are Google's tokens and codes as the simulator makes them, and the signed tokens of callers.
var secrets = regexp.MustCompile(`(ya29\.a0|1//0|4/0A)[\w-]{8,}|eyJ[\w-]{8,}\.[\w-]{8,}\.`)

// shortest is the length from which on a subject or a text can't stand in a log by chance.
const shortest = 8

// leakedNothing checks what a scenario leaves behind, whatever it was about: no token, and of mail and people nothing, stands in the log, in spans or in figures; and in these
// two no mailbox, account or person is named. In the files of one machine there is no token in the clear.
func (w *world) leakedNothing() {
	w.t.Helper()
	personal := w.personal()
	for where, text := range map[string]string{"the log": w.logs.String(), "spans": w.told.spans(), "figures": w.told.figures()} {
		if found := secrets.FindString(text); found != "" {
			w.t.Errorf("a secret is in %s: %.12s…", where, found)
		}
		for what, word := range personal {
			if at := strings.Index(text, word); at >= 0 {
				w.t.Errorf("%s is in %s: %q in %q", what, where, word, line(text, at))
			}
		}
		if where == "the log" {
			continue // its lines have ids
		}
		for _, id := range []string{acme, starter, sam, rita, cora, "bolt"} {
			if found := regexp.MustCompile(`\b` + id + `\b`).FindStringIndex(text); found != nil {
				w.t.Errorf("the id %q is in %s: %q", id, where, line(text, found[0]))
			}
		}
	}
	m, ok := w.platform.(machine)
	if !ok {
		return
	}
	files, err := filepath.Glob(filepath.Join(m.folder, "*"))
	if err != nil {
		w.t.Error(err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err == nil && secrets.Match(content) {
			w.t.Errorf("%s has a token in the clear: %.12s…", filepath.Base(name), secrets.Find(content))
		}
	}
}

// keptNothingElse checks what a scenario leaves in the database and among the blobs, whatever it was about: nowhere a token, and what tells of people and their mail only in those
// fields that the store declares for it.
func (w *world) keptNothingElse() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	k := gather(store.PersonalData())
	if err := w.platform.kept(ctx, k.document); err != nil {
		w.t.Errorf("look through the database: %v", err)
	}
	if len(k.values) == 0 {
		w.t.Error("the database is empty, so that this shows nothing")
	}
	for _, problem := range k.problems(w.marks()) {
		w.t.Errorf("in the database %s", problem)
	}
	given, marks := w.sim.OAuth().State(), w.marks()
	if err := w.platform.blobs(func(name string, content []byte) {
		for _, problem := range blobProblems(given, marks, name, content) {
			w.t.Error(problem)
		}
	}); err != nil {
		w.t.Errorf("look through the blobs: %v", err)
	}
}

// blobProblems says what is in a blob that should not be: a token that Google has given, and in its name anything that tells of people and their mail.
func blobProblems(given oauthtest.State, marks map[store.PersonalKind][]string, name string, content []byte) (out []string) {
	for kind, words := range marks {
		for _, word := range words {
			if strings.Contains(strings.ToLower(name), strings.ToLower(word)) {
				out = append(out, fmt.Sprintf("%q, one of the %s, is in the name of the blob %s", word, kind, name))
			}
		}
	}
	for _, u := range given.Users {
		for _, t := range u.Refresh {
			if bytes.Contains(content, []byte(t.Value)) {
				out = append(out, "a refresh token is in the blob "+name)
			}
		}
		for _, t := range u.Access {
			if bytes.Contains(content, []byte(t.Value)) {
				out = append(out, "an access token is in the blob "+name)
			}
		}
	}
	return out
}

// most is how many words of each kind are looked for in the database: of a mailbox with thousands of mails, some.
const most = 300

// marks are words to look for, by what they are.
func (w *world) marks() map[store.PersonalKind][]string {
	out := map[store.PersonalKind][]string{}
	for what, word := range w.personal() {
		kind := store.PersonalText
		switch {
		case strings.HasPrefix(what, "an address "):
			kind = store.PersonalAddress
		case strings.HasPrefix(what, "a name "):
			kind = store.PersonalName
		}
		if len(out[kind]) < most {
			out[kind] = append(out[kind], word)
		}
	}
	return out
}

// keeping is what is kept, by collection and field: all values of a field one after the other.
type keeping struct {
	declared map[string]store.PersonalKind
	values   map[string]*strings.Builder
}

func gather(declared []store.Personal) *keeping {
	k := &keeping{map[string]store.PersonalKind{}, map[string]*strings.Builder{}}
	for _, p := range declared {
		for kind, fields := range p.Fields {
			for _, f := range fields {
				k.declared[p.Collection+"."+f] = kind
			}
		}
	}
	return k
}

func (k *keeping) document(path string, fields map[string]any) {
	parts := strings.Split(path, "/")
	for i := 0; i+1 < len(parts); i += 2 { // its own name, and those of what it lies below
		k.value(parts[i]+".id", docs.Ref(strings.Join(parts[:i+2], "/")).ID())
	}
	k.value(parts[len(parts)-2], fields)
}

// value takes a value apart into its strings.
func (k *keeping) value(field string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			k.value(field+"."+name, x)
		}
	case []any:
		for _, x := range v {
			k.value(field, x)
		}
	case []byte:
		k.value(field, string(v))
	case string:
		b := k.values[field]
		if b == nil {
			b = &strings.Builder{}
			k.values[field] = b
		}
		b.WriteString(strings.ToLower(v)) // addresses are kept as they came, and normalised
		b.WriteByte('\n')
	}
}

// problems says what is where it should not be.
func (k *keeping) problems(marks map[store.PersonalKind][]string) (out []string) {
	for field, b := range k.values {
		text := b.String()
		if found := lowerSecrets.FindString(text); found != "" {
			out = append(out, fmt.Sprintf("a secret is in %s: %.12s…", field, found))
		}
		for kind, words := range marks {
			if may, declared := k.declared[field]; declared && may.Holds(kind) {
				continue
			}
			for _, word := range words {
				if at := strings.Index(text, strings.ToLower(word)); at >= 0 {
					out = append(out, fmt.Sprintf("%q, one of the %s, is in %s, which is not declared for it: %q", word, kind, field, line(text, at)))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// lowerSecrets are secrets in lower case.
var lowerSecrets = regexp.MustCompile(`(ya29\.a0|1//0|4/0a)[\w-]{8,}|eyj[\w-]{8,}\.[\w-]{8,}\.`)

// A token, or what is personal, is found wherever it is kept and should not be, however deep; and in what is declared for it, it is not.
func TestWhatIsKeptIsJudged(t *testing.T) {
	t.Parallel()
	declared := []store.Personal{{Collection: "people", Fields: map[store.PersonalKind][]string{
		store.PersonalAddress: {"id", "Emails"}, store.PersonalName: {"Name"}, store.PersonalText: {"Notes.Text"},
	}}}
	marks := map[store.PersonalKind][]string{store.PersonalAddress: {"Cora@Mail.example"}, store.PersonalName: {"Cora Candidate"}, store.PersonalText: {"Can we talk?"}}
	all := "cora@mail.example Cora Candidate: can we talk?"
	for name, test := range map[string]struct {
		path   string
		fields map[string]any
		want   int
	}{
		"as declared":               {"accounts/a/people/cora@mail.example", map[string]any{"Name": "Cora Candidate", "Emails": []any{"x@y.example", "CORA@mail.example"}, "Notes": []any{map[string]any{"Text": all}}}, 0},
		"a name among addresses":    {"accounts/a/people/p", map[string]any{"Emails": []any{"Cora Candidate"}}, 1},
		"a text as a name":          {"accounts/a/people/p", map[string]any{"Name": all}, 1},
		"in a field of its own":     {"accounts/a/people/p", map[string]any{"Key": all}, 3},
		"in bytes":                  {"accounts/a/people/p", map[string]any{"Body": []byte(all)}, 3},
		"in a map's value":          {"accounts/a/people/p", map[string]any{"Notes": map[string]any{"Other": []any{all}}}, 3},
		"in another collection":     {"accounts/a/friends/p", map[string]any{"Name": "Cora Candidate"}, 1},
		"in the path of a document": {"accounts/a/friends/cora@mail.example/notes/n", map[string]any{"Name": "x"}, 1},
		"a refresh token":           {"accounts/a/people/p", map[string]any{"Notes": []any{map[string]any{"Text": "1//0eRefreshToken-of-Rita"}}}, 1},
		"a user's token":            {"accounts/a/people/p", map[string]any{"Name": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyaXRhIn0.signature"}, 1},
	} {
		k := gather(declared)
		k.document(test.path, test.fields)
		if got := k.problems(marks); len(got) != test.want {
			t.Errorf("%s: %d problems, want %d: %q", name, len(got), test.want, got)
		}
	}
	given := oauthtest.State{Users: []oauthtest.UserState{{Refresh: []oauthtest.RefreshState{{Value: "1//0eRefresh"}}, Access: []oauthtest.AccessState{{Value: "ya29.a0Access"}}}}}
	for content, want := range map[string]int{all: 0, "of 1//0eRefresh it": 1, "\x00ya29.a0Access\x00 and 1//0eRefresh": 2, "1//0eRefres": 0} {
		if got := blobProblems(given, marks, "ab12", []byte(content)); len(got) != want {
			t.Errorf("a blob of %q: %q", content, got)
		}
	}
	if got := blobProblems(given, marks, "of-cora@mail.example", nil); len(got) != 1 {
		t.Errorf("a blob with an address in its name: %q", got)
	}
}

// personal is what tells of people and their mail, each with a word for what it is.
func (w *world) personal() map[string]string {
	out := map[string]string{}
	add := func(what, text string) {
		if text = strings.TrimSpace(text); len(text) >= shortest {
			out[what+" "+text] = text
		}
	}
	for _, name := range []string{"Cora Candidate", "Starter Co"} { // as the directory has them
		add("a name", name)
	}
	for _, o := range w.sim.Outsides() {
		add("an address", o.Email())
		for _, m := range o.Inbox() {
			add("a subject", m.Subject)
			add("a text", m.Text)
		}
	}
	for _, box := range w.sim.Mailboxes() {
		add("an address", box.Email())
		add("a name", box.Name())
		for _, query := range []string{"", "in:spam", "in:trash"} {
			messages, err := box.Messages(query, 0)
			if err != nil {
				w.t.Error(err)
			}
			for _, m := range messages {
				add("a subject", m.Subject)
				add("a text", m.Text)
			}
		}
	}
	return out
}

// line is the line around a place of a text.
func line(text string, at int) string {
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	rest, _, _ := strings.Cut(text[begin:], "\n")
	return rest
}

func TestSecretsAreRecognised(t *testing.T) {
	t.Parallel()
	w, _ := connected(t)
	access, refresh := w.sim.OAuth().Issue(ritaMail)
	for what, secret := range map[string]string{"access token": access, "refresh token": refresh, "token of a user": w.issuer.ServiceToken("a", "b@c.example")} {
		if !secrets.MatchString("some text " + secret) {
			t.Errorf("%s is not recognised: %s", what, secret)
		}
	}
	w.cora().writes("A marked subject", "A marked text")
	for _, want := range []string{coraMail, ritaMail, "A marked subject", "A marked text"} {
		found := false
		for _, text := range w.personal() {
			found = found || text == want
		}
		if !found {
			t.Errorf("%q is not looked for", want)
		}
	}
}

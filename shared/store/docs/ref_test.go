package docs_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// anyID draws ids of which many are near each other once escaped.
func anyID(t *rapid.T, name string) string {
	return rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringMatching(`[%/._25FE\x00a]{1,6}`),
	).Filter(func(s string) bool { return s != "" && len(s) < 400 }).Draw(t, name)
}

func TestIDsRoundTripAndNeverMeet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyID(t, "a"), anyID(t, "b")
		ref := docs.Path("accounts", a, "users", b)
		if ref.ID() != b || docs.Path("accounts", a).ID() != a {
			t.Fatalf("%q and %q came back as %q and %q", a, b, docs.Path("accounts", a).ID(), ref.ID())
		}
		if err := ref.Check(); err != nil {
			t.Fatalf("Path built a reference that Check refuses: %v", err)
		}
		if (a == b) != (docs.Escape(a) == docs.Escape(b)) {
			t.Fatalf("%q and %q are both escaped as %q", a, b, docs.Escape(a))
		}
		if ref != docs.Path("accounts", a).Child("users", b) || ref.Parent() != docs.Path("accounts", a).Under("users") {
			t.Fatalf("Path, Child, Under and Parent do not agree on %q", ref)
		}
	})
}

// What Firestore says of ids: https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields
func TestEscapedIDsAreLegalInFirestore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := docs.Escape(anyID(t, "id"))
		switch {
		case e == "." || e == "..", strings.Contains(e, "/"), !utf8.ValidString(e),
			strings.HasPrefix(e, "__") && strings.HasSuffix(e, "__"), strings.ContainsRune(e, 0):
			t.Fatalf("%q is not a legal id", e)
		}
	})
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"u7":           "u7",
		"a.b@mail.com": "a.b@mail.com",
		"a_b":          "a_b",
		"_a":           "_a",
		"ü 🙂":          "ü 🙂",
		"a/b":          "a%2Fb",
		"100%":         "100%25",
		"%2F":          "%252F",
		".":            "%2E",
		"..":           "%2E%2E",
		"...":          "...",
		"__x__":        "%5F_x__",
		"a\x00b\n":     "a%00b%0A",
		"\xffx":        "%FFx",
		"\ufffd":       "\ufffd",
	} {
		if got := docs.Escape(id); got != want {
			t.Errorf("Escape(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestPathRefusesHoles(t *testing.T) {
	t.Parallel()
	odd := []string{"accounts"}
	for name, build := range map[string]func(){
		"no parts":         func() { docs.Path() },
		"odd":              func() { docs.Path(odd...) },
		"empty id":         func() { docs.Path("accounts", "") },
		"empty collection": func() { docs.Path("", "a") },
		"child":            func() { docs.Path("accounts", "a").Child("users", "") },
		"under":            func() { _ = docs.Path("accounts", "a").Under("") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: it did not panic", name)
				}
			}()
			build()
		}()
	}
}

func TestRefCheck(t *testing.T) {
	t.Parallel()
	for _, ref := range []docs.Ref{
		"", "a", "a/b/c", "/b", "a/", "a//c/d", "a/.", "a/..", "a/__x__", "a/%", "a/%2f", "a/%41", "a/b\x00", "a/\xff",
	} {
		if err := ref.Check(); err == nil {
			t.Errorf("%q passed", ref)
		}
	}
	long := docs.Path("a", strings.Repeat("x", docs.MaxIDBytes))
	if err := long.Check(); err != nil {
		t.Errorf("an id of the greatest length: %v", err)
	}
	if err := docs.Path("a", strings.Repeat("/", docs.MaxIDBytes/3+1)).Check(); !errors.Is(err, docs.ErrTooLarge) {
		t.Errorf("an id that is too long once escaped: %v, want ErrTooLarge", err)
	}
	deep := docs.Ref(strings.Repeat("aaaaaaaa/bbbbbbbb/", 400) + "a/b")
	if err := deep.Check(); !errors.Is(err, docs.ErrTooLarge) {
		t.Errorf("a reference of %d bytes: %v, want ErrTooLarge", len(deep), err)
	}
}

func TestCollectionName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"accounts": "accounts",
		docs.Path("accounts", "a/b").Under("users"): "users",
		docs.Path("accounts", "a").Under("a/b"):     "a/b",
	} {
		if got := docs.CollectionName(path); got != want {
			t.Errorf("CollectionName(%q) = %q, want %q", path, got, want)
		}
	}
}

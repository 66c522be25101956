package mailsync

import (
	"slices"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What goes into one transaction stays within what Firestore takes, and no message is left out for being large.
func TestBundles(t *testing.T) {
	t.Parallel()
	files := func(n int) store.Incoming {
		return store.Incoming{GmailID: "g", Message: hire.Message{Attachments: make([]hire.Attachment, n)}}
	}
	text := func(n int) store.Incoming {
		return store.Incoming{GmailID: "g", Message: hire.Message{Text: strings.Repeat("x", n/2), HTML: strings.Repeat("x", n/2)}}
	}
	for name, test := range map[string]struct {
		in   []store.Incoming
		want []int // messages in each
	}{
		"none":             {nil, []int{0}},
		"many messages":    {slices.Repeat([]store.Incoming{files(0)}, 45), []int{20, 20, 5}},
		"as many as go":    {slices.Repeat([]store.Incoming{files(0)}, 20), []int{20}},
		"many files":       {[]store.Incoming{files(100), files(100), files(100), files(50), files(1)}, []int{2, 3}},
		"as many as go in": {[]store.Incoming{files(200), files(50), files(1)}, []int{2, 1}},
		"all files in one": {[]store.Incoming{files(1), files(maxFiles), files(1)}, []int{1, 1, 1}},
		"more than go":     {[]store.Incoming{files(commitFiles + 1), files(0)}, []int{1, 1}},
		"long ones":        {slices.Repeat([]store.Incoming{text(inlineBody)}, 22), []int{20, 2}},
		"longest":          {slices.Repeat([]store.Incoming{text(commitBytes / 2)}, 5), []int{2, 2, 1}},
	} {
		var got []int
		var b bundle
		for _, in := range test.in {
			if !b.takes(in) {
				got, b = append(got, len(b.messages)), bundle{}
			}
			b.add(in)
			if len(b.settled) != len(b.messages) {
				t.Errorf("%s: %d of %d messages are settled", name, len(b.settled), len(b.messages))
			}
		}
		if got = append(got, len(b.messages)); !slices.Equal(got, test.want) {
			t.Errorf("%s: bundles of %v, want %v", name, got, test.want)
		}
	}
}

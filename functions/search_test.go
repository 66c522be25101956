package functions_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// finds looks for words in Cora's mail, page by page, and gives the snippets of what is found.
func (p *person) finds(q string) (snippets []string, pages, searched int) {
	p.w.t.Helper()
	for token := ""; ; {
		var page api.MailFound
		p.call("POST", "/threads/v1/candidates/"+cora+"/search", api.SearchMail{Q: q, PageToken: token}).into(200, &page)
		for _, m := range page.Messages {
			snippets = append(snippets, m.Snippet)
		}
		pages, searched = pages+1, searched+page.Searched
		if token = page.NextPageToken; token == "" {
			return snippets, pages, searched
		}
	}
}

// Words are found in whatever a message has, by those who may see it.
func TestSearch(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	candidate.answers("Anbei mein Lebenslauf, Grüße aus Zürich", withFile("Résumé.pdf", "application/pdf", []byte("%PDF")))
	w.pass(time.Minute)
	const ours, hers = "Can we talk?", "Anbei mein Lebenslauf, Grüße aus Zürich"
	for q, want := range map[string][]string{
		"talk": {ours}, "zurich": {hers}, "GRÜSSE": {hers}, "resume pdf": {hers}, "application": {hers, ours}, "cora candidate": {hers, ours}, "cora@mail.example": {hers, ours}, "leben zurich": {hers}, "zurich talk": nil, "nothing": nil,
	} {
		if got, _, _ := r.finds(q); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
	for _, q := range []string{"", "?!"} {
		r.call("POST", "/threads/v1/candidates/"+cora+"/search", api.SearchMail{Q: q}).problem(400, hire.CodeInvalidRequest)
	}
	r.call("POST", "/threads/v1/candidates/"+cora+"/search", api.SearchMail{Q: "a", PageToken: "x"}).problem(400, hire.CodeInvalidRequest)
	r.call("POST", "/threads/v1/candidates/nobody/search", api.SearchMail{Q: "a"}).problem(404, hire.CodeUnknownCandidate)
	// Whoever may not see the conversation learns nothing of it.
	m := w.colleague("max", "admin")
	if got, _, _ := m.finds("talk"); len(got) != 1 {
		t.Errorf("before it is private Max finds %q", got)
	}
	r.call("PUT", "/threads/v1/threads/"+r.profile(cora).Threads[0].ID+"/privacy", api.SetPrivacy{Private: true}).into(200, nil)
	if got, pages, searched := m.finds("talk"); len(got) != 0 || pages != 1 || searched != 0 {
		t.Errorf("Max finds %q on %d pages, of %d messages", got, pages, searched)
	}
}

// A large profile is looked through page by page, each at a bounded cost, and nothing is left out or found twice.
func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.filed(7, 90)
	cost := w.costOf(func() {
		var page api.MailFound
		r.call("POST", "/threads/v1/candidates/"+cora+"/search", api.SearchMail{Q: "nothingofthekind"}).into(200, &page)
		if page.Searched != 300 || page.NextPageToken == "" {
			t.Errorf("one page looks at %d messages, and more is %q", page.Searched, page.NextPageToken)
		}
	})
	if cost.units != 0 || cost.read > 300+50+7+10 {
		t.Errorf("%s", cost)
	}
	if _, pages, searched := r.finds("nothingofthekind"); pages != 3 || searched != 7*90 {
		t.Errorf("all: %d messages on %d pages", searched, pages)
	}
	seen := map[string]bool{}
	for token := ""; ; {
		var page api.MailFound
		r.call("POST", "/threads/v1/candidates/"+cora+"/search", api.SearchMail{Q: "mail.example", PageToken: token}).into(200, &page)
		for _, m := range page.Messages {
			if seen[m.ID] {
				t.Errorf("%s is found twice", m.ID)
			}
			seen[m.ID] = true
		}
		if token = page.NextPageToken; token == "" {
			break
		}
	}
	if len(seen) != 7*90 {
		t.Errorf("%d messages are found, want %d", len(seen), 7*90)
	}
}

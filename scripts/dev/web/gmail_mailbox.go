package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// listed is how many conversations a list shows.
const listed = 50

// place is a mailbox, or somebody outside.
type place struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

func (g gmail) world(w http.ResponseWriter, _ *http.Request) error {
	out := struct {
		Mailboxes []place `json:"mailboxes"`
		Outside   []place `json:"outside"`
	}{[]place{}, []place{}}
	for _, m := range g.sim.Mailboxes() {
		out.Mailboxes = append(out.Mailboxes, place{m.Email(), m.Name()})
	}
	for _, o := range g.sim.Outsides() {
		out.Outside = append(out.Outside, place{o.Email(), o.Name()})
	}
	return writeJSON(w, http.StatusOK, out)
}

// mailboxView answers GET mailboxes/{email}.
type mailboxView struct {
	Email   string      `json:"email"`
	Name    string      `json:"name"`
	Labels  []labelView `json:"labels"`
	Threads []threadRow `json:"threads"`
	More    bool        `json:"more"` // there are older ones
}

type labelView struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	System   bool   `json:"system"`
	Messages int    `json:"messages"`
	Unread   int    `json:"unread"`
}

func (g gmail) list(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	label := r.URL.Query().Get("label")
	history, labels := m.HistoryID(), m.Labels()
	parts := []string{m.Email(), label, strconv.FormatUint(history, 10)}
	for _, l := range labels {
		parts = append(parts, l.ID, l.Name) // naming a label makes no history
	}
	if unchanged(w, r, parts...) {
		return nil
	}
	out := mailboxView{Email: m.Email(), Name: m.Name(), Labels: []labelView{}, Threads: []threadRow{}}
	query := ""
	for _, l := range labels {
		out.Labels = append(out.Labels, labelView(l))
		if l.ID == label {
			query = "label:" + quoted(l.Name)
		}
	}
	if label != "" && query == "" {
		return missing("There is no such label.")
	}
	found, err := m.Threads(query, listed+1)
	if err != nil {
		return err
	}
	out.More = len(found) > listed
	for _, t := range found[:min(len(found), listed)] {
		row, err := rowOf(m, t)
		if err != nil {
			return err
		}
		out.Threads = append(out.Threads, row)
	}
	return writeJSON(w, http.StatusOK, out)
}

// quoted is a label's name in a search. createLabel and renameLabel take no name with quotation marks.
func quoted(name string) string { return `"` + name + `"` }

func (g gmail) thread(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	if unchanged(w, r, m.Email(), r.PathValue("thread"), strconv.FormatUint(m.HistoryID(), 10)) {
		return nil
	}
	t, err := m.Thread(r.PathValue("thread"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, threadOf(t))
}

func (g gmail) act(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	action, ok := map[string]func(string) error{
		"archive": m.Archive, "inbox": m.MoveToInbox, "spam": m.Spam, "not-spam": m.NotSpam, "trash": m.Trash, "untrash": m.Untrash, "read": m.MarkRead, "unread": m.MarkUnread,
	}[r.PathValue("action")]
	if !ok {
		return missing("There is no such action.")
	}
	return done(w, action(r.PathValue("thread")))
}

// labelOf is the user's label that a path names.
func labelOf(r *http.Request, m *gmailtest.Mailbox) (gmailtest.Label, error) {
	labels := m.Labels()
	i := slices.IndexFunc(labels, func(l gmailtest.Label) bool { return l.ID == r.PathValue("label") && !l.System })
	if i < 0 {
		return gmailtest.Label{}, missing("There is no such label.")
	}
	return labels[i], nil
}

func (g gmail) putLabel(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	l, err := labelOf(r, m)
	if err != nil {
		return err
	}
	return done(w, m.LabelThread(r.PathValue("thread"), l.Name))
}

func (g gmail) takeLabel(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	l, err := labelOf(r, m)
	if err != nil {
		return err
	}
	return done(w, m.UnlabelThread(r.PathValue("thread"), l.Name))
}

// labelName reads a label's name from a request.
func labelName(w http.ResponseWriter, r *http.Request) (string, error) {
	var body struct {
		Name string `json:"name"`
	}
	if err := readJSON(w, r, &body); err != nil {
		return "", err
	}
	if strings.Contains(body.Name, `"`) {
		return "", wrong("A label's name cannot have quotation marks here.")
	}
	return body.Name, nil
}

func (g gmail) createLabel(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	name, err := labelName(w, r)
	if err != nil {
		return err
	}
	l, err := m.CreateLabel(name)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, labelView(l))
}

func (g gmail) renameLabel(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	l, err := labelOf(r, m)
	if err != nil {
		return err
	}
	name, err := labelName(w, r)
	if err != nil {
		return err
	}
	return done(w, m.RenameLabel(l.Name, name))
}

func (g gmail) deleteLabel(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	l, err := labelOf(r, m)
	if err != nil {
		return err
	}
	return done(w, m.DeleteLabel(l.Name))
}

func (g gmail) createFilter(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	var body struct {
		From      string `json:"from"`
		Label     string `json:"label"` // a name; "" is none
		SkipInbox bool   `json:"skip_inbox"`
	}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	from := strings.TrimSpace(body.From)
	if from == "" {
		return wrong("Say whose mail the filter is for.")
	}
	f := gmailtest.Filter{From: from, SkipInbox: body.SkipInbox}
	if body.Label != "" {
		f.AddLabels = []string{body.Label}
	}
	if f.AddLabels == nil && !f.SkipInbox {
		return wrong("Choose what the filter does.")
	}
	return done(w, m.AddFilter(f))
}

func (g gmail) clearFilters(w http.ResponseWriter, _ *http.Request, m *gmailtest.Mailbox) error {
	m.ClearFilters()
	return done(w, nil)
}

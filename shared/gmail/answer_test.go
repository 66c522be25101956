package gmail

import (
	"context"
	"errors"
	"net/http"
	"testing"

	gmailapi "google.golang.org/api/gmail/v1"
)

// What Gmail answers with a null where something should be is refused, on whichever way it was asked.
func TestAnswersWithHoles(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer string
		call   func(ctx context.Context, m *Mailbox) error
	}{
		"a list": {`{"threads":[null]}`, func(ctx context.Context, m *Mailbox) error {
			_, err := m.ThreadsOf(ctx, []string{"cora@mail.example"}, 10, "")
			return err
		}},
		"a part of a batch": {`{"id":"t","messages":[null]}`, func(ctx context.Context, m *Mailbox) error {
			got, err := m.ThreadHeaders(ctx, []string{"t"}, []string{"From"})
			if err == nil && len(got) == 1 {
				err = got[0].Err
			}
			return err
		}},
		"a part of a batch that is null": {`null`, func(ctx context.Context, m *Mailbox) error {
			got, err := m.ThreadHeaders(ctx, []string{"t"}, []string{"From"})
			if err == nil && len(got) == 1 {
				err = got[0].Err
			}
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := func(rw http.ResponseWriter, _ *http.Request) { respond(rw, 200, tt.answer) }
			w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/batch/gmail/v1" {
					answerBatch(t, rw, r, answer, nil)
					return
				}
				answer(rw, r)
			})
			err := tt.call(t.Context(), w.mailbox)
			if e, ok := errors.AsType[*Error](err); !ok || e.Reason != reasonUnreadable {
				t.Errorf("%v, want it to be unreadable", err)
			}
		})
	}
}

// Holes are found wherever lists of pointers are, and what package mime reads is left to it.
func TestSound(t *testing.T) {
	t.Parallel()
	message := func() *gmailapi.Message { return &gmailapi.Message{Id: "1", LabelIds: []string{"INBOX"}} }
	for name, c := range map[string]struct{ got, want bool }{
		"nothing":                    {sound[gmailapi.Thread](nil), false},
		"empty":                      {sound(&gmailapi.Thread{}), true},
		"whole":                      {sound(&gmailapi.Thread{Messages: []*gmailapi.Message{message(), message()}}), true},
		"a hole in a list":           {sound(&gmailapi.Thread{Messages: []*gmailapi.Message{message(), nil}}), false},
		"a hole in a list of a list": {sound(&gmailapi.ListHistoryResponse{History: []*gmailapi.History{{MessagesAdded: []*gmailapi.HistoryMessageAdded{{Message: message()}, nil}}}}), false},
		"no message in a record":     {sound(&gmailapi.ListHistoryResponse{History: []*gmailapi.History{{MessagesAdded: []*gmailapi.HistoryMessageAdded{{}}}}}), true},
		"a hole in a payload":        {sound(&gmailapi.Message{Payload: &gmailapi.MessagePart{Parts: []*gmailapi.MessagePart{nil}}}), true},
		"a hole behind a pointer":    {sound(&gmailapi.Draft{Message: &gmailapi.Message{ClassificationLabelValues: []*gmailapi.ClassificationLabelValue{nil}}}), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: sound is %t, want %t", name, c.got, c.want)
		}
	}
}

// BenchmarkSound is a page of history of 500 records.
func BenchmarkSound(b *testing.B) {
	page := &gmailapi.ListHistoryResponse{}
	for range 500 {
		page.History = append(page.History, &gmailapi.History{MessagesAdded: []*gmailapi.HistoryMessageAdded{{Message: &gmailapi.Message{Id: "1", ThreadId: "1", LabelIds: []string{"INBOX"}}}}})
	}
	b.ReportAllocs()
	for b.Loop() {
		if !sound(page) {
			b.Fatal("a hole")
		}
	}
}

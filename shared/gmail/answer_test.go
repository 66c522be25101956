package gmail

import (
	"context"
	"errors"
	"net/http"
	"testing"
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

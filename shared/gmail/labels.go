package gmail

import (
	"context"
	"iter"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// Label is a label of a mailbox.
type Label struct {
	ID     string
	Name   string
	System bool // Gmail's own, such as INBOX
}

// Names are the names of labels, by id.
func Names(labels []Label) iter.Seq2[string, string] {
	return func(yield func(id, name string) bool) {
		for _, l := range labels {
			if !yield(l.ID, l.Name) {
				return
			}
		}
	}
}

func labelOf(l *gmailapi.Label) Label {
	return Label{ID: l.Id, Name: l.Name, System: l.Type == "system"}
}

// Labels lists all labels of the mailbox.
func (m *Mailbox) Labels(ctx context.Context) ([]Label, error) {
	all, err := ask(ctx, m, one(labelsList), func(ctx context.Context) (*gmailapi.ListLabelsResponse, error) {
		return m.client.users.Labels.List("me").Context(ctx).Fields(googleapi.Field("labels(id,name,type)")).Do()
	})
	if err != nil {
		return nil, err
	}
	out := make([]Label, len(all.Labels))
	for i, l := range all.Labels {
		out[i] = labelOf(l)
	}
	return out, nil
}

// CreateLabel makes a label that is shown in Gmail's list and on messages. It fails with ErrLabelExists where there is one of this name, in whatever
// case. It is never repeated.
func (m *Mailbox) CreateLabel(ctx context.Context, name string) (Label, error) {
	l, err := ask(ctx, m, one(labelsCreate), func(ctx context.Context) (*gmailapi.Label, error) {
		label := &gmailapi.Label{Name: name, LabelListVisibility: "labelShow", MessageListVisibility: "show"}
		return m.client.users.Labels.Create("me", label).Context(ctx).Fields(googleapi.Field("id,name,type")).Do()
	})
	if err != nil {
		return Label{}, err
	}
	return labelOf(l), nil
}

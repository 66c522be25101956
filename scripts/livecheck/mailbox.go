package main

import (
	"context"
	"net/http"
	"slices"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"
)

var mailboxChecks = []check{
	{
		Name: "profile-history-id", Used: "shared/connection, Service.watch: the cursor begins there where there is no topic",
		Fact: "getProfile names the mailbox's address and a history id that history.list takes.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			p, err := x.a.gmail.GetProfile("me").Context(ctx).Fields("emailAddress,historyId").Do()
			if err != nil {
				return "", err
			}
			if !strings.EqualFold(p.EmailAddress, x.a.address) || p.HistoryId == 0 {
				return "", contrary("there is no history id, or another address")
			}
			_, err = x.a.records(ctx, p.HistoryId, 500)
			return "", err
		},
	},
	{
		Name: "label-name-taken", Used: "shared/connection, ensureLabel; shared/gmail, refusal (ErrLabelExists)",
		Fact: "labels.create with a name that is taken, in whatever case, answers 409.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.ownLabel(ctx)
			if err != nil {
				return "", err
			}
			if _, err := x.a.addLabel(ctx, l.Name); refused(err, http.StatusConflict, "the same name") != nil {
				return "", refused(err, http.StatusConflict, "the same name")
			}
			_, err = x.a.addLabel(ctx, strings.ToUpper(l.Name))
			return "", refused(err, http.StatusConflict, "the same name in capitals")
		},
	},
	{
		Name: "labels-list", Used: "shared/connection, ensureLabel; shared/mailsync, refreshLabels",
		Fact: "labels.list shows a label just made, by id, name and type user, and Gmail's own with type system and their names as ids.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.ownLabel(ctx)
			if err != nil {
				return "", err
			}
			all, err := x.a.gmail.Labels.List("me").Context(ctx).Fields("labels(id,name,type)").Do()
			if err != nil {
				return "", err
			}
			shown := func(id, name, kind string) bool {
				return slices.ContainsFunc(all.Labels, func(l *gmailapi.Label) bool { return l.Id == id && l.Name == name && l.Type == kind })
			}
			if !shown(l.Id, l.Name, "user") {
				return "", contrary("the new label is not listed")
			}
			for _, id := range []string{"INBOX", "SENT", "DRAFT", "SPAM", "TRASH"} {
				if !shown(id, id, "system") {
					return "", contrary("%s is not listed as a system label", id)
				}
			}
			return "", nil
		},
	},
	{
		Name: "label-rename-keeps-id", Used: "shared/mailsync, learnLabels and labelCache: labels are known by their ids",
		Fact: "A label that is renamed keeps its id.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.a.addLabel(ctx, x.word("before"))
			if err != nil {
				return "", err
			}
			renamed, err := x.a.gmail.Labels.Patch("me", l.Id, &gmailapi.Label{Name: x.word("after")}).Context(ctx).Do()
			if err == nil && renamed.Id != l.Id {
				x.a.made.labels = append(x.a.made.labels, renamed.Id)
				err = contrary("its id has changed")
			}
			return "", err
		},
	},
}

// ownLabel is this run's label.
func (x *trial) ownLabel(ctx context.Context) (*gmailapi.Label, error) {
	return x.label.get("a label", func() (*gmailapi.Label, error) { return x.a.addLabel(ctx, x.word("label")) })
}

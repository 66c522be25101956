package mailsync

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// labelCache remembers the labels of a mailbox by id, so that only one that was made since is asked for. It is bounded: at its limit it begins anew, which costs one
// unit a mailbox.
type labelCache struct {
	mu    sync.Mutex
	limit int
	known map[string]map[string]labelKind // by mailbox
}

// labelKind is what a label was when the labels were last listed.
type labelKind int

const (
	labelUnknown labelKind = iota // there was none of this id
	labelPlain                    // it asks for nothing
	labelImport                   // it asks for an import
)

func newLabelCache(limit int) *labelCache {
	return &labelCache{limit: limit, known: map[string]map[string]labelKind{}}
}

func (c *labelCache) kind(mailbox, label string) labelKind {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[mailbox][label]
}

func (c *labelCache) set(mailbox string, labels []gmail.Label) {
	ids := make(map[string]labelKind, len(labels))
	for _, l := range labels {
		ids[l.ID] = labelPlain
		if hire.AsksForImport(l.Name) {
			ids[l.ID] = labelImport
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= c.limit {
		clear(c.known)
	}
	c.known[mailbox] = ids
}

// learnLabels looks the mailbox's labels up where a record names one we do not know: it may be a "Recruiterbox" made a minute ago. One that was an import label when
// this instance last looked and is not recorded as such is no better known: its recording may have failed, or another instance has recorded what it saw before.
func (r *run) learnLabels(ctx context.Context, records []gmail.HistoryRecord) error {
	mailbox := r.mailboxName()
	unknown := func(ids []string) bool {
		return slices.ContainsFunc(ids, func(id string) bool {
			return strings.HasPrefix(id, "Label_") && !r.box.ImportLabel(id) && r.Engine.labels.kind(mailbox, id) != labelPlain
		})
	}
	for _, rec := range records {
		for _, m := range rec.Added {
			if unknown(m.LabelIDs) {
				return r.refreshLabels(ctx)
			}
		}
		for _, l := range slices.Concat(rec.LabelsAdded, rec.LabelsRemoved) {
			if unknown(l.Changed) {
				return r.refreshLabels(ctx)
			}
		}
	}
	return nil
}

func (r *run) mailboxName() string { return r.box.AccountID + "/" + r.box.Sub }

// refreshLabels asks Gmail for the labels and records which of them ask for an import.
func (r *run) refreshLabels(ctx context.Context) error {
	all, err := r.gmail.Labels(ctx)
	if err != nil {
		return fmt.Errorf("list labels: %w", err)
	}
	if labels := store.ImportLabels(gmail.Names(all)); !slices.Equal(labels, r.box.Labels) {
		if err := r.Store.SetLabels(ctx, r.key, r.box.Generation, labels); err != nil {
			return fmt.Errorf("record labels: %w", err)
		}
		r.box.Labels = labels
	}
	// Not before it is recorded: what is in the cache is not asked for again.
	r.Engine.labels.set(r.mailboxName(), all)
	return nil
}

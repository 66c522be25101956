package records

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// DeletionStore is what reports of deletions need of the store.
type DeletionStore interface {
	Deletion(ctx context.Context, account, id string) (store.Deletion, []store.DeletionStep, error)
	Deletions(ctx context.Context, account, parent string, after *store.Position, limit int) ([]store.Deletion, error)
}

const (
	deletionsPage = 50
	partsAtOnce   = 500
	maxParts      = 5000
)

// deletions lists an account's deletions; token is that of a former page.
func deletions(ctx context.Context, s DeletionStore, account, token string) (api.DeletionList, error) {
	out := api.DeletionList{Deletions: []api.Deletion{}}
	after, err := api.DecodePageToken(token)
	if err != nil {
		return out, err
	}
	page, err := s.Deletions(ctx, account, "", (*store.Position)(after), deletionsPage)
	if err != nil {
		return out, fmt.Errorf("list deletions: %w", err)
	}
	for _, d := range page {
		x, _, err := withParts(ctx, s, account, d)
		if err != nil {
			return out, err
		}
		out.Deletions = append(out.Deletions, x)
	}
	if len(page) == deletionsPage {
		last := page[deletionsPage-1]
		out.NextPageToken = api.PageToken(last.RequestedAt, last.ID)
	}
	return out, nil
}

func deletion(d store.Deletion) api.Deletion {
	out := api.Deletion{
		ID: d.ID, Kind: string(d.Kind), Subject: d.Subject, Reason: d.Reason, RequestedBy: d.By, PartOf: d.Parent, State: "completed", RequestedAt: d.RequestedAt, CompletedAt: d.CompletedAt,
	}
	switch {
	case d.CompletedAt.IsZero():
		out.State = "under_way"
	case d.Stopped != "":
		out.State = "stopped"
	}
	return out
}

// report tells of a deletion what was noted of it. One whose parts are still under way is under way itself.
func report(ctx context.Context, s DeletionStore, account, id string, now time.Time) (api.DeletionReport, error) {
	d, steps, err := s.Deletion(ctx, account, id)
	if err != nil {
		return api.DeletionReport{}, err
	}
	whole, parts, err := withParts(ctx, s, account, d)
	if err != nil {
		return api.DeletionReport{}, err
	}
	r := api.DeletionReport{Deletion: whole, Parts: parts, AccountID: account, Stopped: d.Stopped, Steps: []api.DeletionStep{}, Removed: map[string]int{}, IssuedAt: now.UTC().Truncate(time.Second)}
	if d.Kind == store.DeletionOfCandidate || d.Kind == store.DeletionOfAccount {
		r.Retention = string(d.Retention.Or())
	}
	for _, p := range steps {
		r.Steps = append(r.Steps, api.DeletionStep{At: p.At, What: p.What, Outcome: string(p.Outcome), Detail: p.Detail, Items: p.Items})
	}
	maps.Copy(r.Removed, d.Removed)
	r.Kept = kept(d)
	return r, nil
}

// withParts is a deletion with those that are parts of it: it is under way as long as one of them is.
func withParts(ctx context.Context, s DeletionStore, account string, d store.Deletion) (whole api.Deletion, parts []api.Deletion, err error) {
	whole = deletion(d)
	var after *store.Position
	for more := d.Kind == store.DeletionOfIntegration || d.Kind == store.DeletionOfAccount; more && len(parts) < maxParts; {
		page, err := s.Deletions(ctx, account, d.ID, after, partsAtOnce)
		if err != nil {
			return whole, nil, fmt.Errorf("list parts: %w", err)
		}
		for _, p := range page {
			after = &store.Position{At: p.RequestedAt, ID: p.ID}
			parts = append(parts, deletion(p))
			if p.CompletedAt.IsZero() {
				whole.State, whole.CompletedAt = "under_way", time.Time{}
			} else if whole.State == "completed" && p.CompletedAt.After(whole.CompletedAt) {
				whole.CompletedAt = p.CompletedAt
			}
		}
		more = len(page) == partsAtOnce
	}
	return whole, parts, nil
}

// kept says what a deletion leaves, and why.
func kept(d store.Deletion) []api.KeptRecord {
	audit := api.KeptRecord{What: "The audit trail and this report, by ids, without content of mail", Why: "They show who did what, and that this was deleted.", Until: "two years after each entry"}
	backups := api.KeptRecord{What: "The database's history and backups of it", Why: "They let the service be restored after a loss.", Until: "they expire, as the operator has set it"}
	mail := api.KeptRecord{What: "Imported mail, in the candidates' profiles", Why: "It is the account's; ending a connection ends the access to the mailbox alone.", Until: "its candidate or the account is deleted, and the account's retention is to delete"}
	erased := d.Retention == hire.RetentionDelete && (d.Stopped == "")
	switch {
	case d.Kind == store.DeletionOfMailbox || d.Kind == store.DeletionOfIntegration:
		return []api.KeptRecord{
			mail,
			{What: "Where the reading of the mailbox has ended, and Gmail's ids of what was read, without content", Why: "If its user connects it again, the time between is caught up and nothing comes in twice.", Until: "the account is deleted, and its retention is to delete"},
			{What: "Mails that were queued for later", Why: "Each leaves only if its user has connected the mailbox again when its turn comes; else it fails.", Until: "60 days after they were written"},
			audit, backups,
		}
	case erased && d.Kind == store.DeletionOfCandidate:
		return []api.KeptRecord{
			{What: "The candidate's id, and that they are deleted", Why: "So that no later mail is taken in for them.", Until: "the account is deleted"},
			files(), batches(),
			{What: "The mail in the users' own Gmail", Why: "It is theirs. A conversation that they label again shows them that it belongs to no candidate.", Until: "its user deletes it"},
			audit, backups,
		}
	case erased:
		return []api.KeptRecord{
			{What: "The account's id, and that it is deleted", Why: "So that nothing that comes late makes it anew.", Until: "no end is set"},
			files(), batches(), audit, backups,
		}
	}
	why := "The account's retention is to keep it."
	if d.Stopped != "" {
		why = "The deletion was stopped. What is counted as removed is gone; the rest is kept."
	}
	return []api.KeptRecord{{What: "Imported mail and its files", Why: why, Until: "it is deleted while the account's retention is to delete"}, audit, backups}
}

func files() api.KeptRecord {
	return api.KeptRecord{What: "Files that only this mail had", Why: "Nothing refers to them any more, and nobody can open them. They are removed once they have been left alone for a week.", Until: "eight days or so, and then as long as the operator's storage lets deleted files be restored"}
}

func batches() api.KeptRecord {
	return api.KeptRecord{What: "Records of replies by email, and of mails sent in bulk, by ids", Why: "They expire by themselves, so that no late answer is taken for another's.", Until: "60 days after they were made"}
}

package main

// limit is one that a load is held against.
type limit struct {
	name  string
	asked float64
	given float64
	turn  string // what is turned where it is hit
}

// limits of Google's, for a project, and of our Terraform. Sources: https://developers.google.com/workspace/gmail/api/reference/quota,
// https://cloud.google.com/secret-manager/quotas, https://cloud.google.com/tasks/docs/quotas, https://firebase.google.com/docs/firestore/best-practices (an index of
// rising values), terraform/functions.tf.
func limits(l load, u usage) []limit {
	return []limit{
		{"Gmail's units a day", l.day.units, 80_000_000, "more quota, or idle mailboxes swept less often: push stays"},
		{"Gmail's units in the busiest minute", l.busiestSecond.units * 60, 1_200_000, "more quota; until then imports of old mail stop at 80 % of it and new mail at 90 %, so that sending goes on"},
		{"Secret Manager, reads in the busiest minute", l.busiestReads, 90_000, "fewer and busier instances: each reads a mailbox's token once an hour"},
		{"Cloud Tasks, tasks a second", l.busiestSecond.tasks, 500, "a second queue for the sweep"},
		{"mailboxes that the sweep looks at, a second", l.busiestSecond.looks, sweepWorkers / u.Look, "more at once (sweepWorkers in shared/mailsync), or idle mailboxes less often"},
		{"Firestore, writes a second to one shard of what is due", l.busiestSecond.looks / dueShards, 500, "more shards (shared/store/keys.go)"},
		{"instances of gmailnotify and syncmailbox", l.instances, 60 + 60, "max_instances in the variable sizes, with the region's quota"},
	}
}

const (
	sweepWorkers = 25 // mailboxes that the sweep looks at at once: shared/mailsync/sweep.go
	dueShards    = 8  // store.Shards
)

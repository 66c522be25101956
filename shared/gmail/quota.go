package gmail

import (
	"fmt"
	"maps"
)

// Quota is what calls cost, in Gmail's quota units, and how many units may be spent. It differs by the age of the Google Cloud project.
// Source: https://developers.google.com/workspace/gmail/api/reference/quota
type Quota struct {
	Units            map[string]int // of one call, by method: "messages.get", ...
	UserPerMinute    int            // of one mailbox
	ProjectPerMinute int
	ProjectPerDay    int
}

// Quota2026 is that of projects new to Gmail since May 2026. Drafts, messages.modify and threads.modify are as reported, the rest as published.
func Quota2026() Quota {
	return Quota{
		Units: map[string]int{
			"getProfile": 1, "watch": 100, "stop": 50,
			"labels.list": 1, "labels.create": 5, "settings.sendAs.list": 1,
			"history.list":  2,
			"messages.list": 5, "messages.get": 20, "messages.modify": 5, "messages.send": 100, "attachments.get": 20,
			"threads.list": 10, "threads.get": 40, "threads.modify": 10,
			"drafts.create": 10, "drafts.delete": 10, "drafts.get": 20, "drafts.list": 5, "drafts.send": 100,
		},
		UserPerMinute: 6_000, ProjectPerMinute: 1_200_000, ProjectPerDay: 80_000_000,
	}
}

// QuotaLegacy is that of projects that used Gmail before, until Google moves them.
func QuotaLegacy() Quota {
	q := Quota2026()
	q.Units["messages.get"], q.Units["attachments.get"], q.Units["threads.get"] = 5, 5, 10
	q.UserPerMinute = 15_000
	return q
}

// complete fills what is zero from Quota2026.
func (q Quota) complete() (Quota, error) {
	out := Quota2026()
	for name, units := range q.Units {
		if units < 1 {
			return Quota{}, fmt.Errorf("gmail: quota of %s is %d units", name, units)
		}
	}
	maps.Copy(out.Units, q.Units)
	for _, f := range []struct{ into, from *int }{
		{&out.UserPerMinute, &q.UserPerMinute}, {&out.ProjectPerMinute, &q.ProjectPerMinute}, {&out.ProjectPerDay, &q.ProjectPerDay},
	} {
		if *f.from < 0 {
			return Quota{}, fmt.Errorf("gmail: a limit of %d units", *f.from)
		}
		if *f.from > 0 {
			*f.into = *f.from
		}
	}
	return out, nil
}

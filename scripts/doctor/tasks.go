package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	cloudscheduler "google.golang.org/api/cloudscheduler/v1"
	cloudtasks "google.golang.org/api/cloudtasks/v2"
	iam "google.golang.org/api/iam/v1"
)

// queues looks whether each queue runs, calls its function as it should, and can be put into by those functions that do.
func (c *cloud) queues(ctx context.Context, r *report) {
	number := c.number(r)
	account := c.email("invoker-tasks")
	var makers []string // functions that make tasks
	for _, name := range sorted(c.want.Queues) {
		q, got := look(r, "cloudtasks.queues.get", "the queue "+name, func() (*cloudtasks.Queue, error) {
			return c.tasks.Projects.Locations.Queues.Get(c.at("queues/" + name)).Context(ctx).Do()
		})
		if got == absent {
			r.fail(deploy, "there is no queue %s", name)
		}
		if got != there {
			continue
		}
		if q.State != "RUNNING" {
			r.fail(fmt.Sprintf("gcloud tasks queues resume %s --location=%s --project=%s", name, c.region, c.project), "%s is %s: its tasks wait", name, q.State)
		}
		if number != "" {
			url := c.url(c.want.Queues[name], number)
			var token cloudtasks.OidcToken
			if q.HttpTarget != nil && q.HttpTarget.OidcToken != nil {
				token = *q.HttpTarget.OidcToken
			}
			if token.Audience != url || token.ServiceAccountEmail != account {
				r.fail(fmt.Sprintf("gcloud tasks queues update %s --location=%s --project=%s --http-oidc-service-account-email-override=%s --http-oidc-token-audience-override=%s", name, c.region, c.project, account, url),
					"%s signs as %q for %q, want %s for %s: %s refuses its tasks", name, token.ServiceAccountEmail, token.Audience, account, url, c.want.Queues[name])
			}
		}
		if q.RetryConfig != nil && q.RetryConfig.MaxAttempts > 0 {
			r.fail(fmt.Sprintf("gcloud tasks queues update %s --location=%s --project=%s --max-attempts=unlimited", name, c.region, c.project), "%s gives a task up after %d tries, and with it somebody's mail", name, q.RetryConfig.MaxAttempts)
		}
		makers = append(makers, c.enqueuers(ctx, r, name)...)
	}
	c.actAs(ctx, r, account, makers)
	r.found("%d queues run, and their calls are signed", len(c.want.Queues))
}

// enqueuers looks whether the functions that put tasks into a queue may, and gives them.
func (c *cloud) enqueuers(ctx context.Context, r *report, queue string) (want []string) {
	for _, f := range sorted(c.want.Functions) {
		if slices.Contains(c.want.Functions[f].Queues, queue) {
			want = append(want, f)
		}
	}
	policy, got := look(r, "cloudtasks.queues.getIamPolicy", "who may use the queue "+queue, func() (*cloudtasks.Policy, error) {
		return c.tasks.Projects.Locations.Queues.GetIamPolicy(c.at("queues/"+queue), &cloudtasks.GetIamPolicyRequest{}).Context(ctx).Do()
	})
	if got != there {
		return want
	}
	var members []string
	for _, b := range policy.Bindings {
		if b.Role == "roles/cloudtasks.enqueuer" {
			members = append(members, b.Members...)
		}
	}
	for _, f := range want {
		if m := "serviceAccount:" + c.email(f); !slices.Contains(members, m) {
			r.fail(fmt.Sprintf("gcloud tasks queues add-iam-policy-binding %s --location=%s --project=%s --member=%s --role=roles/cloudtasks.enqueuer", queue, c.region, c.project, m),
				"%s may not put tasks into %s", f, queue)
		}
	}
	return want
}

// actAs looks whether functions may name the account that calls for their tasks.
func (c *cloud) actAs(ctx context.Context, r *report, account string, functions []string) {
	policy, got := look(r, "iam.serviceAccounts.getIamPolicy", "who may act as "+account, func() (*iam.Policy, error) {
		return c.accounts.Projects.ServiceAccounts.GetIamPolicy("projects/" + c.project + "/serviceAccounts/" + account).OptionsRequestedPolicyVersion(3).Context(ctx).Do()
	})
	if got == absent {
		r.fail(deploy, "there is no service account %s", account)
	}
	if got != there {
		return
	}
	var members []string
	for _, b := range policy.Bindings {
		if b.Role == "roles/iam.serviceAccountUser" {
			members = append(members, b.Members...)
		}
	}
	slices.Sort(functions)
	for _, f := range slices.Compact(functions) {
		if m := "serviceAccount:" + c.email(f); !slices.Contains(members, m) {
			r.fail(fmt.Sprintf("gcloud iam service-accounts add-iam-policy-binding %s --member=%s --role=roles/iam.serviceAccountUser --project=%s", account, m, c.project),
				"%s may not make tasks that %s calls for", f, account)
		}
	}
}

// sweepLate is how long ago the last sweep may be. One comes every five minutes, and may take ten.
const sweepLate = 20 * time.Minute

// sweep looks whether Cloud Scheduler calls labelsweep, and with success.
func (c *cloud) sweep(ctx context.Context, r *report) {
	name := c.want.SweepJob
	j, got := look(r, "cloudscheduler.jobs.get", "the job "+name, func() (*cloudscheduler.Job, error) {
		return c.scheduler.Projects.Locations.Jobs.Get(c.at("jobs/" + name)).Context(ctx).Do()
	})
	switch {
	case got == absent:
		r.fail(deploy, "there is no job %s: what was lost is not found again, and watches end", name)
		return
	case got == unknown:
		return
	}
	command := func(verb string) string {
		return fmt.Sprintf("gcloud scheduler jobs %s %s --location=%s --project=%s", verb, name, c.region, c.project)
	}
	if number := c.number(r); number != "" {
		url, account := c.url("labelsweep", number), c.email("invoker-scheduler")
		target := j.HttpTarget
		if target == nil {
			target = &cloudscheduler.HttpTarget{}
		}
		token := target.OidcToken
		if token == nil {
			token = &cloudscheduler.OidcToken{}
		}
		if target.Uri != url+"/" || target.HttpMethod != "POST" || token.Audience != url || token.ServiceAccountEmail != account {
			r.fail(command("update http")+fmt.Sprintf(" --uri=%s/ --http-method=POST --oidc-service-account-email=%s --oidc-token-audience=%s", url, account, url),
				"it calls %s %q as %q for %q, want POST %s/ as %s for %s", target.HttpMethod, target.Uri, token.ServiceAccountEmail, token.Audience, url, account, url)
		}
	}
	last, err := time.Parse(time.RFC3339Nano, j.LastAttemptTime)
	switch {
	case j.State != "ENABLED":
		r.fail(command("resume"), "the job is %s", j.State)
	case j.Status != nil && j.Status.Code != 0:
		r.fail(fmt.Sprintf(`gcloud logging read 'resource.labels.service_name="labelsweep" severity>=WARNING' --limit=20 --project=%s; then %s`, c.project, command("run")),
			"the last sweep failed: code %d %s", j.Status.Code, j.Status.Message)
	case err != nil:
		r.skip("no sweep has run yet; %s runs one now", command("run"))
	case c.now().Sub(last) > sweepLate:
		r.fail(command("run"), "the last sweep was %s ago", c.now().Sub(last).Round(time.Minute))
	}
	r.found("the last one was at %s, with success", last.UTC().Format("15:04 MST"))
}

package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	pubsub "google.golang.org/api/pubsub/v1"
)

// gmailPush is Google's account that publishes Gmail's notifications.
// Source: https://developers.google.com/workspace/gmail/api/guides/push
const gmailPush = "serviceAccount:gmail-api-push@system.gserviceaccount.com"

func (c *cloud) topic(ctx context.Context, r *report, name string) (*pubsub.Topic, outcome) {
	return look(r, "pubsub.topics.get", "the topic "+name, func() (*pubsub.Topic, error) {
		return c.pubsub.Projects.Topics.Get(c.in("topics/" + name)).Context(ctx).Do()
	})
}

func (c *cloud) subscription(ctx context.Context, r *report, name string) (*pubsub.Subscription, outcome) {
	return look(r, "pubsub.subscriptions.get", "the subscription "+name, func() (*pubsub.Subscription, error) {
		return c.pubsub.Projects.Subscriptions.Get(c.in("subscriptions/" + name)).Context(ctx).Do()
	})
}

// gmailTopic looks whether Gmail's notifications have their topic, in the project that calls Gmail: Gmail takes no other.
func (c *cloud) gmailTopic(ctx context.Context, r *report) {
	name := c.want.Topics["notifications"]
	if _, got := c.topic(ctx, r, name); got == absent {
		r.fail(deploy, "there is no topic %s", name)
	}
	env := c.environment(r)
	if env == nil {
		return
	}
	if env["GMAIL_TOPIC"] != c.in("topics/"+name) {
		r.fail(deploy, "the functions watch mailboxes with the topic %q, want %s: Gmail takes only a topic of the project that calls it", env["GMAIL_TOPIC"], c.in("topics/"+name))
	}
	number := c.number(r)
	if client := env["OAUTH_CLIENT_ID"]; number != "" && client != "" && !strings.HasPrefix(client, number+"-") {
		r.fail("https://console.cloud.google.com/auth/clients?project="+c.project+" — make a client here, and set oauth_client_id in terraform/ENVIRONMENT.tfvars",
			"the OAuth client %s is of another project, so that this project's topic is refused by Gmail", client)
	}
	r.found("%s is there, in the OAuth client's project", name)
}

// gmailPublisher looks whether Gmail may publish.
func (c *cloud) gmailPublisher(ctx context.Context, r *report) {
	name := c.want.Topics["notifications"]
	members, got := c.may(ctx, r, "topics", name, "roles/pubsub.publisher")
	if got != there {
		return
	}
	if !slices.Contains(members, gmailPush) {
		r.fail(c.grant("topics", name, gmailPush, "roles/pubsub.publisher"), "Gmail may not publish to %s, so that no mailbox can be watched", name)
	}
	for _, m := range members {
		if m != gmailPush {
			r.fail(strings.Replace(c.grant("topics", name, m, "roles/pubsub.publisher"), "add-iam", "remove-iam", 1), "%s may publish to %s as Gmail does", m, name)
		}
	}
	r.found("Gmail may publish to %s, and nobody else", name)
}

// may lists who has a role on a topic or a subscription itself.
func (c *cloud) may(ctx context.Context, r *report, kind, name, role string) ([]string, outcome) {
	policy, got := look(r, "pubsub."+kind+".getIamPolicy", "who may use "+kind+"/"+name, func() (*pubsub.Policy, error) {
		if kind == "topics" {
			return c.pubsub.Projects.Topics.GetIamPolicy(c.in(kind + "/" + name)).OptionsRequestedPolicyVersion(3).Context(ctx).Do()
		}
		return c.pubsub.Projects.Subscriptions.GetIamPolicy(c.in(kind + "/" + name)).OptionsRequestedPolicyVersion(3).Context(ctx).Do()
	})
	switch got {
	case absent:
		r.skip("there is no %s %s", strings.TrimSuffix(kind, "s"), name)
		return nil, absent
	case unknown:
		return nil, unknown
	}
	var members []string
	for _, b := range policy.Bindings {
		if b.Role == role {
			members = append(members, b.Members...)
		}
	}
	return members, there
}

// grant is the command that lets somebody use a topic or a subscription.
func (c *cloud) grant(kind, name, member, role string) string {
	return fmt.Sprintf("gcloud pubsub %s add-iam-policy-binding %s --member=%s --role=%s --project=%s", kind, name, member, role, c.project)
}

// push looks at the subscription that brings Gmail's notifications to gmailnotify.
func (c *cloud) push(ctx context.Context, r *report) {
	name := c.want.PushSubscription
	s, got := c.subscription(ctx, r, name)
	switch got {
	case absent:
		r.fail(deploy, "there is no subscription %s: Gmail's notifications go nowhere", name)
		return
	case unknown:
		return
	}
	update := func(flags string, args ...any) string {
		return fmt.Sprintf("gcloud pubsub subscriptions update %s --project=%s %s", name, c.project, fmt.Sprintf(flags, args...))
	}
	if want := c.in("topics/" + c.want.Topics["notifications"]); s.Topic != want {
		r.fail(fmt.Sprintf("gcloud pubsub subscriptions delete %s --project=%s && %s", name, c.project, deploy), "it is on the topic %s, want %s", s.Topic, want)
	}
	if s.State == "RESOURCE_ERROR" || s.Detached {
		r.fail(fmt.Sprintf("gcloud pubsub subscriptions delete %s --project=%s && %s", name, c.project, deploy), "it gets nothing any more: its topic was deleted, or it was detached")
	}
	if number := c.number(r); number != "" {
		c.pushTarget(r, s, c.url("gmailnotify", number), update)
	}
	if s.AckDeadlineSeconds != c.want.PushAckDeadline {
		r.fail(update("--ack-deadline=%d", c.want.PushAckDeadline), "a notification is pushed again after %d s, want %d, as long as gmailnotify may take", s.AckDeadlineSeconds, c.want.PushAckDeadline)
	}
	if s.RetryPolicy == nil {
		r.fail(update("--min-retry-delay=10s --max-retry-delay=600s"), "it tries again without a pause")
	}
	if s.ExpirationPolicy == nil || s.ExpirationPolicy.Ttl != "" {
		r.fail(update("--expiration-period=never"), "it is deleted when no mail comes for some weeks")
	}
	if s.Filter != "" {
		r.fail(fmt.Sprintf("gcloud pubsub subscriptions delete %s --project=%s && %s", name, c.project, deploy), "it leaves out notifications by a filter")
	}
	r.found("%s pushes to gmailnotify, signed, with pauses and %d s to answer", name, s.AckDeadlineSeconds)
}

// pushTarget looks where a subscription pushes to, and as whom.
func (c *cloud) pushTarget(r *report, s *pubsub.Subscription, url string, update func(string, ...any) string) {
	p := s.PushConfig
	if p == nil {
		p = &pubsub.PushConfig{}
	}
	if p.OidcToken == nil {
		p.OidcToken = &pubsub.OidcToken{}
	}
	account := c.email("invoker-push")
	set := update("--push-endpoint=%s/ --push-auth-service-account=%s --push-auth-token-audience=%s", url, account, url)
	if p.PushEndpoint != url+"/" {
		r.fail(set, "it pushes to %q, want %s/", p.PushEndpoint, url)
	}
	if p.OidcToken.ServiceAccountEmail != account {
		r.fail(set, "it signs as %q, want %s", p.OidcToken.ServiceAccountEmail, account)
	}
	if p.OidcToken.Audience != url {
		r.fail(set, "it signs for the audience %q, want %s: gmailnotify refuses every notification", p.OidcToken.Audience, url)
	}
}

// events looks at the topic of what happened, and at Hire's subscription to it.
func (c *cloud) events(ctx context.Context, r *report) {
	topic, name := c.want.Topics["events"], c.want.EventsSubscription
	if _, got := c.topic(ctx, r, topic); got == absent {
		r.fail(deploy, "there is no topic %s", topic)
		return
	}
	if members, got := c.may(ctx, r, "topics", topic, "roles/pubsub.publisher"); got == there {
		for _, f := range sorted(c.want.Functions) {
			if m := "serviceAccount:" + c.email(f); c.want.Functions[f].Events && !slices.Contains(members, m) {
				r.fail(c.grant("topics", topic, m, "roles/pubsub.publisher"), "%s may not publish to %s", f, topic)
			}
		}
	}
	s, got := c.subscription(ctx, r, name)
	switch {
	case got == absent:
		r.fail(deploy, "there is no subscription %s: nobody hears of what happened", name)
		return
	case got == unknown:
		return
	case !s.EnableMessageOrdering:
		r.fail(fmt.Sprintf("gcloud pubsub subscriptions delete %s --project=%s && %s", name, c.project, deploy), "it gives events in any order")
	case s.RetryPolicy == nil:
		r.fail(fmt.Sprintf("gcloud pubsub subscriptions update %s --project=%s --min-retry-delay=10s --max-retry-delay=600s", name, c.project), "it gives an event again without a pause")
	}
	env := c.environment(r)
	if env == nil {
		return
	}
	if env["EVENTS_TOPIC"] != topic {
		r.fail(deploy, "the functions publish to %q, want %s", env["EVENTS_TOPIC"], topic)
	}
	if members, got := c.may(ctx, r, "subscriptions", name, "roles/pubsub.subscriber"); got == there {
		for _, m := range c.members("backend", env) {
			if !slices.Contains(members, m) {
				r.fail(c.grant("subscriptions", name, m, "roles/pubsub.subscriber"), "Hire's backend, %s, may not read %s", m, name)
			}
		}
	}
	r.found("%s can be published to, and is read from %s", topic, name)
}

// deadLetters looks whether what can't be delivered is kept: for both subscriptions a topic, a subscription on it, and Pub/Sub's right to move a message.
func (c *cloud) deadLetters(ctx context.Context, r *report) {
	number := c.number(r)
	agent := "serviceAccount:service-" + number + "@gcp-sa-pubsub.iam.gserviceaccount.com"
	for _, from := range []struct{ subscription, topic string }{
		{c.want.PushSubscription, c.want.Topics["notifications"]}, {c.want.EventsSubscription, c.want.Topics["events"]},
	} {
		dead := deadLettersOf(from.topic)
		s, got := c.subscription(ctx, r, from.subscription)
		if got == absent {
			continue // see push and events
		}
		if got == there && (s.DeadLetterPolicy == nil || s.DeadLetterPolicy.DeadLetterTopic != c.in("topics/"+dead)) {
			r.fail(fmt.Sprintf("gcloud pubsub subscriptions update %s --dead-letter-topic=%s --max-delivery-attempts=20 --project=%s", from.subscription, dead, c.project),
				"what %s can't deliver does not go to %s", from.subscription, dead)
		}
		if _, got := c.topic(ctx, r, dead); got == absent {
			r.fail(deploy, "there is no topic %s", dead)
			continue
		}
		kept, got := c.subscription(ctx, r, dead)
		switch {
		case got == absent:
			r.fail(deploy, "there is no subscription %s: a dead letter is gone at once", dead)
		case got == there && kept.Topic != c.in("topics/"+dead):
			r.fail(fmt.Sprintf("gcloud pubsub subscriptions delete %s --project=%s && %s", dead, c.project, deploy), "the subscription %s is on %s", dead, kept.Topic)
		}
		if number == "" {
			continue
		}
		if members, got := c.may(ctx, r, "topics", dead, "roles/pubsub.publisher"); got == there && !slices.Contains(members, agent) {
			r.fail(c.grant("topics", dead, agent, "roles/pubsub.publisher"), "Pub/Sub may not publish to %s, so that it gives nothing up", dead)
		}
		if members, got := c.may(ctx, r, "subscriptions", from.subscription, "roles/pubsub.subscriber"); got == there && !slices.Contains(members, agent) {
			r.fail(c.grant("subscriptions", from.subscription, agent, "roles/pubsub.subscriber"), "Pub/Sub may not take from %s what it gives up", from.subscription)
		}
	}
	r.found("what can't be delivered is kept")
}

// deadLettersWaiting looks whether any dead letters wait to be brought back.
func (c *cloud) deadLettersWaiting(ctx context.Context, r *report) {
	for _, topic := range []string{c.want.Topics["notifications"], c.want.Topics["events"]} {
		dead := deadLettersOf(topic)
		series, got := c.series(ctx, r, fmt.Sprintf(`metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages" AND resource.labels.subscription_id="%s"`, dead), 10*time.Minute, "")
		if got != there {
			continue
		}
		if len(series) == 0 || len(series[0].Points) == 0 || series[0].Points[0].Value.Int64Value == nil {
			r.skip("%s: Cloud Monitoring has no figure of the last minutes", dead)
			continue
		}
		if n := *series[0].Points[0].Value.Int64Value; n > 0 {
			r.fail(fmt.Sprintf("go run ./scripts/redrive -project %s -from %s -to %s -dry-run", c.project, dead, topic), "%s dead letters wait in %s", strconv.FormatInt(n, 10), dead)
		}
	}
	r.found("none")
}

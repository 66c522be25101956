package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// What Pub/Sub adds to a message that it gives up.
// Source: https://cloud.google.com/pubsub/docs/dead-letter-topics#track-delivery-attempts
const (
	deadLetterPrefix = "CloudPubSubDeadLetter"
	deliveries       = deadLetterPrefix + "SourceDeliveryCount"
	firstPublished   = deadLetterPrefix + "SourceTopicPublishTime"
)

const (
	batch     = 20
	lease     = time.Minute      // of what is in our hands; after a crash it takes that long until it can be had again
	patience  = 30 * time.Second // of a call
	maxAckIDs = 1000             // in one request
)

// redriver is one run of the command.
type redriver struct {
	options
	client *pubsub.Client
	now    func() time.Time
	out    io.Writer

	// What has been taken and not been acknowledged, as ids to acknowledge by, by message id. It stays in our hands until the end, so that what is left out is not
	// met again.
	held    map[string]string
	seen    map[string]bool // what was left out or shown, by message id
	renewed time.Time

	done, left int
}

// redrive brings messages back as the options say, until no further one comes.
func redrive(ctx context.Context, client *pubsub.Client, o options, now func() time.Time, out io.Writer) error {
	r := &redriver{options: o, client: client, now: now, out: out, held: map[string]string{}, seen: map[string]bool{}}
	if err := r.check(ctx); err != nil {
		return err
	}
	err := r.all(ctx)
	verb := "published again"
	if r.dryRun {
		verb = "would be published again"
	}
	fmt.Fprintf(out, "%d %s, %d left out\n", r.done, verb, r.left)
	// What is given back can be had at once by whoever comes next; otherwise it would take until the end of its lease.
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if rerr := r.extend(back, slices.Collect(maps.Values(r.held)), 0); rerr != nil {
		fmt.Fprintf(out, "What was left out can be had again in %v: %v\n", lease, rerr)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return errors.New("stopped; the rest is still there, run it again")
	}
	return fmt.Errorf("%w\nThe rest is still there: run it again once this is mended", err)
}

// check looks whether both ends are there and are the right ones. Who may only take and publish may not look; then the first message tells.
func (r *redriver) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	sub, err := r.client.SubscriptionAdminClient.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: r.subscription})
	switch {
	case status.Code(err) == codes.PermissionDenied:
	case err != nil:
		return r.explain("look at the subscription", err)
	case sub.Topic == r.topic:
		return fmt.Errorf("%s is on the topic %s itself: messages would go round in a circle. -to is the topic that they were for, before they became dead letters", r.subscription, r.topic)
	case sub.GetPushConfig().GetPushEndpoint() != "":
		return fmt.Errorf("%s pushes its messages. -from is the subscription on the dead-letter topic, from which messages are taken", r.subscription)
	}
	_, err = r.client.TopicAdminClient.GetTopic(ctx, &pubsubpb.GetTopicRequest{Topic: r.topic})
	if err != nil && status.Code(err) != codes.PermissionDenied {
		return r.explain("look at the topic", err)
	}
	return nil
}

func (r *redriver) full() bool { return r.max > 0 && r.done >= r.max }

// all handles messages until there are no more, or enough.
func (r *redriver) all(ctx context.Context) error {
	for !r.full() {
		got, err := r.pull(ctx)
		if err != nil {
			return err
		}
		news := false
		for _, m := range got {
			if r.seen[m.Message.MessageId] {
				continue
			}
			news = true
			if err := r.handle(ctx, m); err != nil || r.full() {
				return err
			}
		}
		if !news {
			return nil // there are none, or only what was left out comes round again
		}
	}
	return nil
}

// handle does what is to be done with a message.
func (r *redriver) handle(ctx context.Context, m *pubsubpb.ReceivedMessage) error {
	if err := r.renew(ctx); err != nil {
		return err
	}
	switch {
	case !r.wanted(m.Message):
		r.seen[m.Message.MessageId] = true
		r.left++
	case r.dryRun:
		r.seen[m.Message.MessageId] = true
		r.done++
		r.show(m.Message)
	default:
		return r.publish(ctx, m)
	}
	return nil
}

func (r *redriver) wanted(m *pubsubpb.PubsubMessage) bool {
	for name, value := range r.match {
		if got, ok := m.Attributes[name]; !ok || got != value {
			return false
		}
	}
	return r.olderThan == 0 || r.age(m) >= r.olderThan // by a clock that is behind, a message is younger than nothing
}

// age is the time since a message was first published.
func (r *redriver) age(m *pubsubpb.PubsubMessage) time.Duration {
	first, err := time.Parse(time.RFC3339Nano, m.Attributes[firstPublished])
	if err != nil {
		first = m.PublishTime.AsTime() // not given up by Pub/Sub, but put here by somebody
	}
	return r.now().Sub(first)
}

// show prints what may be shown of a message.
func (r *redriver) show(m *pubsubpb.PubsubMessage) {
	fmt.Fprintf(r.out, "%s  %v old", m.MessageId, r.age(m).Round(time.Second))
	if n := m.Attributes[deliveries]; n != "" {
		fmt.Fprintf(r.out, ", delivered %s times", n)
	}
	kept := attributes(m)
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		fmt.Fprintf(r.out, "  %s=%q", name, kept[name])
	}
	fmt.Fprintln(r.out)
}

// attributes are a message's own.
func attributes(m *pubsubpb.PubsubMessage) map[string]string {
	out := maps.Clone(m.Attributes)
	maps.DeleteFunc(out, func(name, _ string) bool { return strings.HasPrefix(name, deadLetterPrefix) })
	return out
}

// publish brings one message back. Once published, it is acknowledged even if the run is being stopped.
func (r *redriver) publish(ctx context.Context, m *pubsubpb.ReceivedMessage) error {
	call, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	published, err := r.client.TopicAdminClient.Publish(call, &pubsubpb.PublishRequest{Topic: r.topic, Messages: []*pubsubpb.PubsubMessage{
		{Data: m.Message.Data, Attributes: attributes(m.Message), OrderingKey: m.Message.OrderingKey},
	}})
	if err != nil {
		return r.explain("publish message "+m.Message.MessageId, err)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := r.client.SubscriptionAdminClient.Acknowledge(last, &pubsubpb.AcknowledgeRequest{Subscription: r.subscription, AckIds: []string{m.AckId}}); err != nil {
		return fmt.Errorf("message %s is published as %s and will be published once more: %w", m.Message.MessageId, published.MessageIds[0], r.explain("acknowledge it", err))
	}
	delete(r.held, m.Message.MessageId)
	r.done++
	fmt.Fprintf(r.out, "%d  %s  %v old, published as %s\n", r.done, m.Message.MessageId, r.age(m.Message).Round(time.Second), published.MessageIds[0])
	return nil
}

// pull gives what there is; nothing once none has come for as long as we wait.
func (r *redriver) pull(ctx context.Context) ([]*pubsubpb.ReceivedMessage, error) {
	for end := time.Now().Add(r.wait); ; {
		call, cancel := context.WithDeadline(ctx, end)
		got, err := r.client.SubscriptionAdminClient.Pull(call, &pubsubpb.PullRequest{Subscription: r.subscription, MaxMessages: r.many()})
		over := call.Err() != nil && ctx.Err() == nil
		cancel()
		switch {
		case len(got.GetReceivedMessages()) > 0:
			for _, m := range got.ReceivedMessages {
				r.held[m.Message.MessageId] = m.AckId
			}
			r.renewed = time.Time{} // they came with the subscription's deadline, which may be seconds
			return got.ReceivedMessages, nil
		case over, status.Code(err) == codes.DeadlineExceeded:
			return nil, nil
		case err != nil:
			return nil, r.explain("take messages", err)
		}
	}
}

// many is how many messages to ask for: no more than are wanted, unless some are left out on the way.
func (r *redriver) many() int32 {
	if r.max > 0 && len(r.match) == 0 && r.olderThan == 0 {
		return int32(min(batch, r.max-r.done))
	}
	return batch
}

// renew keeps in our hands what is in them.
func (r *redriver) renew(ctx context.Context) error {
	if time.Since(r.renewed) < lease/4 {
		return nil
	}
	r.renewed = time.Now()
	return r.extend(ctx, slices.Collect(maps.Values(r.held)), lease)
}

// extend sets how long messages are ours from now on; 0 gives them back.
func (r *redriver) extend(ctx context.Context, ids []string, d time.Duration) error {
	for part := range slices.Chunk(ids, maxAckIDs) {
		err := r.client.SubscriptionAdminClient.ModifyAckDeadline(ctx, &pubsubpb.ModifyAckDeadlineRequest{
			Subscription: r.subscription, AckIds: part, AckDeadlineSeconds: int32(d.Seconds()),
		})
		if err != nil {
			return r.explain("keep messages", err)
		}
	}
	return nil
}

// explain says what has failed, and what to do about it where that is known.
func (r *redriver) explain(doing string, err error) error {
	what := ""
	switch status.Code(err) {
	case codes.NotFound:
		what = fmt.Sprintf("%s or %s is not there. To see what is: gcloud pubsub subscriptions list --project=%s; gcloud pubsub topics list --project=%s",
			r.subscription, r.topic, r.project, r.project)
	case codes.PermissionDenied:
		what = fmt.Sprintf("whoever is signed in may not. It takes roles/pubsub.subscriber on %s and roles/pubsub.publisher on %s", r.subscription, r.topic)
	case codes.Unauthenticated:
		what = "nobody is signed in. To sign in: gcloud auth application-default login"
	}
	if what == "" {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %s (%w)", doing, what, err)
}

//go:build emulators

package functions_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/scripts/instance"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/events/pubsub/pubsubtest"
	"github.com/trakstar/hire-gmail/shared/obs/googlecloud/googlecloudtest"
)

// production is the platform of Google Cloud with each function as it is deployed: by the Functions Framework, in a process of its own, at the machine's own time.
// Pub/Sub pushes by itself.
type production struct {
	*cloud
	instances map[string]*instance.Instance
	monitors  *googlecloudtest.Server
}

// program builds the command that serves a function.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "hire-function-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "function")
	if out, err := exec.Command("go", "build", "-o", path, "../scripts/function").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build scripts/function: %w\n%s", err, out)
	}
	return path, nil
})

func newProduction(t testing.TB, s surroundings) platform {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(filepath.Dir(path)) })
	p := &production{cloud: newCloud(t, s).(*cloud), instances: map[string]*instance.Instance{}, monitors: googlecloudtest.Start(t)}
	env := p.environment(s, func(function string) string { return s.hire + "/" + function })
	env["TELEMETRY"], env["TRACE_RATIO"] = "google", "1"
	env["CLOUD_TRACE_EMULATOR_HOST"], env["CLOUD_MONITORING_EMULATOR_HOST"] = p.monitors.Addr(), p.monitors.Addr()
	for name := range functions.All() {
		own := maps.Clone(env)
		own["STORAGE_EMULATOR_HOST"] = p.objects.URL()
		own["FUNCTION_TARGET"] = name
		p.instances[name] = &instance.Instance{Name: name, Program: []string{path}, Env: own, Out: s.out, Failed: failed(t)}
		t.Cleanup(p.instances[name].Kill)
	}
	p.push(t, s)
	p.dispatch(t)
	return p
}

// push lets Pub/Sub push to gmailnotify, through a relay that signs as Google's would.
func (p *production) push(t testing.TB, s surroundings) {
	t.Helper()
	function, err := url.Parse(s.hire + "/gmailnotify/")
	if err != nil {
		t.Fatal(err)
	}
	c := p.services().Config.Callers
	relay := httptest.NewServer(pubsubtest.Relay(function, c.PushAudience, c.PushServiceAccount, s.issuer.ServiceToken))
	t.Cleanup(relay.Close)
	if _, err := p.topics.SubscriptionAdminClient.CreateSubscription(t.Context(), &pubsubpb.Subscription{
		Name: fmt.Sprintf("projects/%s/subscriptions/push", p.project), Topic: p.topic(topicNotifications), AckDeadlineSeconds: 600,
		PushConfig: &pubsubpb.PushConfig{PushEndpoint: relay.URL, AuthenticationMethod: &pubsubpb.PushConfig_OidcToken_{
			OidcToken: &pubsubpb.PushConfig_OidcToken{ServiceAccountEmail: c.PushServiceAccount, Audience: c.PushAudience},
		}},
		RetryPolicy: &pubsubpb.RetryPolicy{MinimumBackoff: durationpb.New(time.Second), MaximumBackoff: durationpb.New(10 * time.Second)},
	}); err != nil {
		t.Fatal(err)
	}
}

// dispatch calls the tasks as they fall due.
func (p *production) dispatch(t testing.TB) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if _, err := p.tasks.RunDue(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

func (p *production) handler(function string) http.Handler { return p.instances[function] }

// notify publishes; Pub/Sub pushes.
func (p *production) notify(ctx context.Context, data []byte) error {
	return p.publish(ctx, data)
}

// runDue has nothing to do: everything happens by itself.
func (p *production) runDue(context.Context) (int, error) { return 0, nil }

// eventually waits until something is so. It is no measure of anything: what has not come by then does not come.
func (w *world) eventually(what string, so func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !so() {
		if time.Now().After(deadline) {
			w.t.Fatalf("it does not come: %s\n%s", what, w.logs)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// untilGmailMayPush lets the second pass within which Gmail drops the notification of what is to come.
func (w *world) untilGmailMayPush() {
	from := time.Now()
	w.eventually("a second has passed", func() bool { return time.Since(from) > time.Second })
}

func TestEveryFunctionInAProcessOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, newProduction, clock{})
	w.enable()
	r := w.rita()
	r.connect()
	box := w.mailbox(ritaMail)

	// A mail leaves through Gmail, and the candidate's answer is pushed.
	var sent api.SendResult
	r.send("k1", hello).into(200, &sent)
	if sent.State != "sent" {
		t.Fatalf("the send ended as %s", sent.State)
	}
	w.untilGmailMayPush()
	w.cora().answers("Yes, tomorrow.")
	w.eventually("the answer is in the profile", func() bool { return r.sees("Yes, tomorrow.") })
	if r.settings().Connection.LastPushAt.IsZero() {
		t.Error("no notification was noted")
	}

	// A label on another conversation imports it.
	thread := w.unrelated()
	w.untilGmailMayPush()
	w.ok(box.LabelThread(thread, "Hire"))
	w.eventually("the conversation is in the profile", func() bool { return r.sees("One more thing.") })

	// Disconnecting ends watch, grant and token, and keeps the mail.
	r.disconnect()
	w.eventually("the connection has ended", func() bool { return r.settings().Connection.State == "not_connected" })
	if grants := w.sim.OAuth().Granted(ritaMail); len(grants) != 0 {
		t.Errorf("Google still grants %q", grants)
	}
	r.once("Yes, tomorrow.")

	// What each process has told comes to Google when it is told to end.
	p := w.platform.(*production)
	for _, i := range p.instances {
		i.Terminate()
	}
	replies := p.monitors.Series("workload.googleapis.com/hire.reply.lag")
	if len(replies) != 1 || replies[0].Resource.Labels["job"] != "gmailnotify" || replies[0].Points[0].Value.GetDistributionValue().GetCount() != 1 {
		t.Errorf("replies as Cloud Monitoring has them: %v", replies)
	}
	for _, name := range []string{"hire.push.lag", "hire.sync.lag", "hire.gmail.quota.spent", "hire.send.outcomes"} {
		if len(p.monitors.Series("workload.googleapis.com/"+name)) == 0 {
			t.Errorf("Cloud Monitoring has no %s", name)
		}
	}
	names := map[string]map[string]bool{} // of spans, by trace
	for _, s := range p.monitors.Spans() {
		trace, _, _ := strings.Cut(s.Name, "/spans/")
		if names[trace] == nil {
			names[trace] = map[string]bool{}
		}
		names[trace][s.DisplayName.Value] = true
	}
	whole := false // a push, the sync, and the event in one trace
	for _, n := range names {
		whole = whole || n["gmailnotify POST /{$}"] && n["sync mailbox"] && n["store import.commit"] && n["hand over event"]
	}
	if !whole {
		t.Errorf("no trace shows a push, the sync and the event: %v", names)
	}
}

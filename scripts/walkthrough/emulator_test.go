//go:build emulators

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	pubsubapi "cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/iterator"
)

// screen is what the program shows; seen is told when something is there.
type screen struct {
	mu   sync.Mutex
	b    bytes.Buffer
	when string
	seen func()
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.b.Write(p)
	if s.seen != nil && strings.Contains(s.b.String(), s.when) {
		s.seen()
		s.seen = nil
	}
	return n, err
}

var projectShown = regexp.MustCompile(`project (walkthrough-[0-9a-f]+)`)

// leftNothing checks that no process of this one's is left, no folder, and no subscription that would push.
func leftNothing(t *testing.T, shown string) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		after := text[bytes.LastIndexByte(text, ')')+1:]
		var state string
		var parent int
		if _, err := fmt.Sscan(string(after), &state, &parent); err == nil && parent == os.Getpid() {
			t.Errorf("a process is left: %s", text)
		}
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "hire-walkthrough-*")); err != nil || len(left) > 0 {
		t.Errorf("left in %s: %q (%v)", os.TempDir(), left, err)
	}
	found := projectShown.FindStringSubmatch(shown)
	if found == nil {
		t.Fatalf("no project is named:\n%s", shown)
	}
	client, err := pubsubapi.NewClient(t.Context(), found[1])
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if topic, err := client.TopicAdminClient.ListTopics(t.Context(), &pubsubpb.ListTopicsRequest{Project: "projects/" + found[1]}).Next(); !errors.Is(err, iterator.Done) {
		t.Errorf("a topic is left: %v (%v)", topic, err)
	}
	s, err := client.SubscriptionAdminClient.ListSubscriptions(t.Context(), &pubsubpb.ListSubscriptionsRequest{Project: "projects/" + found[1]}).Next()
	if !errors.Is(err, iterator.Done) {
		t.Errorf("a subscription is left: %v (%v)", s, err)
	}
}

func TestWalk(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var errs bytes.Buffer
	out := &screen{}
	if code := run(t.Context(), nil, out, &errs); code != 0 {
		t.Fatalf("code %d: %s\n%s", code, &errs, &out.b)
	}
	shown := out.b.String()
	if n := strings.Count(shown, "\n    ok, "); n != len(steps) {
		t.Errorf("%d steps went well, want %d:\n%s", n, len(steps), shown)
	}
	for _, what := range onlyReal {
		if !strings.Contains(shown, what) {
			t.Errorf("it does not say %q", what)
		}
	}
	leftNothing(t, shown)
}

// Stopped in the middle of a step, with everything running, it ends all of it.
func TestStopped(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var errs bytes.Buffer
	out := &screen{when: "\n11  ", seen: cancel}
	if code := run(ctx, nil, out, &errs); code != 1 || !strings.Contains(errs.String(), "stopped") {
		t.Errorf("code %d: %s\n%s", code, &errs, &out.b)
	}
	leftNothing(t, out.b.String())
}

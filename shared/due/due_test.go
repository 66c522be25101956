package due_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/due"
)

// keeper keeps pieces by the time that they are due at.
type keeper struct {
	mu    sync.Mutex
	at    map[string]time.Time
	ran   []string
	under int
	most  int
	wake  chan struct{}
	fails []error // of the listings to come
	stays map[string]error
	told  []error
	do    func(ctx context.Context, id string)
}

func (k *keeper) add(id string, at time.Time) {
	k.mu.Lock()
	k.at[id] = at
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

func (k *keeper) list(_ context.Context, limit int) (ready []string, next time.Time, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.fails) > 0 {
		err, k.fails = k.fails[0], k.fails[1:]
		return nil, next, err
	}
	var ids []string
	for id := range k.at {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return k.at[a].Compare(k.at[b]) })
	for _, id := range ids[:min(limit, len(ids))] {
		if k.at[id].After(time.Now()) {
			return ready, k.at[id], nil
		}
		ready = append(ready, id)
	}
	return ready, next, nil
}

func (k *keeper) run(ctx context.Context, id string) error {
	k.mu.Lock()
	k.ran = append(k.ran, id)
	k.under++
	k.most = max(k.most, k.under)
	k.mu.Unlock()
	if k.do != nil {
		k.do(ctx, id)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.under--
	if err := k.stays[id]; err != nil {
		delete(k.stays, id)
		return err
	}
	delete(k.at, id)
	return nil
}

// running runs a keeper's pieces, at most three at once, until the test's function is over.
func running(t *testing.T, test func(t *testing.T, k *keeper)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{at: map[string]time.Time{}, wake: make(chan struct{}, 1), stays: map[string]error{}}
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() {
			defer close(over)
			due.Runner[string]{
				List: k.list, ID: func(id string) string { return id }, Do: k.run, Wake: k.wake, Now: time.Now, Parallel: 3,
				Failed: func(_ context.Context, err error) {
					k.mu.Lock()
					defer k.mu.Unlock()
					k.told = append(k.told, err)
				},
			}.Run(ctx)
		}()
		synctest.Wait()
		test(t, k)
		cancel()
		<-over
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.under > 0 {
			t.Errorf("%d pieces are under way when it has ended", k.under)
		}
	})
}

func (k *keeper) was(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	got := slices.Sorted(slices.Values(k.ran))
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ran (-want +got):\n%s", diff)
	}
}

// One that takes long holds up neither those that are due already nor those that come.
func TestLongOneHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	running(t, func(t *testing.T, k *keeper) {
		end := make(chan struct{})
		k.do = func(_ context.Context, id string) {
			if id == "long" {
				<-end
			}
		}
		k.add("long", time.Now())
		k.was(t, "long")
		for i := range 20 {
			k.add(strconv.Itoa(i), time.Now())
		}
		want := []string{"long"}
		for i := range 20 {
			want = append(want, strconv.Itoa(i))
		}
		k.was(t, want...) // the long one once, though it is due all the while
		close(end)
	})
}

func TestNoMoreAtOnceThanAllowed(t *testing.T) {
	t.Parallel()
	running(t, func(t *testing.T, k *keeper) {
		k.do = func(context.Context, string) { time.Sleep(time.Second) } // of the bubble's clock
		for i := range 10 {
			k.add(strconv.Itoa(i), time.Now())
		}
		time.Sleep(10 * time.Second)
		k.was(t, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
		if k.most != 3 {
			t.Errorf("%d at once, want 3", k.most)
		}
	})
}

func TestWaitsForTheTime(t *testing.T) {
	t.Parallel()
	running(t, func(t *testing.T, k *keeper) {
		k.add("soon", time.Now().Add(time.Hour))
		time.Sleep(time.Hour - time.Second)
		k.was(t)
		time.Sleep(2 * time.Second)
		k.was(t, "soon")
	})
}

// What can't be listed, or noted, is told and tried again a second later, not at once.
func TestTroubleIsTriedAgain(t *testing.T) {
	t.Parallel()
	down, full := errors.New("down"), errors.New("full")
	running(t, func(t *testing.T, k *keeper) {
		k.mu.Lock()
		k.fails, k.stays["one"] = []error{down}, full
		k.mu.Unlock()
		k.add("one", time.Now())
		k.was(t)
		time.Sleep(1500 * time.Millisecond)
		k.was(t, "one")
		time.Sleep(time.Second)
		k.was(t, "one", "one")
		if diff := cmp.Diff([]error{down, full}, k.told, cmp.Comparer(func(a, b error) bool { return errors.Is(a, b) })); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

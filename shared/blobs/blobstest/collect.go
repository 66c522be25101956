package blobstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
)

// reference is one answer that a sweep was given.
type reference struct{ account, id string }

// collect sweeps everything, with these references, and gives what was asked.
func (f *fixture) collect(used ...reference) (blobs.Swept, []reference) {
	f.t.Helper()
	var asked []reference
	out, err := f.Collect(f.ctx, blobs.Sweep{Referenced: func(_ context.Context, account, id string) (bool, error) {
		asked = append(asked, reference{account, id})
		return slices.Contains(used, reference{account, id}), nil
	}})
	if err != nil {
		f.t.Fatalf("Collect: %v", err)
	}
	if out.Next != "" {
		f.t.Errorf("a sweep of everything would go on at %q", out.Next)
	}
	return out, asked
}

func (f *fixture) wantRemoved(n int, used ...reference) {
	f.t.Helper()
	if out, _ := f.collect(used...); out.Removed != n {
		f.t.Errorf("%d of %d blobs removed, want %d", out.Removed, out.Seen, n)
	}
}

func unreferenced(f *fixture) {
	small, large := content(1, 1000), content(2, Max)
	f.put("acme", small)
	f.put("acme", large)
	f.pass(blobs.Grace - time.Second)
	f.wantRemoved(0)
	f.want("acme", small)
	f.want("acme", large)
	f.pass(time.Second)
	f.wantRemoved(2)
	f.wantNone("acme", idOf(small))
	f.wantNone("acme", idOf(large))
	f.wantRemoved(0)
	// It is stored again as if it had never been there.
	f.put("acme", small)
	f.want("acme", small)
	f.wantRemoved(0)
}

func referenced(f *fixture) {
	for i, account := range []string{"acme", "a/b", "../acme", "ünï", " ", strings.Repeat("x", 128), "incoming"} {
		b := content(uint64(i), 500)
		ref := reference{account, f.put(account, b).ID}
		f.pass(3 * blobs.Grace)
		out, asked := f.collect(ref)
		if !slices.Equal(asked, []reference{ref}) || out.Removed != 0 {
			f.t.Errorf("asked about %q, removed %d; want %q", asked, out.Removed, ref)
		}
		f.want(account, b)
		if out, _ := f.collect(); out.Removed != 1 {
			f.t.Errorf("account %q: still there when nobody refers to it any more", account)
		}
		f.wantNone(account, ref.id)
	}
}

func again(f *fixture) {
	small, large := content(1, 1000), content(2, Max)
	for name, renew := range map[string]func(b []byte){
		"put":  func(b []byte) { f.put("acme", b) },
		"kept": func(b []byte) { f.ok(f.Keep(f.ctx, "acme", idOf(b))) },
	} {
		for _, b := range [][]byte{small, large} {
			f.put("acme", b)
		}
		for range 3 {
			f.pass(blobs.Grace - time.Second)
			for _, b := range [][]byte{small, large} {
				renew(b)
			}
			f.wantRemoved(0)
		}
		f.pass(time.Second)
		f.wantRemoved(0)
		// However often it is renewed while it is young, this much time is left.
		f.pass(blobs.Fresh - 2*time.Second)
		renew(small)
		f.pass(blobs.Grace - blobs.Fresh)
		f.wantRemoved(0)
		f.want("acme", small)
		f.pass(blobs.Fresh)
		if out, _ := f.collect(); out.Removed != 2 {
			f.t.Errorf("%s: %d removed in the end, want both", name, out.Removed)
		}
	}
}

func (f *fixture) ok(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// foundMeanwhile: the last message with a blob has been deleted, and a sweep has just seen that nothing refers to it, when another mail brings it.
func foundMeanwhile(f *fixture) {
	for i, n := range []int{1000, Max} {
		b := content(uint64(i), n)
		for name, find := range map[string]func(){
			"put":  func() { f.put("acme", b) },
			"kept": func() { f.ok(f.Keep(f.ctx, "acme", idOf(b))) },
		} {
			f.put("acme", b)
			f.pass(2 * blobs.Grace)
			out, err := f.Collect(f.ctx, blobs.Sweep{Referenced: func(context.Context, string, string) (bool, error) {
				find()
				return false, nil
			}})
			if err != nil || out.Removed != 0 {
				f.t.Errorf("%s meanwhile, %d bytes: %+v (%v)", name, n, out, err)
			}
			f.want("acme", b)
			f.pass(blobs.Grace - time.Second)
			f.wantRemoved(0)
		}
		f.pass(blobs.Grace)
		f.wantRemoved(1)
	}
}

func hammer(f *fixture) {
	b := content(1, 2000)
	for range 15 {
		f.put("acme", b)
		f.pass(2 * blobs.Grace)
		errs := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				if i%3 == 0 {
					_, errs[i] = f.Collect(f.ctx, blobs.Sweep{Referenced: func(context.Context, string, string) (bool, error) { return false, nil }})
				} else {
					_, errs[i] = f.Put(f.ctx, "acme", bytes.NewReader(b))
				}
			})
		}
		wg.Wait()
		f.ok(errors.Join(errs...))
		f.want("acme", b)
	}
}

func referencedElsewhere(f *fixture) {
	b := content(1, 1000)
	id := f.put("acme", b).ID
	f.put("bolt", b)
	f.pass(blobs.Grace)
	f.wantRemoved(1, reference{"acme", id})
	f.want("acme", b)
	f.wantNone("bolt", id)
}

func pieces(f *fixture) {
	const n = 11
	want := map[reference]int{}
	for i := range n {
		account := fmt.Sprintf("account %d", i%3)
		want[reference{account, f.put(account, content(uint64(i), 100)).ID}] = 1
	}
	f.pass(blobs.Grace)
	got := map[reference]int{}
	s := blobs.Sweep{Limit: 4, Referenced: func(_ context.Context, account, id string) (bool, error) {
		got[reference{account, id}]++
		return len(got)%2 == 0, nil // where one sweep goes on, what it stopped at may be gone or not
	}}
	var seen []int
	for range n {
		out, err := f.Collect(f.ctx, s)
		f.ok(err)
		seen = append(seen, out.Seen)
		if out.Next == "" {
			break
		}
		s.After = out.Next
	}
	if !slices.Equal(seen, []int{4, 4, 3}) {
		f.t.Errorf("pieces of %v, want 4, 4 and 3", seen)
	}
	for ref := range want {
		if got[ref] != 1 {
			f.t.Errorf("%v was looked at %d times", ref, got[ref])
		}
	}
	if len(got) != n {
		f.t.Errorf("%d blobs looked at, want %d", len(got), n)
	}
	f.wantRemoved(n / 2)
	for _, wrong := range []blobs.Sweep{{}, {Limit: -1, Referenced: s.Referenced}} {
		if _, err := f.Collect(f.ctx, wrong); err == nil {
			f.t.Errorf("sweep %+v was made", wrong)
		}
	}
}

func lookupFails(f *fixture) {
	for i := range 5 {
		f.put("acme", content(uint64(i), 100))
	}
	f.pass(blobs.Grace)
	broken := errors.New("database down")
	asked := 0
	out, err := f.Collect(f.ctx, blobs.Sweep{Referenced: func(context.Context, string, string) (bool, error) {
		asked++
		if asked == 3 {
			return false, broken
		}
		return false, nil
	}})
	if !errors.Is(err, broken) || out.Seen != 2 || out.Removed != 2 || out.Next == "" {
		f.t.Errorf("%+v (%v), want two removed, and the error", out, err)
	}
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	if out, err := f.Collect(ctx, blobs.Sweep{Referenced: func(context.Context, string, string) (bool, error) { return false, nil }}); err == nil || out.Removed != 0 {
		f.t.Errorf("with a context that has ended: %+v (%v)", out, err)
	}
	rest := 0
	last, err := f.Collect(f.ctx, blobs.Sweep{After: out.Next, Referenced: func(context.Context, string, string) (bool, error) {
		rest++
		return false, nil
	}})
	if err != nil || rest != 3 || last.Removed != 3 {
		f.t.Errorf("going on: %d looked at, %+v (%v), want the other three", rest, last, err)
	}
}

func keepsWhatIsThere(f *fixture) {
	id := f.put("acme", content(1, 100)).ID
	for _, other := range []reference{{"bolt", id}, {"acme", strings.Repeat("0", 64)}, {"acme", ""}, {"acme", "../" + id[3:]}, {"acme", strings.ToUpper(id)}} {
		if err := f.Keep(f.ctx, other.account, other.id); !errors.Is(err, blobs.ErrNotFound) {
			f.t.Errorf("Keep %q: %v, want ErrNotFound", other, err)
		}
		f.wantNone(other.account, other.id)
	}
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	if err := f.Keep(ctx, "acme", id); err == nil || errors.Is(err, blobs.ErrNotFound) {
		f.t.Errorf("Keep with a context that has ended: %v", err)
	}
	f.ok(f.Keep(f.ctx, "acme", id))
}

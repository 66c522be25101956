package embedded

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

type counter struct {
	N    int64
	Name string
}

var (
	counterSchema = docs.Schema{Indexes: []docs.Index{{Collection: "counters", Fields: []string{"N"}, Way: docs.BothWays}}}
	home          = docs.Path("accounts", "a")
	errOwn        = errors.New("own error")
)

func ref(i int) docs.Ref { return home.Child("counters", fmt.Sprintf("%05d", i)) }

func openTest(t testing.TB) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "docs.db"), counterSchema, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func finish(t testing.TB, db *DB) {
	t.Helper()
	if err := db.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// lastCommit gives the number of the last bbolt transaction that was committed.
func lastCommit(t testing.TB, db *DB) int {
	t.Helper()
	btx, err := db.bolt.Begin(false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = btx.Rollback() }()
	return btx.ID()
}

func read(t testing.TB, db *DB, r docs.Ref) *counter {
	t.Helper()
	var c *counter
	err := db.View(context.Background(), "read", func(ctx context.Context, tx docs.Tx) (err error) {
		c, err = docs.Get[counter](ctx, tx, r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// behind starts calls while the writer is held in a first transaction, which only waits, so that they share its group, in their order; it answers their
// errors and that one's.
func behind(t *testing.T, db *DB, calls ...func() error) (errs []error, first error) {
	t.Helper()
	hold, held := make(chan bool), make(chan error, 1)
	go func() {
		held <- db.Update(context.Background(), "first", func(context.Context, docs.Tx) error {
			<-hold
			return nil
		})
	}()
	synctest.Wait()
	errs = make([]error, len(calls))
	done := make(chan bool, len(calls))
	for i, call := range calls {
		go func() {
			defer func() { done <- true }() // even where the call leaves by Goexit
			defer func() {
				if p := recover(); p != nil {
					errs[i] = fmt.Errorf("panic: %v", p)
				}
			}()
			errs[i] = errors.New("the call left its goroutine")
			errs[i] = call()
		}()
		synctest.Wait() // it stands in the queue
	}
	close(hold)
	for range calls {
		<-done
	}
	return errs, <-held
}

func increment(db *DB, r docs.Ref) func() error {
	return func() error {
		return db.Update(context.Background(), "increment", func(ctx context.Context, tx docs.Tx) error {
			c, err := docs.Get[counter](ctx, tx, r)
			if err != nil {
				return err
			}
			if c == nil {
				c = &counter{}
			}
			c.N++
			return tx.Set(r, c)
		})
	}
}

func TestWaitingUpdatesShareOneCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t)
		defer finish(t, db)
		calls := make([]func() error, 50)
		for i := range calls {
			calls[i] = increment(db, ref(1))
		}
		before := lastCommit(t, db)
		errs, first := behind(t, db, calls...)
		for _, err := range append(errs, first) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := lastCommit(t, db) - before; n != 1 {
			t.Errorf("%d commits for 50 updates that waited together", n)
		}
		if c := read(t, db, ref(1)); c == nil || c.N != 50 {
			t.Errorf("after 50 increments in one group: %+v", c)
		}
		if got := db.Stats()["increment"]; got != (Count{Transactions: 50, Gets: 50, Reads: 50, Writes: 50, Bytes: 50 * 13}) {
			t.Errorf("each function was to run once: %+v", got)
		}
	})
}

func TestFailuresStayWithTheirCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t)
		defer finish(t, db)
		leaving := func(leave func() error) func() error {
			return func() error {
				return db.Update(context.Background(), "leaving", func(_ context.Context, tx docs.Tx) error {
					if err := errors.Join(tx.Set(ref(1), counter{N: 1000}), tx.Set(ref(2), counter{})); err != nil {
						return err
					}
					return leave()
				})
			}
		}
		create := func() error {
			return db.Update(context.Background(), "create", func(_ context.Context, tx docs.Tx) error { return tx.Create(ref(3), counter{}) })
		}
		errs, first := behind(t, db,
			increment(db, ref(1)),
			leaving(func() error { return errOwn }),
			increment(db, ref(1)),
			leaving(func() error { panic("boo") }),
			leaving(func() error { runtime.Goexit(); return nil }),
			create,
			create,
			increment(db, ref(1)),
		)
		if first != nil {
			t.Errorf("the first of the group: %v", first)
		}
		for _, i := range []int{0, 2, 5, 7} {
			if errs[i] != nil {
				t.Errorf("call %d: %v", i, errs[i])
			}
		}
		if !errors.Is(errs[1], errOwn) || fmt.Sprint(errs[3]) != "panic: boo" || fmt.Sprint(errs[4]) != "the call left its goroutine" || !errors.Is(errs[6], docs.ErrExists) {
			t.Errorf("errors: %q", errs)
		}
		if c := read(t, db, ref(1)); c == nil || c.N != 3 {
			t.Errorf("after three increments: %+v", c)
		}
		if c := read(t, db, ref(2)); c != nil {
			t.Errorf("a failed function left %+v", c)
		}
	})
}

// A shared commit that fails stores nothing of anyone, and says so to everyone.
func TestFailedCommit(t *testing.T) {
	t.Parallel()
	t.Run("disk full", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			db := openTest(t)
			defer finish(t, db)
			if err := increment(db, ref(1))(); err != nil {
				t.Fatal(err)
			}
			db.bolt.MaxSize = 1
			big := func() error {
				return db.Update(context.Background(), "big", func(_ context.Context, tx docs.Tx) error {
					return tx.Set(ref(2), counter{Name: string(make([]byte, 900_000))})
				})
			}
			errs, first := behind(t, db, increment(db, ref(1)), big)
			if first == nil {
				t.Error("the first of the group was not told that its reading may have been of what is not stored")
			}
			for i, err := range errs {
				if err == nil {
					t.Errorf("call %d was told that it is stored", i)
				}
			}
			db.bolt.MaxSize = 0
			if c := read(t, db, ref(1)); c == nil || c.N != 1 {
				t.Errorf("after a failed commit: %+v", c)
			}
			if err := errors.Join(big(), increment(db, ref(1))()); err != nil {
				t.Errorf("when there is room again: %v", err)
			}
			if n := db.Stats()["increment"].Writes; n != 2 {
				t.Errorf("%d writes counted, of which 2 were committed", n)
			}
		})
	})
	t.Run("a write that bbolt refuses", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			db := openTest(t)
			defer finish(t, db)
			refused := func() error {
				return db.update(context.Background(), "refused", func(_ context.Context, tx *Tx) error {
					tx.writes = []write{{kind: set, ref: "a/b", key: make([]byte, 1<<16), data: []byte{tagRecord, 0}}}
					return nil
				})
			}
			hold, first := make(chan bool), make(chan error)
			go func() {
				first <- db.Update(context.Background(), "first", func(_ context.Context, tx docs.Tx) error {
					<-hold
					return tx.Set(ref(1), counter{})
				})
			}()
			synctest.Wait()
			second := make(chan error)
			go func() { second <- refused() }()
			synctest.Wait()
			close(hold)
			if err := <-second; err == nil {
				t.Error("the refused write is said to be stored")
			}
			if err := <-first; !errors.Is(err, errGroup) {
				t.Errorf("the one before it: %v, want errGroup", err)
			}
			if c := read(t, db, ref(1)); c != nil {
				t.Errorf("stored although the group failed: %+v", c)
			}
			if err := increment(db, ref(1))(); err != nil {
				t.Errorf("the next one: %v", err)
			}
		})
	})
}

func TestWaitingCallersCanLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t)
		hold, first, impatient, late := make(chan bool), make(chan error, 1), make(chan error, 1), make(chan error, 1)
		go func() {
			first <- db.Update(context.Background(), "first", func(_ context.Context, tx docs.Tx) error {
				<-hold
				return tx.Set(ref(1), counter{})
			})
		}()
		synctest.Wait()
		ctx, cancel := context.WithCancelCause(context.Background())
		none := func(context.Context, docs.Tx) error {
			t.Error("the function ran")
			return nil
		}
		go func() { impatient <- db.Update(ctx, "impatient", none) }()
		synctest.Wait()
		cancel(errOwn)
		if err := <-impatient; !errors.Is(err, errOwn) {
			t.Errorf("the one whose context ended: %v", err)
		}
		go func() { late <- db.Update(context.Background(), "late", none) }()
		synctest.Wait()
		closed := make(chan error)
		go func() { closed <- db.Close() }()
		synctest.Wait()
		if err := <-late; !errors.Is(err, ErrClosed) {
			t.Errorf("the one that waited at Close: %v, want ErrClosed", err)
		}
		close(hold)
		if err := errors.Join(<-first, <-closed); err != nil {
			t.Errorf("the running one, and Close: %v", err)
		}
		for name, err := range map[string]error{
			"Update": db.Update(context.Background(), "x", none), "View": db.View(context.Background(), "x", none), "Close": db.Close(),
		} {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("%s after Close: %v, want ErrClosed", name, err)
			}
		}
	})
}

// Deletions empty whole pages of the group's transaction, at which bbolt's cursor stops when it goes backward.
func TestQueriesSeeTheDeletionsOfTheirGroup(t *testing.T) {
	t.Parallel()
	const all = 2000
	for name, gone := range map[string]func(i int) bool{
		"the end":       func(i int) bool { return i >= 700 },
		"the beginning": func(i int) bool { return i < 1300 },
		"the middle":    func(i int) bool { return i > 20 && i < 1900 },
		"all but one":   func(i int) bool { return i != 1000 },
		"all":           func(i int) bool { return true },
		"most":          func(i int) bool { return i%400 != 7 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				db := openTest(t)
				defer finish(t, db)
				var want []string
				err := db.Update(context.Background(), "fill", func(_ context.Context, tx docs.Tx) error {
					var err error
					for i := range all {
						err = errors.Join(err, tx.Set(ref(i), counter{N: int64(i)}))
						if !gone(i) {
							want = append([]string{ref(i).ID()}, want...)
						}
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				remove := func() error {
					return db.Update(context.Background(), "remove", func(_ context.Context, tx docs.Tx) error {
						var err error
						for i := range all {
							if gone(i) {
								err = errors.Join(err, tx.Delete(ref(i)))
							}
						}
						return err
					})
				}
				var got []string
				list := func() error {
					return db.Update(context.Background(), "list", func(ctx context.Context, tx docs.Tx) error {
						q := docs.Query{Collection: home.Under("counters"), OrderBy: "N", Desc: true, Limit: 100}
						for {
							rows, err := tx.Query(ctx, q)
							for _, r := range rows {
								var c counter
								if err := r.Decode(&c); err != nil {
									return err
								}
								got = append(got, r.Ref.ID())
								q.After = &docs.Position{Value: c.N, ID: r.Ref.ID()}
							}
							if err != nil || len(rows) < q.Limit {
								return err
							}
						}
					})
				}
				before := lastCommit(t, db)
				errs, first := behind(t, db, remove, list)
				if err := errors.Join(append(errs, first)...); err != nil {
					t.Fatal(err)
				}
				if n := lastCommit(t, db) - before; n != 1 {
					t.Fatalf("%d commits: they were to share one", n)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

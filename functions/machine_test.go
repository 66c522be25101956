package functions_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// machine is the platform of one machine: the embedded store, tasks and notifications in its file.
type machine struct {
	inProcess
	*wiring.Local
	folder string
	hook   *hook
	wrote  *wrote
}

// wrote sees each document that the store writes.
type wrote struct {
	mu sync.Mutex
	do func(op string, ref docs.Ref) // nil for nothing
}

func (x *wrote) set(do func(op string, ref docs.Ref)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.do = do
}

func (x *wrote) see(op string, ref docs.Ref) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.do != nil {
		x.do(op, ref)
	}
}

// hook is what happens at the store's calls. It may call the service in turn.
type hook struct {
	mu sync.Mutex
	do func(op string, at embedded.Phase) error // nil for nothing
}

func (h *hook) set(do func(op string, at embedded.Phase) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.do = do
}

// on does something at a moment of the nth of the store's calls of a name. It returns how often that moment was met.
func (h *hook) on(op string, at embedded.Phase, nth int, do func() error) (met func() int) {
	var n atomic.Int64
	h.set(func(o string, phase embedded.Phase) error {
		if o == op && phase == at && n.Add(1) == int64(nth) {
			return do()
		}
		return nil
	})
	return func() int { return int(n.Load()) }
}

// breaks breaks that call off.
func (h *hook) breaks(op string, at embedded.Phase, nth int) (met func() int) {
	return h.on(op, at, nth, func() error { return errBroken })
}

func (h *hook) call(op string, at embedded.Phase) error {
	h.mu.Lock()
	do := h.do
	h.mu.Unlock()
	if do == nil {
		return nil
	}
	return do(op, at)
}

// hooked is a world on a machine whose store's transactions can be broken, in which Rita has connected her Gmail.
func hooked(t *testing.T) (*world, *person, *hook) {
	t.Helper()
	w, r := connectedOn(t, newMachine)
	return w, r, w.platform.(machine).hook
}

func newMachine(t testing.TB, s surroundings) platform {
	t.Helper()
	m := machine{folder: filepath.Join(t.TempDir(), "data"), hook: &hook{}, wrote: &wrote{}}
	env := wiring.LocalEnvironment(s.hire, m.folder)
	wiring.UseGoogleAt(env, s.google, s.client.ID, s.client.Secret)
	c, err := wiring.ConfigOf(env)
	if err != nil {
		t.Fatal(err)
	}
	m.Local, err = wiring.OpenLocal(c, wiring.LocalOptions{Now: s.now, Sleep: s.sleep, NoSync: true, Hook: m.hook.call, Wrote: m.wrote.see, Log: s.log, Telemetry: s.telemetry, ServiceToken: s.issuer.ServiceToken, BaseURL: s.hire})
	if err != nil {
		t.Fatal(err)
	}
	m.inProcess = inProcess{m.Services}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func (m machine) notify(ctx context.Context, data []byte) error { return m.Events.Notify(ctx, data) }

func (m machine) runDue(ctx context.Context) (done int, err error) {
	pushed, err := m.Events.RunDue(ctx)
	if err != nil {
		return pushed, err
	}
	ran, err := m.Tasks.RunDue(ctx)
	return pushed + ran, err
}

func (m machine) published(ctx context.Context) ([]json.RawMessage, error) {
	return m.Events.Recent(ctx, 500)
}

func (m machine) moments() []string {
	return []string{embedded.BeforeRun.String(), embedded.BeforeCommit.String(), embedded.AfterCommit.String()}
}

// breakCall breaks a call of the service's. Gmail's notifications come into the same file, and are none.
func (m machine) breakCall(n int, moment string) (end func() (call string)) {
	var mu sync.Mutex
	met, broken := 0, ""
	m.hook.set(func(op string, at embedded.Phase) error {
		mu.Lock()
		defer mu.Unlock()
		if at.String() != moment || strings.HasPrefix(op, "notification.") {
			return nil
		}
		if met++; met != n {
			return nil
		}
		broken = op
		return errors.New("the database has gone")
	})
	return func() string {
		m.hook.set(nil)
		mu.Lock()
		defer mu.Unlock()
		return broken
	}
}

func (m machine) documents() documents {
	s := m.DB.Total()
	return documents{read: int(s.Reads), written: int(s.Writes), deleted: int(s.Deletes)}
}

func (m machine) kept(ctx context.Context, each func(path string, fields map[string]any)) error {
	return m.DB.Dump(ctx, func(ref docs.Ref, fields map[string]any) error {
		each(string(ref), fields)
		return nil
	})
}

func (m machine) blobs(each func(name string, content []byte)) error {
	root := filepath.Join(m.folder, "blobs")
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		each(strings.TrimPrefix(path, root), content)
		return err
	})
}

// stored is the content of every file in the data folder.
func (m machine) stored(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	if err := filepath.WalkDir(m.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all.Write(b)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all.String()
}

var errBroken = errors.New("broken on purpose")

//go:build emulators

package functions_test

import (
	"maps"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/scripts/instance"
	"github.com/trakstar/hire-gmail/shared/store/firestore/firestoretest"
)

// processes is the platform of Google Cloud with each function in a process of its own, which a test can kill. They live by the clock of the test.
type processes struct {
	*cloud
	instances map[string]*instance.Instance
	databases map[string]*firestoretest.Proxy // of each process
	pubsub    *firestoretest.Proxy            // counts the calls of Pub/Sub; it passes those on as it does Firestore's
	clock     clockFile
	now       func() time.Time
}

func newProcesses(t testing.TB, s surroundings) platform {
	t.Helper()
	p := &processes{cloud: newCloud(t, s).(*cloud), instances: map[string]*instance.Instance{}, databases: map[string]*firestoretest.Proxy{}, pubsub: firestoretest.Start(t, os.Getenv("PUBSUB_EMULATOR_HOST")), clock: newClockFile(t), now: s.now}
	env := p.environment(s, func(function string) string { return s.hire + "/" + function })
	for name := range functions.All() {
		p.databases[name] = firestoretest.Start(t, os.Getenv("FIRESTORE_EMULATOR_HOST"))
		own := maps.Clone(env)
		own["STORAGE_EMULATOR_HOST"] = p.objects.URL()
		own["FIRESTORE_EMULATOR_HOST"], own[serveVariable], own[clockVariable] = p.databases[name].Addr(), name, p.clock.Name()
		own["PUBSUB_EMULATOR_HOST"] = p.pubsub.Addr()
		p.instances[name] = &instance.Instance{Name: name, Program: []string{os.Args[0]}, Env: own, Out: s.out, Failed: failed(t)}
		t.Cleanup(p.instances[name].Kill)
	}
	return p
}

// handler tells the processes the time with every request, which is when they look at it.
func (p *processes) handler(function string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := p.clock.set(p.now()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		p.instances[function].ServeHTTP(w, r)
	})
}

// reached counts the calls that functions have made of anything but the store.
func (p *processes) reached(w *world) int {
	n := int(w.sim.Stats().HTTP) + p.pubsub.Calls() + p.tasks.Calls()
	for _, calls := range p.secrets.Calls() {
		n += calls
	}
	for _, calls := range p.objects.Calls() {
		n += calls
	}
	return n
}

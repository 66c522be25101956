package functions_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// platform is what the functions stand on. Every scenario runs on each.
type platform interface {
	services() *wiring.Services
	// handler serves a function.
	handler(function string) http.Handler
	// notify takes a notification as Gmail publishes it.
	notify(ctx context.Context, data []byte) error
	// runDue delivers the notifications and runs the tasks that are due, each once, and says how many.
	runDue(ctx context.Context) (done int, err error)
	// published are the events that have gone out, in their JSON form.
	published(ctx context.Context) ([]json.RawMessage, error)
	// moments are those at which a call of the store can break.
	moments() []string
	// breakCall makes the nth of the calls of the store that have such a moment break at it, once. What it returns ends that and names the call; "" if it was not met.
	breakCall(n int, moment string) (end func() (call string))
	// documents counts what was read and written so far.
	documents() documents
	// stored is everything that is kept but for the vault's own content, for looking for what must not be there.
	stored(t *testing.T) string
	// kept shows every document of the database, by its path and what is in it.
	kept(ctx context.Context, each func(path string, fields map[string]any)) error
	// blobs shows every blob, by its name.
	blobs(each func(name string, content []byte)) error
}

// documents are counts of documents.
type documents struct{ read, written, deleted int }

func (d documents) minus(before documents) documents {
	return documents{d.read - before.read, d.written - before.written, d.deleted - before.deleted}
}

// surroundings are what a platform is put into.
type surroundings struct {
	hire, google string // addresses
	client       oauthtest.Client
	issuer       *issuertest.Issuer
	now          func() time.Time
	sleep        func(context.Context, time.Duration) error // before Gmail is asked again
	log          *slog.Logger
	out          io.Writer // what log writes to
	telemetry    *obs.Telemetry
}

// platforms by the name that HIRE_PLATFORM selects.
var platforms = map[string]func(testing.TB, surroundings) platform{"machine": newMachine}

// inProcess serves functions in this process.
type inProcess struct{ all *wiring.Services }

func (p inProcess) services() *wiring.Services { return p.all }

func (p inProcess) handler(function string) http.Handler {
	h, err := functions.All()[function](p.all)
	if err != nil {
		panic(err) // of a world that is put together wrong
	}
	return h
}

// selected makes the platform that HIRE_PLATFORM names: machine, or cloud, which needs the emulators and the build tag of that name.
func selected(t testing.TB, s surroundings) platform {
	t.Helper()
	name := os.Getenv("HIRE_PLATFORM")
	if name == "" {
		name = "machine"
	}
	open := platforms[name]
	if open == nil {
		t.Fatalf("HIRE_PLATFORM is %q: set machine, or cloud and run with -tags emulators", name)
	}
	return open(t, s)
}

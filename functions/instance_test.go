//go:build emulators

package functions_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sethvargo/go-envconfig"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// failed fails a test where a process could not be started.
func failed(t testing.TB) func(error) { return func(err error) { t.Error(err) } }

// A test binary with this variable is a function, and no test.
const serveVariable = "HIRE_TEST_SERVE"

// clockVariable names the file that the processes of a test read the time from.
const clockVariable = "HIRE_TEST_CLOCK"

func TestMain(m *testing.M) {
	if name := os.Getenv(serveVariable); name != "" {
		if err := serve(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serve is a function's process, by the clock of the test that has started it. It ends with that test.
func serve(name string) error {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends when the test's end of the pipe is closed
		os.Exit(0)
	}()
	c, err := config.Load(context.Background(), envconfig.OsLookuper())
	if err != nil {
		return err
	}
	file, err := os.Open(os.Getenv(clockVariable))
	if err != nil {
		return err
	}
	all, err := wiring.OpenCloud(context.Background(), c, wiring.CloudOptions{Now: clockFile{file}.now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)).With("process", name)})
	if err != nil {
		return err
	}
	h, err := functions.All()[name](all.Services)
	if err != nil {
		return err
	}
	return http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), h)
}

// clockFile holds the time for processes.
type clockFile struct{ *os.File }

func newClockFile(t testing.TB) clockFile {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "clock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return clockFile{f}
}

func (f clockFile) set(at time.Time) error {
	_, err := f.WriteAt(binary.BigEndian.AppendUint64(nil, uint64(at.UnixNano())), 0)
	return err
}

func (f clockFile) now() time.Time {
	var b [8]byte
	if _, err := f.ReadAt(b[:], 0); err != nil {
		panic(err) // the test has gone
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(b[:]))).UTC()
}

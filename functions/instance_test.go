//go:build emulators

package functions_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sethvargo/go-envconfig"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// instance is one function in a process of its own, which is started when a request finds none, as Cloud Run does.
type instance struct {
	t       *testing.T
	name    string
	program []string // what is run
	env     map[string]string
	out     io.Writer

	mu      sync.Mutex
	port    string
	process *exec.Cmd
	stdin   io.Closer
	ended   chan struct{}
}

// ServeHTTP passes a request on to the process. Where that dies over it, the caller gets what Cloud Run says of an instance that has gone.
func (i *instance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	port, err := i.running()
	if err != nil {
		i.t.Error(err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	target := &url.URL{Scheme: "http", Host: "127.0.0.1:" + port}
	http.StripPrefix("/"+i.name, &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "the instance has gone", http.StatusServiceUnavailable)
		},
		ErrorLog: nil,
	}).ServeHTTP(w, r)
}

// running starts the process if there is none, and gives its port.
func (i *instance) running() (port string, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process != nil {
		select {
		case <-i.ended:
			i.process = nil
		default:
			return i.port, nil
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, i.port, err = net.SplitHostPort(free.Addr().String())
	if err := free.Close(); err != nil {
		return "", err
	}
	if err != nil {
		return "", err
	}
	cmd := exec.Command(i.program[0], i.program[1:]...)
	cmd.Env = append(os.Environ(), "PORT="+i.port)
	for name, value := range i.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = i.out, i.out
	if i.stdin, err = cmd.StdinPipe(); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", i.name, err)
	}
	ended := make(chan struct{})
	i.process, i.ended = cmd, ended
	go func() {
		_ = cmd.Wait() // however it ended
		close(ended)
	}()
	return i.port, i.answers()
}

// answers waits until the process serves.
func (i *instance) answers() error {
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		conn, err := net.Dial("tcp", "127.0.0.1:"+i.port)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-i.ended:
			return fmt.Errorf("%s ended before it served", i.name)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s does not serve", i.name)
}

// kill ends the process at once, as kill -9 does, and waits until it is gone. Requests wait with it.
func (i *instance) kill() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process == nil {
		return
	}
	_ = i.process.Process.Kill() // it may be gone already
	<-i.ended
	i.process = nil
}

// terminate tells the process to end, as Cloud Run does, and waits until it has.
func (i *instance) terminate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process == nil {
		return
	}
	_ = i.process.Process.Signal(syscall.SIGTERM) // it may be gone already
	<-i.ended
	i.process = nil
}

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
	return http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), functions.All()[name](all.Services))
}

// clockFile holds the time for processes.
type clockFile struct{ *os.File }

func newClockFile(t *testing.T) clockFile {
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

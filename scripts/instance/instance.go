package instance

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/trakstar/hire-gmail/scripts/listen"
)

// Instance is one function in a process of its own, which is started when a request finds none, as Cloud Run does.
type Instance struct {
	Name    string
	Program []string // what is run
	Env     map[string]string
	Out     io.Writer   // what the process writes
	Failed  func(error) // is told why it could not be started

	mu      sync.Mutex
	port    string
	process *exec.Cmd
	stdin   io.Closer
	ended   chan struct{}
}

// ServeHTTP passes a request below /NAME on to the process. Where that dies over it, the caller gets what Cloud Run says of an instance that has gone.
func (i *Instance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	port, err := i.running()
	if err != nil {
		i.Failed(err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	target := &url.URL{Scheme: "http", Host: "127.0.0.1:" + port}
	http.StripPrefix("/"+i.Name, &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "the instance has gone", http.StatusServiceUnavailable)
		},
		ErrorLog: nil,
	}).ServeHTTP(w, r)
}

// running starts the process if there is none, and gives its port.
func (i *Instance) running() (port string, err error) {
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
	if i.port, err = listen.FreePort(); err != nil {
		return "", err
	}
	cmd := exec.Command(i.Program[0], i.Program[1:]...)
	cmd.Env = append(os.Environ(), "PORT="+i.port)
	for name, value := range i.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = i.Out, i.Out
	if i.stdin, err = cmd.StdinPipe(); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", i.Name, err)
	}
	ended := make(chan struct{})
	i.process, i.ended = cmd, ended
	go func() {
		_ = cmd.Wait() // however it ended
		close(ended)
	}()
	return i.port, i.answers()
}

// PID is the id of the process; 0 while there is none.
func (i *Instance) PID() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process == nil {
		return 0
	}
	return i.process.Process.Pid
}

// answers waits until the process serves.
func (i *Instance) answers() error {
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		conn, err := net.Dial("tcp", "127.0.0.1:"+i.port)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-i.ended:
			return fmt.Errorf("%s ended before it served", i.Name)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s does not serve", i.Name)
}

// Kill ends the process at once, as kill -9 does, and waits until it is gone. Requests wait with it.
func (i *Instance) Kill() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process == nil {
		return
	}
	_ = i.process.Process.Kill() // it may be gone already
	<-i.ended
	i.process = nil
}

// Terminate tells the process to end, as Cloud Run does, and waits until it has.
func (i *Instance) Terminate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process == nil {
		return
	}
	_ = i.process.Process.Signal(syscall.SIGTERM) // it may be gone already
	<-i.ended
	i.process = nil
}

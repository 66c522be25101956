package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// The program starts itself again for each process that it needs; these variables tell it what to be.
const (
	roleVariable  = "HIRE_BENCH_ROLE"
	setupVariable = "HIRE_BENCH_SETUP" // JSON
)

// roles are what the program can be besides itself: each gives what is served at base, and what is to be ended with it.
var roles = map[string]func(ctx context.Context, base string, setup []byte) (http.Handler, func() error, error){
	"gmail": gmailProcess, "service": serviceProcess,
}

// play is such a process. It says where it serves, and ends when its standard input does: with whoever has started it, however that one ends.
func play(role string) int {
	if err := serve(role, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "bench %s: %v\n", role, err)
		return 1
	}
	return 0
}

func serve(role string, in io.Reader, out io.Writer) (err error) {
	build := roles[role]
	if build == nil {
		return errors.New("there is no such role")
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	base := "http://" + l.Addr().String()
	handler, end, err := build(ctx, base, []byte(os.Getenv(setupVariable)))
	if err != nil {
		return errors.Join(err, l.Close())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	served := serveOn(server, l)
	fmt.Fprintln(out, base)
	_, err = io.Copy(io.Discard, in)
	cancel()
	return errors.Join(err, server.Close(), <-served, end())
}

// serveOn serves until the server is closed.
func serveOn(server *http.Server, l net.Listener) <-chan error {
	out := make(chan error, 1)
	go func() {
		err := server.Serve(l)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		out <- err
	}()
	return out
}

// child is a process that the program has started.
type child struct {
	base  string
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
}

// start starts the program again in a role, and waits until it serves.
func start(role string, setup any, errs io.Writer) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(setup)
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(self), ended: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), roleVariable+"="+role, setupVariable+"="+string(text))
	c.cmd.Stderr = errs
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", role, err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	go func() {
		_ = c.cmd.Wait() // however it ended
		close(c.ended)
	}()
	if c.base = strings.TrimSpace(line); err != nil {
		c.end()
		return nil, fmt.Errorf("%s does not serve: %w", role, err)
	}
	return c, nil
}

// end tells the process to end, and ends it where it does not.
func (c *child) end() {
	c.stdin.Close() //nolint:errcheck // it may have ended
	select {
	case <-c.ended:
	case <-time.After(10 * time.Second):
		_ = c.cmd.Process.Kill() // it may have ended
		<-c.ended
	}
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// handle serves a call of the program's own, below /bench/.
func handle[In, Out any](mux *http.ServeMux, name string, do func(context.Context, In) (Out, error)) {
	mux.HandleFunc("POST /bench/"+name, func(w http.ResponseWriter, r *http.Request) {
		var in In
		err := json.NewDecoder(r.Body).Decode(&in)
		var out Out
		if err == nil {
			out, err = do(r.Context(), in)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out) // the caller has gone; there is no one to tell
	})
}

// ask makes a call that another process handles.
func ask[Out any](ctx context.Context, base, name string, in any) (out Out, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/bench/"+name, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return out, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return out, err
	}
	if resp.StatusCode != http.StatusOK {
		return out, fmt.Errorf("%s: %s: %s", name, resp.Status, strings.TrimSpace(string(text)))
	}
	return out, json.Unmarshal(text, &out)
}

// nothing is what a call takes or gives that has nothing to say.
type nothing struct{}

// usage is what a process has used so far.
type usage struct {
	CPU    time.Duration
	Memory int64 // the most that it has held at once, in bytes
}

// clockTick is USER_HZ, which is 100 on every Linux.
const clockTick = time.Second / 100

// usageOf reads what a process has used, from Linux's /proc; on other systems it is told as zero.
// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html and proc_pid_status.5.html
func usageOf(pid int) (u usage) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u
	}
	if _, after, ok := strings.Cut(string(stat), ") "); ok { // the name before may have blanks
		if f := strings.Fields(after); len(f) > 12 {
			user, _ := strconv.ParseInt(f[11], 10, 64) // zero where Linux does not say
			system, _ := strconv.ParseInt(f[12], 10, 64)
			u.CPU = time.Duration(user+system) * clockTick
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return u
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			u.Memory = kib << 10
		}
	}
	return u
}

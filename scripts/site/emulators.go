package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/trakstar/hire-gmail/scripts/listen"
)

// emulator is one of Google's.
type emulator struct {
	name     string
	variable string   // that clients look at
	start    []string // by gcloud
}

var emulators = []emulator{
	{"Firestore", "FIRESTORE_EMULATOR_HOST", []string{"emulators", "firestore", "start"}},
	{"Pub/Sub", "PUBSUB_EMULATOR_HOST", []string{"beta", "emulators", "pubsub", "start", "--project=local"}},
}

// use makes an emulator answer, and the variable name it.
func (s *Site) use(ctx context.Context, e emulator) error {
	if at := os.Getenv(e.variable); at != "" && !s.Own {
		host, _, err := net.SplitHostPort(at)
		if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("%s is %s, which is not on this machine; unset it, or name an emulator here", e.variable, at)
		}
		if err := answers(ctx, at, nil); err != nil {
			return fmt.Errorf("the emulator of %s that %s names does not answer: %w", e.name, e.variable, err)
		}
		s.Say("%s at %s, as %s says", e.name, at, e.variable)
		return nil
	}
	if _, err := exec.LookPath("gcloud"); err != nil {
		return fmt.Errorf("%s is not set, and there is no gcloud to start one by: https://cloud.google.com/sdk/docs/install, with the components cloud-firestore-emulator and pubsub-emulator", e.variable)
	}
	port, err := listen.FreePort()
	if err != nil {
		return err
	}
	at := net.JoinHostPort("127.0.0.1", port)
	log, err := os.Create(filepath.Join(s.Temp, e.variable))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command("gcloud", append(e.start, "--host-port="+at)...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // gcloud starts a shell, which starts Java: they end together
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the emulator of %s: %w", e.name, err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed
		close(ended)
	}()
	s.pids[e.variable] = cmd.Process.Pid
	s.then(func() error {
		delete(s.pids, e.variable)
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
		if errors.Is(err, syscall.ESRCH) {
			err = nil // it has ended already
		}
		return errors.Join(err, os.Unsetenv(e.variable))
	})
	if err := answers(ctx, at, ended); err != nil {
		said, _ := os.ReadFile(log.Name()) // for people
		return fmt.Errorf("the emulator of %s does not answer: %w; it said:\n%s", e.name, err, said[max(len(said)-2000, 0):])
	}
	s.Say("%s started at %s", e.name, at)
	return os.Setenv(e.variable, at)
}

// Signal sends a signal to all processes of an emulator that the site has started itself. The variable names it: FIRESTORE_EMULATOR_HOST or PUBSUB_EMULATOR_HOST.
func (s *Site) Signal(variable string, signal syscall.Signal) error {
	pid, own := s.pids[variable]
	if !own {
		return fmt.Errorf("the emulator of %s is not the site's own", variable)
	}
	return syscall.Kill(-pid, signal)
}

// answers waits until somebody listens at an address, or ended tells that nobody will.
func answers(ctx context.Context, at string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var d net.Dialer
	for {
		conn, err := d.DialContext(ctx, "tcp", at)
		if err == nil {
			return conn.Close()
		}
		if ended == nil {
			return err
		}
		select {
		case <-ended:
			return errors.New("it has ended")
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

package listen

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
)

// On takes the port of addr, or says in words what to do where it can't be had. program is the folder that the user runs: "./scripts/dev".
func On(ctx context.Context, addr, program string) (net.Listener, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		//lint:ignore ST1005 a person reads it as it is
		return nil, fmt.Errorf("Another program is already serving at %s, perhaps this one in another window.\nStop that, or choose another port:\n\n  go run %s -addr 127.0.0.1:8081", addr, program)
	}
	if err != nil {
		return nil, fmt.Errorf("%s can't be served at: %w\n-addr takes host:port, such as 127.0.0.1:8081", addr, err)
	}
	return l, nil
}

// FreePort finds a port of this machine that nobody has, for a program that takes it a moment later. It is among those that no system gives to whoever asks for any port (RFC 6335
// section 6, and Linux's net.ipv4.ip_local_port_range): one of these might be given to another server meanwhile, which would then answer in the program's place.
func FreePort() (string, error) {
	const lowest, highest = 10_000, 32_000
	for range 100 {
		port := strconv.Itoa(lowest + rand.IntN(highest-lowest))
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return "", err
		}
		return port, l.Close()
	}
	return "", errors.New("no port of this machine is free")
}

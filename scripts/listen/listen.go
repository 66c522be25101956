package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
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

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"

	list "github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/scripts/listen"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// functions are all there are, by name.
var functions = list.All()

// startFunctions serves every function by the Functions Framework, each below its name, on a port of its own, and returns the address. The
// framework's own registration serves "/name" alone and nothing below it, so each is registered once more, with its subtree. The framework
// knows no stop: its server ends with the process.
func startFunctions(ctx context.Context, s *wiring.Services) (address string, err error) {
	for name, build := range functions {
		handler, err := build(s)
		if err != nil {
			return "", fmt.Errorf("build %s: %w", name, err)
		}
		if err := funcframework.RegisterHTTPFunctionContext(ctx, "/"+name+"/", handler.ServeHTTP); err != nil {
			return "", fmt.Errorf("register %s: %w", name, err)
		}
	}
	const host = "127.0.0.1"
	port, err := listen.FreePort()
	if err != nil {
		return "", err
	}
	address = net.JoinHostPort(host, port)
	hush() // the framework prints a line for each function
	failed := make(chan error, 1)
	go func() { failed <- funcframework.StartHostPort(host, port) }()
	return address, await(ctx, address, failed)
}

// hush keeps off the terminal what others print from now on. The program itself prints to what main has handed to run.
func hush() {
	if nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil { // else it is printed
		os.Stdout = nowhere
	}
}

// await waits until something listens at the address.
func await(ctx context.Context, address string, failed <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var d net.Dialer
	for {
		conn, err := d.DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case err := <-failed:
			return fmt.Errorf("serve functions: %w", err)
		case <-ctx.Done():
			return errors.New("the functions do not answer on " + address)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

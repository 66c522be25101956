package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"

	"github.com/trakstar/hire-gmail/functions/connect"
	"github.com/trakstar/hire-gmail/functions/deliver"
	"github.com/trakstar/hire-gmail/functions/directory"
	"github.com/trakstar/hire-gmail/functions/gmailnotify"
	"github.com/trakstar/hire-gmail/functions/inboundreply"
	"github.com/trakstar/hire-gmail/functions/labelsweep"
	"github.com/trakstar/hire-gmail/functions/oauthcallback"
	"github.com/trakstar/hire-gmail/functions/offboard"
	"github.com/trakstar/hire-gmail/functions/sendmessage"
	"github.com/trakstar/hire-gmail/functions/settings"
	"github.com/trakstar/hire-gmail/functions/syncmailbox"
	"github.com/trakstar/hire-gmail/functions/threads"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// functions are all there are, by name.
var functions = map[string]func(*wiring.Services) http.Handler{
	"connect": connect.New, "oauthcallback": oauthcallback.New, "settings": settings.New, "sendmessage": sendmessage.New, "threads": threads.New,
	"directory": directory.New, "gmailnotify": gmailnotify.New, "labelsweep": labelsweep.New, "syncmailbox": syncmailbox.New,
	"deliver": deliver.New, "offboard": offboard.New, "inboundreply": inboundreply.New,
}

// startFunctions serves every function by the Functions Framework, each below its name, on a port of its own, and returns the address. The
// framework's own registration serves "/name" alone and nothing below it, so each is registered once more, with its subtree. The framework
// knows no stop: its server ends with the process.
func startFunctions(ctx context.Context, s *wiring.Services) (address string, err error) {
	for name, handler := range functions {
		if err := funcframework.RegisterHTTPFunctionContext(ctx, "/"+name+"/", handler(s).ServeHTTP); err != nil {
			return "", fmt.Errorf("register %s: %w", name, err)
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	address = free.Addr().String()
	if err := free.Close(); err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
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

package gmail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/googleapis/gax-go/v2"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"
)

// Options of a Client; HTTP and Now are needed.
type Options struct {
	// Endpoint is scheme and host of the Gmail API; "" is Google's.
	Endpoint string
	// HTTP carries the calls. Its redirects are not followed: an access token goes to the endpoint and nowhere else.
	HTTP *http.Client
	// Now is the clock of the ledger and of the times that Gmail names.
	Now func() time.Time
	// Quota is what calls cost and how much may be spent. Its zero fields mean those of Quota2026.
	Quota Quota
	// Days adds up what all processes spend in a day; nil: each counts by itself.
	Days Days
	// Spent is told what each try of a call costs; nil: nobody is.
	Spent func(ctx context.Context, method string, units int)
	// Sleep waits before a call is repeated, and returns early with ctx's error when ctx ends; nil is a real timer.
	Sleep func(ctx context.Context, d time.Duration) error
	// Jitter gives numbers from 0 up to 1 by which the waits of many callers are spread; nil is math/rand. It is called concurrently.
	Jitter func() float64
}

// Client calls the Gmail API for any number of mailboxes. It is safe for concurrent use.
type Client struct {
	base    string // scheme, host and a slash
	http    *http.Client
	users   *gmailapi.UsersService
	now     func() time.Time
	sleep   func(ctx context.Context, d time.Duration) error
	jitter  func() float64
	ledger  *ledger
	days    Days
	spent   func(ctx context.Context, method string, units int)
	counter *counter
}

// maxLedgers is how many mailboxes' spending is remembered at once.
const maxLedgers = 10_000

// userAgent names us to Google, and asks for compressed answers: Gmail gives them only to agents with "gzip" in their name.
// Source: https://developers.google.com/workspace/gmail/api/guides/performance#gzip
const userAgent = "hire-gmail (gzip)"

// New makes a Client. It makes no call.
func New(o Options) (*Client, error) {
	if o.HTTP == nil || o.Now == nil {
		return nil, errors.New("gmail: http client and now are needed")
	}
	quota, err := o.Quota.complete()
	if err != nil {
		return nil, err
	}
	c := &Client{
		now: o.Now, sleep: o.Sleep, jitter: o.Jitter, days: o.Days, spent: o.Spent,
		ledger: newLedger(quota, maxLedgers), counter: &counter{units: quota.Units, methods: map[string]MethodStats{}},
	}
	if c.sleep == nil {
		c.sleep = gax.Sleep
	}
	if c.jitter == nil {
		c.jitter = rand.Float64
	}
	c.http = wired(o.HTTP, c.counter)
	// The generated client can log whole requests if its environment says so; a logger that discards keeps mail out of logs.
	options := []option.ClientOption{option.WithHTTPClient(c.http), option.WithLogger(slog.New(slog.DiscardHandler))}
	if o.Endpoint != "" {
		// Uploads and batches live beside /gmail, so that an endpoint with a path of its own would lose it.
		u, err := url.Parse(o.Endpoint)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.User != nil {
			return nil, fmt.Errorf("gmail: endpoint %q is not a scheme and a host", o.Endpoint)
		}
		options = append(options, option.WithEndpoint(u.Scheme+"://"+u.Host+"/"))
	}
	service, err := gmailapi.NewService(context.Background(), options...)
	if err != nil {
		return nil, fmt.Errorf("gmail: make service: %w", err)
	}
	service.UserAgent = userAgent
	c.users, c.base = service.Users, service.BasePath
	return c, nil
}

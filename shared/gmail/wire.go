package gmail

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"google.golang.org/api/googleapi"
)

// send makes a request that the generated client has no method for. path begins after the host; the answer is a success, and its body the
// caller's to close.
func (c *Client) send(ctx context.Context, verb, path, contentType string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, verb, c.base+path[1:], bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if err := googleapi.CheckResponse(resp); err != nil {
		closeBody(resp)
		return nil, err
	}
	return resp, nil
}

// closeBody reads what little is left of a body, so that its connection is used again, and closes it.
func closeBody(resp *http.Response) {
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) //nolint:errcheck // only for the connection's reuse
	resp.Body.Close()                                      //nolint:errcheck // nothing was written
}

type tokenKey struct{}

// wire puts the access token on a request at the last moment, so that no layer above can log it, and counts round trips.
type wire struct {
	base    http.RoundTripper
	counter *counter
}

func wired(h *http.Client, c *counter) *http.Client {
	out := *h
	if out.Transport == nil {
		out.Transport = http.DefaultTransport
	}
	out.Transport = &wire{base: out.Transport, counter: c}
	out.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &out
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	token, _ := r.Context().Value(tokenKey{}).(string)
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+token)
	w.counter.trips.Add(1)
	return w.base.RoundTrip(r)
}

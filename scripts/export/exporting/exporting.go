package exporting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Options of Run; all are needed.
type Options struct {
	URL    string                 // where the function threads answers, such as "https://threads-abc.a.run.app"
	Format string                 // mbox or jsonl
	File   string                 // the state lies beside it, with ".state" at the end of its name
	Token  func() (string, error) // of a Super Admin of the account. It is asked before each page, since tokens end sooner than exports.
	HTTP   *http.Client
	Now    func() time.Time
	Sleep  func(context.Context, time.Duration) error
	Say    func(string) // how far it is
}

const (
	tries     = 6                // of one page, one after the other
	firstWait = time.Second      // doubles with each
	longest   = 10 * time.Minute // what a Retry-After may ask for; beyond, somebody has to look
)

// ErrRefused: asking again would not help. Its text says what would.
var ErrRefused = errors.New("refused")

// Run takes what there is still to be taken, and then checks the whole file. After an error it may be called again, and goes on.
func Run(ctx context.Context, o Options) (State, error) {
	s, err := open(o)
	if err != nil {
		return s, err
	}
	if s.Done {
		return s, Check(o.File)
	}
	if err := s.save(o.File); err != nil { // before there is a file that nothing tells of
		return s, err
	}
	f, err := os.OpenFile(o.File, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return s, fmt.Errorf("open the file: %w", err)
	}
	defer f.Close()
	if err := s.compare(f); err != nil {
		return s, err
	}
	for !s.Done {
		if err := take(ctx, o, f, &s); err != nil {
			return s, err
		}
		if err := s.save(o.File); err != nil {
			return s, err
		}
		o.Say(fmt.Sprintf("%d messages, %d MB, %d pages", s.Messages(), s.Bytes()>>20, len(s.Pages)))
	}
	return s, Check(o.File)
}

// take takes the next page, as often as it is broken off.
func take(ctx context.Context, o Options, f *os.File, s *State) error {
	wait := firstWait
	for try := 1; ; try++ {
		after, err := attempt(ctx, o, f, s)
		if err == nil || errors.Is(err, ErrRefused) || ctx.Err() != nil {
			return err
		}
		if try == tries {
			return fmt.Errorf("page %d was broken off %d times; called again, it goes on there: %w", len(s.Pages)+1, try, err)
		}
		if after > longest {
			return fmt.Errorf("the service asks to come again in %s; called then, it goes on: %w", after.Round(time.Second), err)
		}
		o.Say(fmt.Sprintf("page %d was broken off and is taken anew: %v", len(s.Pages)+1, err))
		if err := o.Sleep(ctx, max(wait, after)); err != nil {
			return err
		}
		wait *= 2
	}
}

// attempt takes the next page once. It counts only if it is whole, written and on disk; the file ends with the last page that counts.
func attempt(ctx context.Context, o Options, f *os.File, s *State) (after time.Duration, err error) {
	begin := s.Bytes()
	if err := f.Truncate(begin); err != nil {
		return 0, fmt.Errorf("cut the file to whole pages: %w", err)
	}
	if _, err := f.Seek(begin, io.SeekStart); err != nil {
		return 0, fmt.Errorf("go to the end of the file: %w", err)
	}
	token, err := o.Token()
	if err != nil {
		return 0, fmt.Errorf("%w: no token: %w", ErrRefused, err)
	}
	query := url.Values{"format": {o.Format}}
	if s.Next != "" {
		query.Set("page_token", s.Next)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(o.URL, "/")+"/v1/export?"+query.Encode(), nil)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := o.HTTP.Do(req)
	if err != nil {
		return 0, fmt.Errorf("ask for the page: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return retryAfter(resp, o.Now()), refusal(resp)
	}
	next := resp.Header.Get("Next-Page-Token")
	if next != "" && next == s.Next {
		return 0, fmt.Errorf("%w: the page after this one is this one", ErrRefused)
	}
	sum := sha256.New()
	size := &counter{}
	messages, err := read(o.Format, io.TeeReader(resp.Body, io.MultiWriter(f, sum, size)), next)
	if err != nil {
		return 0, err
	}
	if err := f.Sync(); err != nil {
		return 0, fmt.Errorf("write the page: %w", err)
	}
	s.Pages = append(s.Pages, Page{Bytes: size.n, SHA256: hex.EncodeToString(sum.Sum(nil)), Messages: messages})
	s.Next, s.Done = next, next == ""
	return 0, nil
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// refusal is what an answer means that brings no page.
func refusal(resp *http.Response) error {
	var problem struct{ Code, Detail string }
	_ = json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&problem) // not every server on the way answers with a problem
	err := fmt.Errorf("status %d %s %s", resp.StatusCode, problem.Code, problem.Detail)
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests {
		return err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		return fmt.Errorf("%w: the token is not taken, or not any more. With a new one it goes on: %w", ErrRefused, err)
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}

// retryAfter is how long an answer asks to wait; 0 where it does not.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	at, err := http.ParseTime(resp.Header.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return max(at.Sub(now), 0)
}

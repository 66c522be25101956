package api

import (
	"container/list"
	"errors"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// Limits of a Limiter.
type Limits struct {
	UserPerMinute    int // requests of one user; as many at once
	AccountPerMinute int // requests of all users of an account, likewise
	Buckets          int // users and accounts remembered at most; 0: 10,000
}

// Limiter bounds how fast users and accounts call this process. Each instance of a function counts by itself: it guards the instance and its neighbours
// against a caller gone wild, and is no quota.
type Limiter struct {
	limits Limits
	now    func() time.Time

	mu      sync.Mutex
	buckets map[bucketKey]*list.Element
	recent  *list.List // of *bucket, the most recently used first
}

type bucketKey struct {
	accountID string
	userID    string // "" for the account's own
}

type bucket struct {
	key     bucketKey
	limit   int
	limiter *rate.Limiter
}

// NewLimiter makes a limiter.
func NewLimiter(l Limits, now func() time.Time) (*Limiter, error) {
	if l.UserPerMinute <= 0 || l.AccountPerMinute <= 0 || l.Buckets < 0 || now == nil {
		return nil, errors.New("api: a limiter needs limits above 0 and a clock")
	}
	if l.Buckets == 0 {
		l.Buckets = 10_000
	}
	return &Limiter{limits: l, now: now, buckets: map[bucketKey]*list.Element{}, recent: list.New()}, nil
}

// Allow counts a request, or refuses it with rate_limited, which is not counted. The headers say how the tighter of the two limits stands, as in
// draft-ietf-httpapi-ratelimit-headers-06: RateLimit-Limit (requests a minute), RateLimit-Remaining (requests now), RateLimit-Reset (seconds until all of them, or,
// when refused, until the next one).
func (l *Limiter) Allow(w http.ResponseWriter, c Caller) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	tight, other := l.bucket(bucketKey{c.AccountID, c.UserID}, l.limits.UserPerMinute), l.bucket(bucketKey{c.AccountID, ""}, l.limits.AccountPerMinute)
	if other.limiter.TokensAt(now) < tight.limiter.TokensAt(now) {
		tight, other = other, tight
	}
	refused := tight.limiter.TokensAt(now) < 1
	if !refused {
		tight.limiter.AllowN(now, 1)
		other.limiter.AllowN(now, 1)
	}
	tokens := tight.limiter.TokensAt(now)
	wait := tight.until(float64(tight.limit) - tokens)
	if refused {
		wait = tight.until(1 - tokens)
	}
	h := w.Header()
	h.Set("RateLimit-Limit", strconv.Itoa(tight.limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(max(0, int(tokens))))
	h.Set("RateLimit-Reset", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	if !refused {
		return nil
	}
	e := hire.Err(hire.CodeRateLimited)
	e.RetryAfter = now.Add(wait)
	return e
}

// until is how long it takes for so many tokens to come.
func (b *bucket) until(tokens float64) time.Duration {
	return time.Duration(tokens / float64(b.limiter.Limit()) * float64(time.Second))
}

// bucket finds a bucket, or makes a full one. Where there are too many, the least recently used goes; whoever it was begins with a full one again.
func (l *Limiter) bucket(k bucketKey, perMinute int) *bucket {
	if e, ok := l.buckets[k]; ok {
		l.recent.MoveToFront(e)
		return e.Value.(*bucket)
	}
	b := &bucket{key: k, limit: perMinute, limiter: rate.NewLimiter(rate.Limit(perMinute)/60, perMinute)}
	l.buckets[k] = l.recent.PushFront(b)
	if l.recent.Len() > l.limits.Buckets {
		oldest := l.recent.Remove(l.recent.Back()).(*bucket)
		delete(l.buckets, oldest.key)
	}
	return b
}

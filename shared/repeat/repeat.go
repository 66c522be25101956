package repeat

import (
	"time"

	"github.com/googleapis/gax-go/v2"
	"google.golang.org/grpc/codes"
)

// Pauses lie between the tries of a call: short ones first, since most trouble is over in a moment, and two seconds at the longest, since a request waits. They are spread, so that
// those who failed together don't come back together.
func Pauses() gax.Backoff {
	return gax.Backoff{Initial: 50 * time.Millisecond, Max: 2 * time.Second, Multiplier: 2}
}

// On tries a call again that fails with one of these codes, until its time is up.
func On(failures ...codes.Code) gax.CallOption {
	return gax.WithRetry(func() gax.Retryer { return gax.OnCodes(failures, Pauses()) })
}

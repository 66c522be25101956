package blobs

import (
	"context"
	"errors"
	"time"
)

// How a blob that nothing refers to is removed without ever taking one that somebody has just found:
//
// Put and Keep make an old blob fresh again, in one step that a removal can't pass unnoticed. A blob is removed only if it has been left alone for Grace, if nothing
// refers to it, and if it is still, in the step that removes it, the very one that was looked at before its references were. So whoever makes a reference puts
// or keeps the blob first, and then has Grace-Fresh for committing it: until then the blob is too young to be removed, after that the reference is found.
const (
	// Grace is how long a blob stays after it was last put or kept, whether anything refers to it or not.
	Grace = 7 * 24 * time.Hour
	// Fresh is the age below which Put and Keep leave a blob as it is. It spares a write for each mail with the same logo.
	Fresh = 24 * time.Hour
)

// Sweep is one look for blobs that nothing refers to.
type Sweep struct {
	After string // where the sweep before has stopped, its Swept.Next; "" to begin
	Limit int    // look at so many blobs at most; 0: at all
	// Referenced tells whether anything of the account refers to the blob. It is asked for each blob that is old enough; an error ends the sweep.
	Referenced func(ctx context.Context, accountID, id string) (bool, error)
}

// Check refuses a sweep that can't be made.
func (s Sweep) Check() error {
	if s.Referenced == nil || s.Limit < 0 {
		return errors.New("blobs: a sweep needs to know what is referenced, and a limit that is none or a number")
	}
	return nil
}

// Swept is what a Sweep has done.
type Swept struct {
	Seen    int    // blobs looked at
	Removed int    // of these
	Next    string // where to go on; "" at the end
}

// Collector is a Store that removes blobs which nothing refers to, as every implementation does.
type Collector interface {
	Store
	// Collect makes one sweep. With an error comes what was done before it, and where to go on.
	Collect(ctx context.Context, s Sweep) (Swept, error)
}

// Package clocktest is a clock that stands still until a test moves it, for what takes the time as a func() time.Time.
//
// It must never be linked into a deployed function. Where a timer or a context's end must come too, testing/synctest is the tool.
//
// Begin reading at Clock.
package clocktest

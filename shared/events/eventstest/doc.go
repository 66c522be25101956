// Package eventstest is the contract of events.Publisher as tests: every publisher runs the same suite, so that what works on one machine works in the
// cloud.
//
// It must use nothing but the interface and what Driver offers, so that it can run against a server over a network.
//
// Begin reading at Driver.
package eventstest

// Package pubsubtest is Pub/Sub for tests: Google's emulator, or a server in this process, that the real client speaks to; what a subscriber does in a few words; and
// a relay that signs the emulator's pushes.
//
// It must never be linked into a deployed function, and never reach Google: without an emulator's address a test fails.
//
// Begin reading at Emulator and InProcess; relay.go is what stands between a push subscription and a function.
package pubsubtest

// Package wiring puts a process together: the one place that decides, by configuration, which implementation of store, tokens, tasks, events and blobs it
// gets, and hands each service what it needs.
//
// It must never do I/O before the first request, and keeps only what was built with success.
//
// What only some functions need is put together by packages below: mailboxes, syncing, outgoing. None of them chooses an implementation.
//
// Begin reading at Assemble in services.go; lazy.go is how a function gets it.
package wiring

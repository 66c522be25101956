// Package outbox hands over what commits have made due: events to the topic, tasks to their queues. The rows are written by package store in the
// commit itself, so whatever happens here, nothing is lost: a row stays until its handing over has succeeded, and the sweep takes up what a
// process left behind.
//
// It must never decide what is due, only carry it.
//
// Begin reading at Dispatcher.
package outbox

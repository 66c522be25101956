// Package tasks is work to be done later or at a pace: one task is one call of a function. In the cloud it is Cloud Tasks; on one machine a
// durable queue in the document file.
//
// A task is done at least once. A name that was used within the last hour is refused, as Cloud Tasks does, so names carry what they are about: an id, a
// slot of time.
//
// It must never drop a task whose function has not done it.
//
// Begin reading at Enqueuer in tasks.go; local.go is the queue of one machine.
package tasks

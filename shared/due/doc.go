// Package due runs what falls due in the document file of one machine: tasks and notifications, which in the cloud are Cloud Tasks' and Pub/Sub's matter. Several run at once, and one that takes
// long holds up no other.
//
// It must never decide what is due, nor keep anything: a piece of work is due until whoever keeps it says otherwise.
//
// Begin reading at due.go.
package due

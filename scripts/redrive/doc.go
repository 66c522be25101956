// Command redrive brings dead letters back: it takes messages from a dead-letter subscription and publishes them again to the topic that they were for, message by
// message, each acknowledged only once Pub/Sub has it again. README.md beside this file says when to use it.
//
// It must never show what a message carries: people's addresses are in it.
//
// Begin reading at redrive in redrive.go.
package main

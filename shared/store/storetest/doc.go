// Package storetest is the contract of the store: what its operations must keep, whatever database lies below. Each driver's test runs it.
//
// It must ask nothing of a database but what every driver can do.
//
// Begin reading at Run in storetest.go; the cases are listed below it, each file beside it is a subject of theirs, and world.go is what they act in.
package storetest

// Package storetest is the contract of the store: what its operations must keep, whatever database lies below. Each driver's test runs it.
//
// Begin reading at Run; each file is one subject.
package storetest

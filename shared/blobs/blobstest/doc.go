// Package blobstest is the contract of blobs.Collector as tests: every store runs the same suite, so that what works on one machine works in the cloud.
//
// It must use nothing but the interface, and wait for nothing but the calls it makes, so that it can run against a server over a network.
//
// Begin reading at Run; collect.go is about what nobody refers to.
package blobstest

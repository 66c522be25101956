// Package docstest is the contract of package docs as tests: every driver runs the same suite, so that the store's operations, tried on one,
// hold on the other.
//
// It must use nothing but package docs, and wait for nothing but the calls it makes, so that it can run against a server over a network.
//
// Begin reading at Run.
package docstest

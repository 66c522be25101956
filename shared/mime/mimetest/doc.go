// Package mimetest makes mail that harms whoever reads it carelessly, for tests and for figures.
//
// It must never be linked into a deployed function.
//
// Begin reading at hostile.go.
package mimetest

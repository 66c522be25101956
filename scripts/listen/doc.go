// Package listen is about ports of this machine: it takes the one that a program of this folder serves at, and finds a free one for a program that is to be started. It must never serve at one
// that its user did not ask for.
//
// Begin reading at On and FreePort.
package listen

// Package listen takes the port that a program of this folder serves at. It must never choose one that its user did not ask for.
//
// Begin reading at On.
package listen

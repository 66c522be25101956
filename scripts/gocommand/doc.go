// Package gocommand runs the go command for the programs of this folder that build functions, or look at what they are built from.
//
// It must never say less of what went wrong than the command itself does.
//
// Begin reading at Run.
package gocommand

// Command hostile measures what mail costs that is made to cost more than it weighs: to read it (package mime), and to make what it says fit to be shown (package safehtml).
// Its table stands in shared/mime/README.md.
//
// It must never be a check: what it measures is the machine as well. mime and safehtml have tests of their own that hold the bounds.
//
// Begin reading at measure in main.go.
package main

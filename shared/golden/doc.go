// Package golden holds what is generated from the code to what the code says now: a test that is given -update writes it anew.
//
// It must never be linked into a deployed function.
//
// Begin reading at File and Part.
package golden

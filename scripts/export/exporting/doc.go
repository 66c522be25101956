// Package exporting takes all mail of an account out of the API, page by page, into a file. What is broken off goes on where the last whole page ended, in the same process or in a
// later one; the end says whether the file is whole.
//
// It must never take half a page for a whole one, nor write mail anywhere else than into the one file.
//
// Begin reading at Run; page.go is how a page is looked at, state.go what is kept beside the file.
package exporting

// Package repeat says how calls of Google Cloud's services are tried again, so that all adapters do it in one way. What may be repeated, each of them knows itself.
//
// It must never repeat a call of Gmail: package gmail repeats these by what they cost, and by the times that Gmail names.
//
// Begin reading at repeat.go, which is all there is.
package repeat

// Package firestoretest stands between Firestore's clients and its emulator: it counts the documents that are read and written, as Firestore bills them, and
// lets a test act before a call reaches the database or after its answer has come, where a process can be killed at its worst moment.
//
// It must never be linked into a deployed function.
//
// Begin reading at Start.
package firestoretest

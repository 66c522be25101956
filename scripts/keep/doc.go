// Package keep keeps a simulated Gmail in a file, so that a program's mailboxes go on where they were. It must never be given a file that two programs have
// open.
//
// Begin reading at Restore and File.
package keep

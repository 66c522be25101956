// Command export takes all mail of an account out of Hire, through its API, as a Super Admin of the account: an mbox, or JSON lines with all files. README.md beside this file says
// what is in it, and what it takes to go on after a break-off.
//
// It must never print the token, nor take it from the command line.
//
// Begin reading at Run of package exporting.
package main

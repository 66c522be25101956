// Command gmailsim is the simulated Gmail alone, with Google's OAuth: for whatever speaks Gmail's API, such as the dev program with -gmail=real.
//
//	go run ./scripts/gmailsim                                              a few people's mailboxes
//	go run ./scripts/gmailsim -mailbox "Ada <ada@lab.example>" -fill 500   others, with mail in them
//	go run ./scripts/gmailsim -push http://127.0.0.1:9000/push             tells somebody of every change
//	go run ./scripts/gmailsim -data FILE                                   goes on where it was
//
// It prints the variables that lead a program to it. Its pages, and the same by JSON below /gmail/api/ (package web), are for acting by hand or by script as
// the owner of a mailbox, or as somebody outside who writes to one.
//
// It must never serve anybody but its own machine: it lets in whoever asks.
//
// Begin reading at run, then serve.go.
package main

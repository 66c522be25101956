// Package authresults reads Authentication-Results (RFC 8601): what the mail server that took a mail in has found out about its sender by SPF, DKIM and DMARC.
//
// The sender of a mail chooses much of what stands there: their envelope address is repeated in a comment, the identity of their signature as a value. So comments are taken
// off before anything is read, what is in quotes can end no clause, and a field whose comments or quotes do not close is an error, not a field with less in it.
//
// It must never read a field without being told by its caller whose it is: anybody can write one into their mail.
//
// Begin reading at field.go; gmail.go says whose word counts.
package authresults

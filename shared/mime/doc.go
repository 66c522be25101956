// Package mime reads mail into what Hire shows and keeps, and writes the mail that Hire sends.
//
// Mail is never refused for being broken: whatever has at least one byte that is no blank becomes a Message, and what was wrong with it is
// told in Message.Defects, in words for a person. Every string of a Message is valid UTF-8 without NUL. The work and the memory are bounded
// by the size of the mail, whatever its sender made it of: it is cut into parts without copying, at most 1,000 of them, at most 20 deep.
//
// It must never do I/O other than on the readers and writers it is given, read a clock, or make a random number: the same Outgoing gives the
// same bytes.
//
// Begin reading at Parse in parse.go and at build.go for what becomes of the parts; payload.go reads the form in which Gmail has taken
// a mail apart already; outgoing.go and compose.go write; quoted.go tells a reply from what it quotes.
package mime

// Package mailboxes puts together what a function needs that speaks to Google in users' names: connections, and the client of the Gmail API.
//
// It must hold no rule of connections: package connection has them.
//
// Begin reading at Of.
package mailboxes

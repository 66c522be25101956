// Package outgoing puts together what a function needs that sends mail, or tells how it would be sent.
//
// It must hold no rule of sending: package sending has them.
//
// Begin reading at Of.
package outgoing

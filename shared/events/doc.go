// Package events carries what has happened: CloudEvents 1.0 from us to Hire on the topic hire-mail-events, and Gmail's notifications from Google to us
// on the topic gmail-notifications. In the cloud both are Pub/Sub; on one machine a durable broker in the document file.
//
// An event is delivered at least once. It carries ids, never the content of a mail.
//
// Begin reading at Publisher in events.go; push.go is what a push subscription delivers; local.go the broker of one machine.
package events

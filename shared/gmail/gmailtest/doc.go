// Package gmailtest is Gmail for everything that must run without Google: tests, benchmarks and the dev program.
//
// A Server speaks HTTP on Google's own paths (/gmail/v1, /upload/gmail/v1, /batch/gmail/v1 and the OAuth endpoints of package
// oauthtest), so that the real clients of google.golang.org/api/gmail/v1 and golang.org/x/oauth2 run on it unchanged. Behind it
// are mailboxes, between which mail travels as it does in the world: by its recipients, with Bcc taken off, threaded by each mailbox
// for itself, passing that mailbox's filters. Addresses that are no mailbox of the simulator are the outside (Outside): that is where
// a candidate lives and answers from.
//
// It shows what integrations stumble over: Message-ID rewritten on send, attachment ids that change with every get, a draft used up
// by its send, history that lags behind its pushes, pages that are empty and go on, pushes lost, quota refusals whose time to try
// again stands only in the text. Behaviour switches what is reported but not certain; FaultRule breaks calls on purpose.
//
// Rules the package keeps:
//   - Time is Options.Now, chance is Options.Seed: the same calls give the same ids. It never sleeps.
//   - A mailbox has one lock; no lock is held while Publish or a hook runs, and never two mailboxes' locks at once.
//   - Raw mail is stored once, whoever received it; parts are offsets into it, found when asked for.
//   - No answer costs a walk through a mailbox, free-text search excepted.
//
// It must never be linked into a deployed function, and it stores nothing on disk: Save writes its state to whoever keeps it, Restore reads it.
//
// Begin reading at server.go, then call.go (the life of a request, whose methods stand in call_mail.go, call_thread.go, call_label.go and call_mailbox.go) and mailbox.go (what is
// stored); send.go and deliver.go bring mail from one mailbox to another. What a test or the dev program does as a person stands in owner.go, owner_draft.go and view.go for a mailbox,
// in outside.go for a candidate. save.go and restore.go let a dev program go on where it was.
package gmailtest

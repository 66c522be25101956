// Command bench measures the service on the simulated Gmail: how many messages a second come from Gmail into the durable store, how long after its arrival a mail is in the
// profile, what a notification, a send, an import and a recovery take, and what each costs: Gmail's units, round trips, documents, processor time and memory.
//
//	go run ./scripts/bench                          everything, ten minutes at most; a table
//	go run ./scripts/bench -out DIR                 bench.md, bench.json and bench.svg besides
//	go run ./scripts/bench -update                  the table and the plot into scripts/bench/README.md
//	go run ./scripts/bench -only replies/embedded/10/0ms   one figure, or those that a regular expression finds
//	go run ./scripts/bench -compare old.json new.json
//	go run ./scripts/bench -quick                   a smoke run; its figures mean nothing
//
// Gmail is a process of its own, and so is the service: one on the embedded store, or one for each function on Google's emulators. Requests, notifications and tasks go over HTTP with the tokens
// that they have in the cloud; all that is counted as stored is durable. It starts servers on loopback addresses alone and ends them by their process ids.
//
// It must never leave anything running, and must never reach Google.
//
// Begin reading at run, then works.go.
package main

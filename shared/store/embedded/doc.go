// Package embedded keeps documents (package docs) in one bbolt file, for running the whole service on one machine and for tests.
//
// It behaves as Firestore does where a program could tell: reads before writes, Create refused at the commit, times cut to
// microseconds, ids and queries bound by the same rules. It answers from memory-mapped pages, makes every Update durable before it
// returns nil, and lets Updates that come at once share one commit.
//
// It must never know what a document means, and never let an index differ from its documents: both are written in one bbolt
// transaction, and Check proves it.
//
// Begin reading at Open, then writer.go for how Updates take turns, keys.go for what lies where in the file.
package embedded

// Package hire holds the product's own words and rules: accounts, plans, roles, candidates, threads, messages; who may switch
// the integration on, which labels ask for an import, which candidate a conversation belongs to, who receives an in-app reply, and every error code a caller can meet.
//
// It must do no I/O, read no clock and import no other package of this module.
//
// Begin reading at account.go for who may do what, labels.go for what is imported, codes.go for the codes.
package hire

package store

import (
	"strconv"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Where things lie:
//
//	accounts/{account}                                    hire.Account
//	  users/{user}                                        hire.User
//	  logins/{address}                                    loginRecord: which user has this login address
//	  candidates/{candidate}                              hire.Candidate
//	  addresses/{address}                                 addressRecord: which candidates have this address
//	  revisions/{candidate}                               revisionRecord: counts changes of the candidate's mail
//	  merged/{candidate}                                  mergedRecord: who was merged into the candidate
//	  threads/{thread}                                    hire.Thread
//	    messages/{message}                                hire.Message
//	    seen/{user}                                       seenRecord: up to when the user has seen the thread
//	  rfcids/{digest of candidate and Message-ID}         rfcIDRecord: which threads hold it
//	  mailboxes/{user}                                    Mailbox: connection, cursor, lease
//	  gmail/{google sub}
//	    tracked/{gmail thread}                            Tracked
//	    aliases/{gmail message}                           Alias
//	    ledger/{gmail message}                            LedgerRow
//	    excluded/{gmail message}                          Exclusion
//	  waiting/{address}/conversations/{digest}            waitingRecord: an unmatched conversation that has this address
//	  sends/{digest of user and idempotency key}          Send
//	  batches/{digest of user and idempotency key}        Batch
//	    parts/{number}                                    BatchPart: how its mails stand
//	  paces/{user}                                        paceRecord: when the mailbox's next mail of a batch may leave
//	  imports/{digest of user and candidate}              AskedImports: conversations that the user has asked for
//	  uploads/{upload}                                    Upload
//	  blobs/{blob}/refs/{digest of the owner}             blobRefRecord: a message, an upload, a send or a batch that has the blob
//	  audit/{time}                                        AuditEntry
//	  deletions/{digest of what is deleted}               Deletion
//	    steps/{digest of what was done}                   DeletionStep
//	replies/{digest of account, user and thread}          ReplyTo: who may answer where by email
//	google/{google sub}                                   GoogleUser: live connections, lease, last revocation
//	google/{google sub}/begun/{gmail thread}              begunRecord: which account sends in the conversation
//	mailboxesof/{address}                                 mailboxesRecord: mailboxes with this Gmail address
//	oauthstates/{digest of state}                         OAuthState
//	due/{shard}/dues/{digest}                             dueRecord: when the sweep looks at the mailbox
//	outbox/{shard}/rows/{id}                              OutboxRow
//	quota/{shard}                                         unitsRecord: what was spent of Gmail's quota today
//	sweeps/blobs                                          blobSweepRecord: where the look for blobs that nothing refers to goes on
//	sweeps/mailboxes                                      Lease: who is sweeping over the mailboxes
const shards = 8

func accountRef(account string) docs.Ref { return docs.Path("accounts", account) }

func userRef(account, user string) docs.Ref { return accountRef(account).Child("users", user) }

func formerUserRef(account, user string) docs.Ref {
	return accountRef(account).Child("formerusers", user)
}

func loginRef(account, address string) docs.Ref {
	return accountRef(account).Child("logins", hire.NormalizeAddress(address))
}

func candidateRef(account, candidate string) docs.Ref {
	return accountRef(account).Child("candidates", candidate)
}

func addressRef(account, address string) docs.Ref {
	return accountRef(account).Child("addresses", hire.NormalizeAddress(address))
}

func revisionRef(account, candidate string) docs.Ref {
	return accountRef(account).Child("revisions", candidate)
}

func mergedRef(account, candidate string) docs.Ref {
	return accountRef(account).Child("merged", candidate)
}

func threadRef(account, thread string) docs.Ref { return accountRef(account).Child("threads", thread) }

func messageRef(account, thread, message string) docs.Ref {
	return threadRef(account, thread).Child("messages", message)
}

func seenRef(account, thread, user string) docs.Ref {
	return threadRef(account, thread).Child("seen", user)
}

func rfcIDRef(account, candidate, messageID string) docs.Ref {
	return accountRef(account).Child("rfcids", hire.Digest(candidate, messageID))
}

func mailboxRef(k MailboxKey) docs.Ref { return accountRef(k.AccountID).Child("mailboxes", k.UserID) }

func gmailRef(account, sub string) docs.Ref { return accountRef(account).Child("gmail", sub) }

func trackedRef(account, sub, gmailThread string) docs.Ref {
	return gmailRef(account, sub).Child("tracked", gmailThread)
}

func aliasRef(account, sub, gmailID string) docs.Ref {
	return gmailRef(account, sub).Child("aliases", gmailID)
}

func ledgerRef(account, sub, gmailID string) docs.Ref {
	return gmailRef(account, sub).Child("ledger", gmailID)
}

func exclusionRef(account, sub, gmailID string) docs.Ref {
	return gmailRef(account, sub).Child("excluded", gmailID)
}

func waitingRef(account, address, sub, gmailThread string) docs.Ref {
	return accountRef(account).Child("waiting", hire.NormalizeAddress(address)).Child("conversations", hire.Digest(sub, gmailThread))
}

func sendRef(account, sendID string) docs.Ref { return accountRef(account).Child("sends", sendID) }

func batchRef(account, batch string) docs.Ref { return accountRef(account).Child("batches", batch) }

func batchPartRef(account, batch string, part int) docs.Ref {
	return batchRef(account, batch).Child("parts", strconv.Itoa(part))
}

func paceRef(account, user string) docs.Ref { return accountRef(account).Child("paces", user) }

func askedRef(k MailboxKey, candidate string) docs.Ref {
	return accountRef(k.AccountID).Child("imports", hire.Digest(k.UserID, candidate))
}

func uploadRef(account, upload string) docs.Ref { return accountRef(account).Child("uploads", upload) }

func blobRef(account, blob string) docs.Ref { return accountRef(account).Child("blobs", blob) }

func blobRefRef(account, blob string, owner docs.Ref) docs.Ref {
	return blobRef(account, blob).Child("refs", hire.Digest("owner", string(owner)))
}

func auditRef(account, id string) docs.Ref { return accountRef(account).Child("audit", id) }

func replyRef(id string) docs.Ref { return docs.Path("replies", id) }

func googleUserRef(sub string) docs.Ref { return docs.Path("google", sub) }

func begunRef(sub, gmailThread string) docs.Ref {
	return googleUserRef(sub).Child("begun", gmailThread)
}

func mailboxesOfRef(address string) docs.Ref {
	return docs.Path("mailboxesof", hire.NormalizeAddress(address))
}

func oauthStateRef(stateDigest string) docs.Ref { return docs.Path("oauthstates", stateDigest) }

func dueRef(k MailboxKey) docs.Ref {
	id := hire.Digest(k.AccountID, k.UserID)
	return docs.Path("due", shardOf(id), "dues", id)
}

func outboxRef(id string) docs.Ref { return docs.Path("outbox", shardOf(id), "rows", id) }

var (
	blobSweepRef = docs.Path("sweeps", "blobs")
	sweepRef     = docs.Path("sweeps", "mailboxes")
)

func unitsRef(shard string) docs.Ref { return docs.Path("quota", shard) }

// shardOf spreads ids over the shards; the same id always lies in the same one.
func shardOf(id string) string {
	var sum byte
	for i := range len(id) {
		sum = sum*31 + id[i]
	}
	return shardName(int(sum) % shards)
}

func shardName(i int) string { return string(rune('a' + i)) }

// Schema lists the indexes and the expiring collections that the operations rely on: no more than they use, since each index is written with every document.
func Schema() docs.Schema {
	return docs.Schema{
		Indexes: []docs.Index{
			{Collection: "threads", Fields: []string{"CandidateID", "LastAt"}, Way: docs.Downwards},
			{Collection: "tracked", Fields: []string{"State", "Since"}},
			{Collection: "imports", Fields: []string{"CandidateID"}},
			{Collection: "mailboxes", Fields: []string{"State"}},
			{Collection: "messages", Fields: []string{"ReceivedAt"}, Way: docs.Downwards},
			{Collection: "ledger", Fields: []string{"NextTryAt"}},
			{Collection: "ledger", Fields: []string{"Since"}},
			{Collection: "rows", Fields: []string{"DueAt"}},
			{Collection: "dues", Fields: []string{"DueAt"}},
			{Collection: "audit", Fields: []string{"At"}, Way: docs.Downwards},
			{Collection: "audit", Fields: []string{"Action", "At"}, Way: docs.Downwards},
			{Collection: "audit", Fields: []string{"UserID", "At"}, Way: docs.Downwards},
			{Collection: "audit", Fields: []string{"UserID", "Action", "At"}, Way: docs.Downwards},
			{Collection: "refs", Fields: []string{"ExpiresAt"}, Way: docs.Downwards},
			{Collection: "deletions", Fields: []string{"RequestedAt"}, Way: docs.Downwards},
			{Collection: "deletions", Fields: []string{"Parent", "RequestedAt"}, Way: docs.Downwards},
			{Collection: "steps", Fields: []string{"At"}},
			{Collection: "sends", Fields: []string{"CandidateID"}},
			{Collection: "aliases", Fields: []string{"GmailThreadID"}},
			{Collection: "excluded", Fields: []string{"GmailThreadID"}},
		},
		TTLs: []docs.TTL{
			{Collection: "audit", Field: "ExpiresAt"},
			{Collection: "batches", Field: "ExpiresAt"},
			{Collection: "deletions", Field: "ExpiresAt"},
			{Collection: "imports", Field: "ExpiresAt"},
			{Collection: "oauthstates", Field: "ExpiresAt"},
			{Collection: "parts", Field: "ExpiresAt"},
			{Collection: "refs", Field: "ExpiresAt"},
			{Collection: "replies", Field: "ExpiresAt"},
			{Collection: "sends", Field: "ExpiresAt"},
			{Collection: "steps", Field: "ExpiresAt"},
			{Collection: "uploads", Field: "ExpiresAt"},
		},
	}
}

// Collections lists all collections that documents lie in, by the last part of their paths. In Firestore no field of them is indexed but by Schema.
func Collections() []string {
	return []string{
		"accounts", "addresses", "aliases", "audit", "batches", "begun", "candidates", "conversations", "deletions", "dues", "excluded", "formerusers", "google", "imports", "ledger",
		"logins", "mailboxes", "mailboxesof", "merged", "messages", "oauthstates", "paces", "parts", "quota", "refs", "replies", "revisions", "rfcids", "rows", "seen",
		"sends", "steps", "sweeps", "threads", "tracked",
		"uploads", "users",
	}
}

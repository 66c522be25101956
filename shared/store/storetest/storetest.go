// Package storetest is the contract of the store: what its operations must keep, whatever database lies below. Each driver's test runs it.
//
// Begin reading at Run; the cases are listed below it, each file beside this one is a subject of theirs, and world.go is what they act in.
package storetest

import (
	"testing"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Run runs the contract on databases that open makes, each empty and with the store's schema.
func Run(t *testing.T, open func(t *testing.T) docs.DB) {
	t.Helper()
	t.Logf("contract of the store: %d cases", len(cases))
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorld(t, appendOnly(t, open(t))))
		})
	}
}

var cases = map[string]func(*testing.T, *world){
	"an older version of a record does not win":                 olderVersion,
	"the integration is a Super Admin's and the plan's":         integration,
	"other addresses are a Super Admin's to allow":              aliases,
	"a downgrade switches off and queues the offboarding":       downgrade,
	"a deactivated user's mailbox is turned away":               deactivation,
	"nothing is kept of a deleted user":                         deletedUser,
	"a new address finds what waits for it":                     newAddress,
	"a connection begins a generation and passes the cursor on": generations,
	"a connection needs the lease on its google user":           googleLease,
	"an offboarding does nothing to a later connection":         staleOffboard,
	"only the first refusal makes an event":                     needsReconnect,
	"one sync at a time, and a push meanwhile is noticed":       leases,
	"an expired lease is taken over and fenced off":             fencing,
	"an idle advance gives way to a leaseholder":                idleAdvance,
	"a listing says when it began":                              listings,
	"the cursor never goes back":                                cursorForward,
	"a recovery is committed with its cursor":                   recovery,
	"importing twice changes nothing":                           importTwice,
	"two mailboxes with one mail make one entry":                oneEntry,
	"one message id, two mails: both are kept":                  sameMessageID,
	"mail without a message id is kept by its gmail id":         noMessageID,
	"a reply joins the thread that its references name":         joined,
	"without a candidate it waits, with the reason":             unmatched,
	"several profiles with one address: the newest, flagged":    ambiguous,
	"the ledger counts, retries and forgets":                    ledger,
	"an exclusion is a row and gives way to an import":          exclusions,
	"unlabelled stops later mail and keeps what is there":       unlabelled,
	"an account never meets another's mail":                     tenants,
	"one mailbox, two accounts: whose conversation it is":       begunElsewhere,
	"threads and messages page without gaps":                    paging,
	"a private flag is audited and seen by the revision":        private,
	"one key, one send":                                         oneSend,
	"one draft for a send, and its thread is tracked":           oneDraft,
	"a sent mail is filed once, whoever is first":               sentOnce,
	"a send that is taken back leaves nothing":                  sendTakenBack,
	"what lies in Sent is its user's, from any address":         sentFromAnotherAddress,
	"and so is what is recorded after a colleague's copy":       sentFromAnotherAddressThenRecorded,
	"a mail met in Sent settles its own mailbox's send alone":   settledBySync,
	"what nobody handed over is found again":                    leftInOutbox,
	"a state works once and not after ten minutes":              oauthState,
	"an upload is its user's and expires":                       uploads,
	"due mailboxes are found in their shards, and put off":      due,
	"what is asked for is queued once, and its end is noted":    askedOnce,
	"what is asked for is the chosen candidate's, or left":      askedForACandidate,
	"connections are counted by their state":                    connectionCounts,
	"what was seen is noted for each user, and never goes back": seen,
	"the audit trail lists newest first":                        audit,
	"a look at a private thread is audited once an hour":        auditOfViews,
	"an audit entry is listed for two years":                    auditExpires,
	"what comes in is audited, by conversation and commit":      auditOfMail,
	"each end of a connection is audited":                       auditOfConnections,
	"the audit trail is queried by user, action and time":       auditQueries,

	"a deletion tells its steps, each once":                   deletionSteps,
	"a connection made anew ends the deletion of the former":  deletionSuperseded,
	"a deleted candidate's mail is removed, nobody else's":    eraseCandidate,
	"a deleted candidate's mail is kept where it is to be":    keepCandidate,
	"a candidate who comes back stops the removal":            eraseStoppedByCandidate,
	"a setting that changes stops the removal":                eraseStoppedBySetting,
	"of a deleted account nothing stays but what tells of it": eraseAccount,
	"a deleted account lets nobody in, and comes back":        deletedAccount,

	"a queued send leaves the queue once":                    leavesOnce,
	"a queued send has one turn at a time":                   turns,
	"a send that goes back to the queue has no draft":        requeued,
	"mail met in Sent is not sent from the queue":            metWhileQueued,
	"a mail dropped from the queue has its draft looked for": droppedWithDraft,
	"nothing of a backup is sent by itself":                  fromBackup,
	"a batch is written part by part, each once":             batchParts,
	"a cancelled batch lets nothing leave":                   cancelledBatch,
	"the mails of batches keep a mailbox's pace":             pace,

	"a receipt counts what waits":                             receiptWaits,
	"a receipt counts what is excluded, and no longer":        receiptExclusions,
	"a listing's receipt counts what is there":                receiptListing,
	"a receipt counts a sent mail once":                       receiptOfASend,
	"the ledger's figures are those of all its rows":          ledgerFigures,
	"a colleague's copy first: one entry, one thread":         colleagueFirst,
	"a send whose mail was filed without its header":          headerLost,
	"two mails of one message id, in two threads and twice":   messageIDInTwoThreads,
	"a private thread opens only to those whom a mail names":  privateThread,
	"one mail does not go into two profiles":                  sameMailTwoProfiles,
	"a merged candidate's mail goes with them":                merged,
	"a mail sent after a merge joins its conversation":        sentAfterAMerge,
	"mail for a deleted candidate is not taken in":            deletedCandidate,
	"unlabelled stays unlabelled":                             staysUnlabelled,
	"what a sender writes does not stop a mailbox":            hostileHeaders,
	"a bounce is announced":                                   bounced,
	"who hears of a message can answer it by email":           replyAddresses,
	"a delivery report marks the mail it speaks of":           reportMarks,
	"a report that is faster than the record of its mail":     reportFirst,
	"a report and its mail in one commit":                     reportWithItsMail,
	"a mail that is imported after its reports":               reportThenItsMail,
	"a mail that was found is sent and nothing else":          foundIsFinal,
	"an unknown outcome turns into sent alone":                unknownIsFound,
	"a lost claim commits nothing":                            othersClaim,
	"a draft in a conversation not tracked has it listed":     listedAfterDraft,
	"a lease is renewed by its holder":                        renewedLease,
	"a listing broken off is no verification":                 partialListing,
	"a recovery is noted under the lease":                     recoveryUnderLease,
	"overdue rows come oldest first, and can be put off":      overdueRows,
	"a login address is its active user's":                    loginAddress,
	"many waiting conversations are queued in tasks that fit": manyWaiting,
	"any order of commits ends in the same profile":           anyOrder,
	"a draft that a dead process has left is noted":           orphanOfTheDead,
	"a draft that may be left is looked for in the end":       orphans,
	"a former address leads nowhere":                          formerAddress,

	"units of a day add up, and begin anew":         unitsOfADay,
	"one sweep at a time, and a dead one's is over": sweepLease,
	"an unmatched conversation is read as it was":   readUnmatched,

	"a resync is asked for once, and goes on":             resyncAsked,
	"a resync is noted under the lease":                   resyncUnderLease,
	"a resync passes on to the next connection":           resyncPassesOn,
	"a walk is asked for once each time":                  walkAsked,
	"nothing is asked of a mailbox that is not connected": askedInVain,
	"all tracked conversations are listed, in pages":      allTracked,
	"accounts are listed in pages":                        accountIDs,

	"a message keeps its blobs, where it is filed":     messageKeepsBlobs,
	"an upload keeps its blob until it expires":        uploadKeepsBlob,
	"a send keeps its blobs until it expires":          sendKeepsBlobs,
	"a queued send keeps its blobs until it expires":   queuedSendKeepsBlobs,
	"a batch keeps its blobs until it expires":         batchKeepsBlobs,
	"the look for blobs is one's turn, and goes on so": blobSweepTurns,
}

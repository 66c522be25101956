// Generated from ../openapi/openapi.json by generate.mjs. Do not edit.
import { Core } from "./core.js";
import type { Answer, Args, Options } from "./types.js";

/** Version of the contract that this client was generated from. */
export const version = "1.3.1";

const routes = {
  allowAliases: {"method":"PUT","path":"/settings/v1/aliases","query":[],"header":[],"signed":true},
  cancelBatch: {"method":"DELETE","path":"/sendmessage/v1/batches/{batch_id}","query":["limit","page_token"],"header":[],"signed":true},
  cancelMessage: {"method":"DELETE","path":"/sendmessage/v1/messages/{idempotency_key}","query":[],"header":[],"signed":true},
  disconnect: {"method":"DELETE","path":"/settings/v1/connection","query":[],"header":[],"signed":true},
  exportAccountAudit: {"method":"GET","path":"/directory/v1/accounts/{account_id}/audit/export","query":["user_id","action","from","to","page_token"],"header":[],"signed":true},
  exportAudit: {"method":"GET","path":"/settings/v1/audit/export","query":["user_id","action","from","to","page_token"],"header":[],"signed":true},
  exportMail: {"method":"GET","path":"/threads/v1/export","query":["format","page_token"],"header":[],"signed":true},
  finishConnect: {"method":"GET","path":"/oauthcallback/callback","query":["state","code","error"],"header":[],"signed":false},
  getAccountDeletionReport: {"method":"GET","path":"/directory/v1/accounts/{account_id}/deletions/{deletion_id}","query":[],"header":[],"signed":true},
  getAttachment: {"method":"GET","path":"/threads/v1/threads/{thread_id}/messages/{message_id}/attachments/{part_id}","query":[],"header":["Range","If-None-Match","If-Range"],"signed":true},
  getBatch: {"method":"GET","path":"/sendmessage/v1/batches/{batch_id}","query":["limit","page_token"],"header":[],"signed":true},
  getDeletionReport: {"method":"GET","path":"/settings/v1/deletions/{deletion_id}","query":[],"header":[],"signed":true},
  getMessage: {"method":"GET","path":"/sendmessage/v1/messages/{idempotency_key}","query":[],"header":[],"signed":true},
  getOriginal: {"method":"GET","path":"/threads/v1/threads/{thread_id}/messages/{message_id}/original","query":[],"header":["Range","If-None-Match","If-Range"],"signed":true},
  getReceipt: {"method":"GET","path":"/threads/v1/candidates/{candidate_id}/receipt","query":[],"header":[],"signed":true},
  getSendingPolicy: {"method":"GET","path":"/settings/v1/sending-policy","query":["kind"],"header":[],"signed":true},
  getSettings: {"method":"GET","path":"/settings/v1/settings","query":[],"header":[],"signed":true},
  getThread: {"method":"GET","path":"/threads/v1/threads/{thread_id}","query":["page_token","images"],"header":[],"signed":true},
  listAccountDeletions: {"method":"GET","path":"/directory/v1/accounts/{account_id}/deletions","query":["page_token"],"header":[],"signed":true},
  listAudit: {"method":"GET","path":"/settings/v1/audit","query":["user_id","action","from","to","page_token"],"header":[],"signed":true},
  listConnections: {"method":"GET","path":"/settings/v1/connections","query":["page_token"],"header":[],"signed":true},
  listDeletions: {"method":"GET","path":"/settings/v1/deletions","query":["page_token"],"header":[],"signed":true},
  listImportable: {"method":"GET","path":"/threads/v1/candidates/{candidate_id}/importable","query":["page_token"],"header":[],"signed":true},
  listImports: {"method":"GET","path":"/threads/v1/candidates/{candidate_id}/imports","query":[],"header":[],"signed":true},
  listReportKeys: {"method":"GET","path":"/settings/v1/report-keys","query":[],"header":[],"signed":true},
  listReportKeysForBackend: {"method":"GET","path":"/directory/v1/report-keys","query":[],"header":[],"signed":true},
  listSendingAddresses: {"method":"GET","path":"/settings/v1/connection/addresses","query":[],"header":[],"signed":true},
  listThreads: {"method":"GET","path":"/threads/v1/candidates/{candidate_id}/threads","query":["page_token"],"header":[],"signed":true},
  listUnmatched: {"method":"GET","path":"/threads/v1/unmatched","query":["page_token"],"header":[],"signed":true},
  openConsent: {"method":"GET","path":"/oauthcallback/start","query":["link"],"header":[],"signed":false},
  searchMail: {"method":"POST","path":"/threads/v1/candidates/{candidate_id}/search","query":[],"header":[],"signed":true},
  sendBatch: {"method":"POST","path":"/sendmessage/v1/batches","query":[],"header":["Idempotency-Key"],"signed":true},
  sendMessage: {"method":"POST","path":"/sendmessage/v1/messages","query":[],"header":["Idempotency-Key"],"signed":true},
  setPrivacy: {"method":"PUT","path":"/threads/v1/threads/{thread_id}/privacy","query":[],"header":[],"signed":true},
  setSeen: {"method":"PUT","path":"/threads/v1/threads/{thread_id}/seen","query":[],"header":[],"signed":true},
  startConnect: {"method":"POST","path":"/connect/v1/connect","query":[],"header":[],"signed":true},
  startImports: {"method":"POST","path":"/threads/v1/candidates/{candidate_id}/imports","query":[],"header":[],"signed":true},
  switchIntegration: {"method":"PUT","path":"/settings/v1/integration","query":[],"header":[],"signed":true},
  takeReply: {"method":"POST","path":"/inboundreply/v1/replies","query":[],"header":["X-Envelope-To","X-Envelope-From","Authentication-Results"],"signed":true},
  updateDirectory: {"method":"POST","path":"/directory/v1/batch","query":[],"header":[],"signed":true},
  uploadFile: {"method":"POST","path":"/sendmessage/v1/uploads","query":["filename"],"header":[],"signed":true},
  uploadReplyPart: {"method":"POST","path":"/inboundreply/v1/uploads","query":[],"header":["X-Envelope-To"],"signed":true},
  waitForChanges: {"method":"GET","path":"/threads/v1/candidates/{candidate_id}/changes","query":["since","wait"],"header":[],"signed":true},
} as const;

/** A client of the API: a function for each operation. Each throws a Problem. */
export class HireGmail extends Core {
  /** Let users send from other addresses of their mailboxes, or no longer. */
  allowAliases(args: Args<"allowAliases">, options?: Options): Promise<Answer<"allowAliases">> {
    return this.json(routes.allowAliases, args, options);
  }

  /** Cancel what is still queued of a batch. */
  cancelBatch(args: Args<"cancelBatch">, options?: Options): Promise<Answer<"cancelBatch">> {
    return this.json(routes.cancelBatch, args, options);
  }

  /** Cancel a message that is queued. */
  cancelMessage(args: Args<"cancelMessage">, options?: Options): Promise<Answer<"cancelMessage">> {
    return this.json(routes.cancelMessage, args, options);
  }

  /** Disconnect the caller's Gmail. The grant is revoked and the token destroyed soon after; mail that was imported stays. Without a connection it changes nothing. */
  disconnect(args: Args<"disconnect"> = {}, options?: Options): Promise<Answer<"disconnect">> {
    return this.json(routes.disconnect, args, options);
  }

  /** The audit trail of an account, to be saved. As exportAudit. It outlasts the account. */
  exportAccountAudit(args: Args<"exportAccountAudit">, options?: Options): Promise<Response> {
    return this.call(routes.exportAccountAudit, args, options);
  }

  /** The audit trail, to be saved, for Super Admins. JSON lines, at most 20,000 entries, newest first, then a line that says how many there were. Without that line the answer was cut off. */
  exportAudit(args: Args<"exportAudit"> = {}, options?: Options): Promise<Response> {
    return this.call(routes.exportAudit, args, options);
  }

  /** All mail of the account, page by page, for Super Admins. Private conversations are in it, which is audited. A page is some 16 MB; Next-Page-Token, absent at the end, asks for the next one. */
  exportMail(args: Args<"exportMail">, options?: Options): Promise<Response> {
    return this.call(routes.exportMail, args, options);
  }

  /** Callback: take Google's answer. Where Google sends the browser back to. It goes on to Hire's frontend: to return_to with connected=1, or with the problem's code as error and its sentence as detail. */
  finishConnectAddress(args: Args<"finishConnect"> = {}): string {
    return this.address(routes.finishConnect, args);
  }

  /** What was deleted, when, and what is kept and why, signed. */
  getAccountDeletionReport(args: Args<"getAccountDeletionReport">, options?: Options): Promise<Answer<"getAccountDeletionReport">> {
    return this.json(routes.getAccountDeletionReport, args, options);
  }

  /** A file of a message. Types that can carry scripts, such as HTML and SVG, come as application/octet-stream, to be saved. */
  getAttachment(args: Args<"getAttachment">, options?: Options): Promise<Response> {
    return this.call(routes.getAttachment, args, options);
  }

  /** How a batch stands. */
  getBatch(args: Args<"getBatch">, options?: Options): Promise<Answer<"getBatch">> {
    return this.json(routes.getBatch, args, options);
  }

  /** What was deleted, when, and what is kept and why, signed, for Super Admins. It may be asked for again: a later report tells more while the deletion is under way. */
  getDeletionReport(args: Args<"getDeletionReport">, options?: Options): Promise<Answer<"getDeletionReport">> {
    return this.json(routes.getDeletionReport, args, options);
  }

  /** What became of a message. */
  getMessage(args: Args<"getMessage">, options?: Options): Promise<Answer<"getMessage">> {
    return this.json(routes.getMessage, args, options);
  }

  /** An email reply as its writer wrote it. For its writer alone: it holds more than was sent to the others. */
  getOriginal(args: Args<"getOriginal">, options?: Options): Promise<Response> {
    return this.call(routes.getOriginal, args, options);
  }

  /** How much of a candidate's mail was compared with Gmail. */
  getReceipt(args: Args<"getReceipt">, options?: Options): Promise<Answer<"getReceipt">> {
    return this.json(routes.getReceipt, args, options);
  }

  /** Which way the caller's mail takes now. */
  getSendingPolicy(args: Args<"getSendingPolicy">, options?: Options): Promise<Answer<"getSendingPolicy">> {
    return this.json(routes.getSendingPolicy, args, options);
  }

  /** The caller's two settings screens. */
  getSettings(args: Args<"getSettings"> = {}, options?: Options): Promise<Answer<"getSettings">> {
    return this.json(routes.getSettings, args, options);
  }

  /** A conversation with its messages. A private one that the caller may not see is answered as one that does not exist. */
  getThread(args: Args<"getThread">, options?: Options): Promise<Answer<"getThread">> {
    return this.json(routes.getThread, args, options);
  }

  /** What was taken away of an account, newest first. As listDeletions. It outlasts the account. */
  listAccountDeletions(args: Args<"listAccountDeletions">, options?: Options): Promise<Answer<"listAccountDeletions">> {
    return this.json(routes.listAccountDeletions, args, options);
  }

  /** Who did what, newest first, for Super Admins. */
  listAudit(args: Args<"listAudit"> = {}, options?: Options): Promise<Answer<"listAudit">> {
    return this.json(routes.listAudit, args, options);
  }

  /** Connections of all users, for Super Admins. */
  listConnections(args: Args<"listConnections"> = {}, options?: Options): Promise<Answer<"listConnections">> {
    return this.json(routes.listConnections, args, options);
  }

  /** What was taken away, newest first, for Super Admins. Connections that have ended, deleted candidates, the integration switched off. */
  listDeletions(args: Args<"listDeletions"> = {}, options?: Options): Promise<Answer<"listDeletions">> {
    return this.json(routes.listDeletions, args, options);
  }

  /** Conversations with a candidate in the caller's mailbox that are not imported. Read from Gmail at this moment, for the caller alone, and kept nowhere. */
  listImportable(args: Args<"listImportable">, options?: Options): Promise<Answer<"listImportable">> {
    return this.json(routes.listImportable, args, options);
  }

  /** What the caller has asked to import into a candidate's profile, and how it has ended. */
  listImports(args: Args<"listImports">, options?: Options): Promise<Answer<"listImports">> {
    return this.json(routes.listImports, args, options);
  }

  /** Public keys that deletion reports are signed with. */
  listReportKeys(args: Args<"listReportKeys"> = {}, options?: Options): Promise<Answer<"listReportKeys">> {
    return this.json(routes.listReportKeys, args, options);
  }

  /** Public keys that deletion reports are signed with. */
  listReportKeysForBackend(args: Args<"listReportKeysForBackend"> = {}, options?: Options): Promise<Answer<"listReportKeysForBackend">> {
    return this.json(routes.listReportKeysForBackend, args, options);
  }

  /** Addresses that the caller's mailbox can send as. */
  listSendingAddresses(args: Args<"listSendingAddresses"> = {}, options?: Options): Promise<Answer<"listSendingAddresses">> {
    return this.json(routes.listSendingAddresses, args, options);
  }

  /** A candidate's conversations, newest activity first. Those that the caller may see: a private one is there for the people on it and for Super Admins. A page may hold fewer than 30, and yet not be the last. */
  listThreads(args: Args<"listThreads">, options?: Options): Promise<Answer<"listThreads">> {
    return this.json(routes.listThreads, args, options);
  }

  /** Labelled conversations of the caller's mailbox that are in no profile, and why. */
  listUnmatched(args: Args<"listUnmatched"> = {}, options?: Options): Promise<Answer<"listUnmatched">> {
    return this.json(routes.listUnmatched, args, options);
  }

  /** Start page: send the browser on to Google. Takes the one-time link of startConnect, sets a cookie, and redirects to Google's consent screen; a link that is not good any more, to Hire's frontend with the problem's code in the query, as error. */
  openConsentAddress(args: Args<"openConsent"> = {}): string {
    return this.address(routes.openConsent, args);
  }

  /** Search in a candidate's mail. In what the caller may see of it. One page looks through 300 messages at most. */
  searchMail(args: Args<"searchMail">, options?: Options): Promise<Answer<"searchMail">> {
    return this.json(routes.searchMail, args, options);
  }

  /** Send up to 500 messages, one after the other. All are accepted, or none. */
  sendBatch(args: Args<"sendBatch">, options?: Options): Promise<Answer<"sendBatch">> {
    return this.json(routes.sendBatch, args, options);
  }

  /** Send a message, or queue it for later. Sends from the caller's own Gmail, at most once for each key. An answer that did not come is asked for again with the same key and body. send_in_progress asks to do so in a moment; send_outcome_unknown says that nobody can tell whether the message has left. */
  sendMessage(args: Args<"sendMessage">, options?: Options): Promise<Answer<"sendMessage">> {
    return this.json(routes.sendMessage, args, options);
  }

  /** Make a conversation private, or visible again. For people on the conversation and Super Admins. */
  setPrivacy(args: Args<"setPrivacy">, options?: Options): Promise<Answer<"setPrivacy">> {
    return this.json(routes.setPrivacy, args, options);
  }

  /** Note that the caller has seen a conversation, up to a time. It never goes back, nor beyond what the conversation has. Opening a conversation does not note it. */
  setSeen(args: Args<"setSeen">, options?: Options): Promise<Answer<"setSeen">> {
    return this.json(routes.setSeen, args, options);
  }

  /** Begin to connect the caller's Gmail. Answers with an address to open in the caller's browser. It works once, for ten minutes, and leads through Google's consent screen back to return_to. */
  startConnect(args: Args<"startConnect">, options?: Options): Promise<Answer<"startConnect">> {
    return this.json(routes.startConnect, args, options);
  }

  /** Import conversations of the caller's mailbox into a candidate's profile. They are read by a task; listImports says how each has ended. Asking again for what waits or is imported changes nothing. */
  startImports(args: Args<"startImports">, options?: Options): Promise<Answer<"startImports">> {
    return this.json(routes.startImports, args, options);
  }

  /** Switch the integration on or off for the account. For Super Admins. Switched off, all connections of the account end; mail that was imported stays. */
  switchIntegration(args: Args<"switchIntegration">, options?: Options): Promise<Answer<"switchIntegration">> {
    return this.json(routes.switchIntegration, args, options);
  }

  /** Hand over a reply to a notification email. The mail itself, as it was received, at most 32 MB; a larger one by the ids of its uploaded parts. It may be repeated for as long as one likes: a mail is sent once. A success is final. So is a problem, but for 5xx, send_in_progress and rate_limited, after which the request is to be repeated, and body_too_large, after which the mail is to be uploaded in parts. A final problem with mail_back is told to the user by a mail with this content; one without must not be answered by mail. */
  takeReply(args: Args<"takeReply">, options?: Options): Promise<Answer<"takeReply">> {
    return this.json(routes.takeReply, args, options);
  }

  /** Tell what has changed in Hire's directory. Accounts, users and candidates, at most 500 in all. A record whose version is not above the stored one is ignored, so a request may be sent again as it is, and late updates do not win. Plans, roles and addresses count at once: connections end where they must, and conversations are looked at again. */
  updateDirectory(args: Args<"updateDirectory">, options?: Options): Promise<Answer<"updateDirectory">> {
    return this.json(routes.updateDirectory, args, options);
  }

  /** Upload a file, to be attached to a message. The body is the file itself, at most 25 MB, streamed; its Content-Type is what the attachment has. It waits for its message for a day. */
  uploadFile(args: Args<"uploadFile">, options?: Options): Promise<Answer<"uploadFile">> {
    return this.json(routes.uploadFile, args, options);
  }

  /** Upload a part of a mail that is larger than one request. */
  uploadReplyPart(args: Args<"uploadReplyPart">, options?: Options): Promise<Answer<"uploadReplyPart">> {
    return this.json(routes.uploadReplyPart, args, options);
  }

  /** Wait for news of a candidate's conversations. A long poll: it comes at once when the revision is above since, otherwise when it has risen, or after wait seconds. Ask again with the revision that it brings. */
  waitForChanges(args: Args<"waitForChanges">, options?: Options): Promise<Answer<"waitForChanges">> {
    return this.json(routes.waitForChanges, args, options);
  }
}

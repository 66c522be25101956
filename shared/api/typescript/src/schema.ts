// Generated from ../openapi/openapi.json by generate.mjs. Do not edit.
export interface paths {
    "/connect/v1/connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to connect the caller's Gmail
         * @description Answers with an address to open in the caller's browser. It works once, for ten minutes, and leads through Google's consent screen back to return_to.
         */
        post: operations["startConnect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/directory/v1/accounts/{account_id}/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit trail of an account, to be saved
         * @description As exportAudit. It outlasts the account.
         */
        get: operations["exportAccountAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/directory/v1/accounts/{account_id}/deletions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was taken away of an account, newest first
         * @description As listDeletions. It outlasts the account.
         */
        get: operations["listAccountDeletions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/directory/v1/accounts/{account_id}/deletions/{deletion_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was deleted, when, and what is kept and why, signed */
        get: operations["getAccountDeletionReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/directory/v1/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell what has changed in Hire's directory
         * @description Accounts, users and candidates, at most 500 in all. A record whose version is not above the stored one is ignored, so a request may be sent again as it is, and late updates do not win. Plans, roles and addresses count at once: connections end where they must, and conversations are looked at again.
         */
        post: operations["updateDirectory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/directory/v1/report-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public keys that deletion reports are signed with */
        get: operations["listReportKeysForBackend"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inboundreply/v1/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand over a reply to a notification email
         * @description The mail itself, as it was received, at most 32 MB; a larger one by the ids of its uploaded parts. It may be repeated for as long as one likes: a mail is sent once. A success is final. So is a problem, but for 5xx, send_in_progress and rate_limited, after which the request is to be repeated, and body_too_large, after which the mail is to be uploaded in parts. A final problem with mail_back is told to the user by a mail with this content; one without must not be answered by mail.
         */
        post: operations["takeReply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inboundreply/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload a part of a mail that is larger than one request */
        post: operations["uploadReplyPart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauthcallback/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Callback: take Google's answer
         * @description Where Google sends the browser back to. It goes on to Hire's frontend: to return_to with connected=1, or with the problem's code as error and its sentence as detail.
         */
        get: operations["finishConnect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauthcallback/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start page: send the browser on to Google
         * @description Takes the one-time link of startConnect, sets a cookie, and redirects to Google's consent screen; a link that is not good any more, to Hire's frontend with the problem's code in the query, as error.
         */
        get: operations["openConsent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sendmessage/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send up to 500 messages, one after the other
         * @description All are accepted, or none.
         */
        post: operations["sendBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sendmessage/v1/batches/{batch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a batch stands */
        get: operations["getBatch"];
        put?: never;
        post?: never;
        /** Cancel what is still queued of a batch */
        delete: operations["cancelBatch"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sendmessage/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message, or queue it for later
         * @description Sends from the caller's own Gmail, at most once for each key. An answer that did not come is asked for again with the same key and body. send_in_progress asks to do so in a moment; send_outcome_unknown says that nobody can tell whether the message has left.
         */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sendmessage/v1/messages/{idempotency_key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a message */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        /** Cancel a message that is queued */
        delete: operations["cancelMessage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sendmessage/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a file, to be attached to a message
         * @description The body is the file itself, at most 25 MB, streamed; its Content-Type is what the attachment has. It waits for its message for a day.
         */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Let users send from other addresses of their mailboxes, or no longer */
        put: operations["allowAliases"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, newest first, for Super Admins */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit trail, to be saved, for Super Admins
         * @description JSON lines, at most 20,000 entries, newest first, then a line that says how many there were. Without that line the answer was cut off.
         */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Disconnect the caller's Gmail
         * @description The grant is revoked and the token destroyed soon after; mail that was imported stays. Without a connection it changes nothing.
         */
        delete: operations["disconnect"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/connection/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Addresses that the caller's mailbox can send as */
        get: operations["listSendingAddresses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Connections of all users, for Super Admins */
        get: operations["listConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/deletions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was taken away, newest first, for Super Admins
         * @description Connections that have ended, deleted candidates, the integration switched off.
         */
        get: operations["listDeletions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/deletions/{deletion_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was deleted, when, and what is kept and why, signed, for Super Admins
         * @description It may be asked for again: a later report tells more while the deletion is under way.
         */
        get: operations["getDeletionReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/integration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Switch the integration on or off for the account
         * @description For Super Admins. Switched off, all connections of the account end; mail that was imported stays.
         */
        put: operations["switchIntegration"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/report-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public keys that deletion reports are signed with */
        get: operations["listReportKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/sending-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which way the caller's mail takes now */
        get: operations["getSendingPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's two settings screens */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/candidates/{candidate_id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Wait for news of a candidate's conversations
         * @description A long poll: it comes at once when the revision is above since, otherwise when it has risen, or after wait seconds. Ask again with the revision that it brings.
         */
        get: operations["waitForChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/candidates/{candidate_id}/importable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Conversations with a candidate in the caller's mailbox that are not imported
         * @description Read from Gmail at this moment, for the caller alone, and kept nowhere.
         */
        get: operations["listImportable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/candidates/{candidate_id}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the caller has asked to import into a candidate's profile, and how it has ended */
        get: operations["listImports"];
        put?: never;
        /**
         * Import conversations of the caller's mailbox into a candidate's profile
         * @description They are read by a task; listImports says how each has ended. Asking again for what waits or is imported changes nothing.
         */
        post: operations["startImports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/candidates/{candidate_id}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much of a candidate's mail was compared with Gmail */
        get: operations["getReceipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/candidates/{candidate_id}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search in a candidate's mail
         * @description In what the caller may see of it. One page looks through 300 messages at most.
         */
        post: operations["searchMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/candidates/{candidate_id}/threads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A candidate's conversations, newest activity first
         * @description Those that the caller may see: a private one is there for the people on it and for Super Admins. A page may hold fewer than 30, and yet not be the last.
         */
        get: operations["listThreads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All mail of the account, page by page, for Super Admins
         * @description Private conversations are in it, which is audited. A page is some 16 MB; Next-Page-Token, absent at the end, asks for the next one.
         */
        get: operations["exportMail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/threads/{thread_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A conversation with its messages
         * @description A private one that the caller may not see is answered as one that does not exist.
         */
        get: operations["getThread"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/threads/{thread_id}/messages/{message_id}/attachments/{part_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file of a message
         * @description Types that can carry scripts, such as HTML and SVG, come as application/octet-stream, to be saved.
         */
        get: operations["getAttachment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/threads/{thread_id}/messages/{message_id}/original": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An email reply as its writer wrote it
         * @description For its writer alone: it holds more than was sent to the others.
         */
        get: operations["getOriginal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/threads/{thread_id}/privacy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a conversation private, or visible again
         * @description For people on the conversation and Super Admins.
         */
        put: operations["setPrivacy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/threads/{thread_id}/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Note that the caller has seen a conversation, up to a time
         * @description It never goes back, nor beyond what the conversation has. Opening a conversation does not note it.
         */
        put: operations["setSeen"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/threads/v1/unmatched": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Labelled conversations of the caller's mailbox that are in no profile, and why */
        get: operations["listUnmatched"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description AccountSettings is the account-wide switch of the integration. */
        AccountSettings: {
            account_id: string;
            /** @description AliasesAllowed: users may send from other addresses of their mailboxes, see SendingAddresses. */
            aliases_allowed: boolean;
            /** @description the plan includes the integration */
            available: boolean;
            /** Format: date-time */
            changed_at?: string;
            /** @description user id */
            changed_by?: string;
            changed_by_name?: string;
            enabled: boolean;
            /** @description the caller may change that */
            may_allow_aliases: boolean;
            /** @description the caller may switch it */
            may_change: boolean;
            /**
             * @description starter, plus, pro, pro_plus
             * @enum {string}
             */
            plan: "starter" | "plus" | "pro" | "pro_plus";
        };
        /** @description Address is a person's mailbox. */
        Address: {
            email: string;
            name?: string;
        };
        /** @description AllowAliases is the body of PUT settings /v1/aliases, for Super Admins, which answers with Settings. */
        AllowAliases: {
            allowed: boolean;
        };
        /**
         * @description Attachment is a file of a message; its content is at
         *     GET threads /v1/threads/{thread_id}/messages/{message_id}/attachments/{part_id}.
         */
        Attachment: {
            content_id?: string;
            content_type: string;
            filename: string;
            inline: boolean;
            part_id: string;
            /** @description bytes */
            size: number;
        };
        /**
         * @description AttachmentRef names an attachment: one that was uploaded, or one of a message in the same profile. With a content id it is a picture within html, which must show it as
         *     <img src="cid:…">; the id is of the caller's making: letters, digits and . _ - @ +, at most 100 of them.
         */
        AttachmentRef: {
            content_id?: string;
            message_id?: string;
            part_id?: string;
            thread_id?: string;
            upload_id?: string;
        };
        /**
         * @description Audit answers GET settings /v1/audit?user_id=&action=&from=&to=&page_token=, for Super Admins, newest first. from and to are times (RFC 3339), to is not included.
         *     Entries are kept for two years.
         */
        Audit: {
            entries: components["schemas"]["AuditEntry"][];
            next_page_token?: string;
        };
        /** @description AuditEntry says who did what when: one row of GET settings /v1/audit, and one line of the audit trail's export. It names by ids and has no content of mail. */
        AuditEntry: {
            /**
             * @description Action is what was done: integration.enabled, integration.disabled, aliases.allowed, aliases.forbidden, mailbox.connected, mailbox.needs_reconnect,
             *     mailbox.disconnected, mailbox.resync, message.sent, message.queued, message.cancelled, message.not_sent and message.outcome_unknown (of one that was queued), batch.queued,
             *     batch.cancelled, import.requested, message.imported, thread.made_private, thread.made_visible, thread.private_viewed (once an hour for a user and conversation), mail.exported, audit.exported, account.deleted, account.restored, candidate.deleted, deletion.completed.
             * @enum {string}
             */
            action: "integration.enabled" | "integration.disabled" | "aliases.allowed" | "aliases.forbidden" | "mailbox.connected" | "mailbox.needs_reconnect" | "mailbox.disconnected" | "mailbox.resync" | "message.sent" | "message.queued" | "message.cancelled" | "message.not_sent" | "message.outcome_unknown" | "batch.queued" | "batch.cancelled" | "import.requested" | "message.imported" | "thread.made_private" | "thread.made_visible" | "thread.private_viewed" | "mail.exported" | "audit.exported" | "account.deleted" | "account.restored" | "candidate.deleted" | "deletion.completed";
            /** Format: date-time */
            at: string;
            /** @description whose mail it is about */
            candidate_id?: string;
            /**
             * @description Detail is of message.sent the message's id; of message.queued when it is to leave ("to leave at 2026-11-03T09:00:00Z"); of message.not_sent and
             *     message.outcome_unknown the code of why; of batch.queued how many mails it has ("mails: 12"); of message.imported how many messages of the conversation came in at once ("messages: 3"); else why it was done.
             */
            detail?: string;
            id: string;
            /** @description id of the user, conversation, candidate, batch or deletion that it was done to */
            target?: string;
            /** @description who did it; empty: the system, or Hire's backend */
            user_id?: string;
        };
        /**
         * @description AuditExportEnd is the last line of GET settings /v1/audit/export?user_id=&action=&from=&to=&page_token=, for Super Admins, and of GET directory
         *     /v1/accounts/{account_id}/audit/export, for Hire's backend. Both answer with JSON lines (application/x-ndjson): at most 20,000 of AuditEntry, newest first, then this
         *     one. Without it the answer was cut off.
         */
        AuditExportEnd: {
            /** @description true */
            end: boolean;
            /** @description lines before this one */
            entries: number;
            /** @description there are more: ask again with it */
            next_page_token?: string;
        };
        /**
         * @description Authentication is what Gmail found out about the sender of a mail when it took it in (RFC 8601), as far as it is about the domain in From. It proves that domain, never
         *     the person in it.
         */
        Authentication: {
            /**
             * @description Claims is the candidate or the user whose address a mail with the result fail names as its sender. Whoever shows the mail must warn that it may not be from them. Of a
             *     mail that does not count as the user's, from says kind other, and its direction is inbound.
             */
            claims?: components["schemas"]["Person"];
            /**
             * @description pass, fail, none
             * @enum {string}
             */
            dkim: "pass" | "fail" | "none";
            /**
             * @description pass, fail, none
             * @enum {string}
             */
            dmarc: "pass" | "fail" | "none";
            /** @description that is proved: the one in From, or one related to it */
            domain?: string;
            /**
             * @description Result is fail where the domain's owner has said by DMARC what their mail proves, and this does not: it may come from somebody else, or went through a mailing list that has
             *     changed it. It is none where the owner has said nothing: neither proved nor forged.
             * @enum {string}
             */
            result: "pass" | "fail" | "none";
            /**
             * @description pass, fail, none
             * @enum {string}
             */
            spf: "pass" | "fail" | "none";
        };
        /**
         * @description Batch answers POST sendmessage /v1/batches (202), and GET and DELETE sendmessage /v1/batches/{batch_id}?limit=100&page_token=…. DELETE cancels what is still
         *     queued: once it has answered, none of that leaves. What is being sent or was sent stays as it is; calling it again changes nothing.
         */
        Batch: {
            batch_id: string;
            /** Format: date-time */
            cancelled_at?: string;
            /** @description add up to total */
            counts: components["schemas"]["BatchCounts"];
            /** Format: date-time */
            created_at: string;
            /** @description every message is sent, failed or unknown */
            done: boolean;
            idempotency_key: string;
            /** @description a page of them, in the order of the request; POST shows none */
            messages: components["schemas"]["BatchOutcome"][];
            next_page_token?: string;
            /** @description by code: how many have it */
            problems: {
                [key: string]: number;
            };
            /** Format: date-time */
            send_at?: string;
            total: number;
        };
        /** @description BatchCounts are how many messages of a batch are in each state. */
        BatchCounts: {
            /** @description those that were cancelled, too */
            failed: number;
            queued: number;
            sending: number;
            sent: number;
            unknown: number;
        };
        /** @description BatchMessage is one message of a batch: a new one, as in SendMessage. */
        BatchMessage: {
            attachments?: components["schemas"]["AttachmentRef"][];
            bcc?: components["schemas"]["Address"][];
            candidate_id: string;
            cc?: components["schemas"]["Address"][];
            from?: string;
            html?: string;
            signature?: boolean;
            subject: string;
            text?: string;
            /** @description default: the candidate */
            to?: components["schemas"]["Address"][];
        };
        /** @description BatchOutcome says how one message of a batch stands, as SendResult does. */
        BatchOutcome: {
            candidate_id?: string;
            /** @description for GET and DELETE /v1/messages/{idempotency_key}, some seconds after the batch was accepted */
            idempotency_key: string;
            /** @description in the request, from 0 */
            index: number;
            /** Format: date-time */
            leaves_at?: string;
            message_id?: string;
            problem?: components["schemas"]["Notice"];
            /** Format: date-time */
            sent_at?: string;
            /** @enum {string} */
            state: "queued" | "sending" | "sent" | "failed" | "unknown";
            thread_id?: string;
        };
        /**
         * @description CandidateReceipt answers GET threads /v1/candidates/{candidate_id}/receipt: of all the candidate's threads that the caller may see, added up. It was checked as long
         *     ago as the one that was checked first.
         */
        CandidateReceipt: {
            /** Format: date-time */
            checked_at?: string;
            /** @description by reason, how many the rules leave out */
            excluded: {
                [key: string]: number;
            };
            /** @description messages in Gmail that the rules admit */
            in_gmail: number;
            /**
             * @description verified, repairing, unchecked (not compared yet), local (no mailbox holds it)
             * @enum {string}
             */
            state: "verified" | "repairing" | "unchecked" | "local";
            /** @description messages of Gmail's that are here */
            stored: number;
            threads: number;
        };
        /** @description CandidateThreads answers GET threads /v1/candidates/{candidate_id}/threads, newest activity first. */
        CandidateThreads: {
            next_page_token?: string;
            /** @description of the threads on this page, added up */
            receipt: components["schemas"]["Receipt"];
            /** @description for /changes */
            revision: number;
            threads: components["schemas"]["ThreadSummary"][];
        };
        /**
         * @description Changes answers GET threads /v1/candidates/{candidate_id}/changes?since=N&wait=S: it comes at once when the revision is
         *     above since, otherwise when it has risen or after wait seconds (at most 25).
         */
        Changes: {
            revision: number;
        };
        /**
         * @description What went wrong. It never changes its meaning; x-problem-codes says more of each.
         * @enum {string}
         */
        Code: "alias_not_allowed" | "alias_not_verified" | "alias_of_another_mailbox" | "body_too_large" | "cancelled" | "connect_required" | "consent_denied" | "consent_needed_again" | "daily_gmail_limit" | "empty_message" | "forbidden" | "gmail_not_enabled" | "gmail_unavailable" | "google_account_mismatch" | "idempotency_key_missing" | "idempotency_key_reused" | "integration_off" | "internal" | "invalid_address" | "invalid_batch" | "invalid_header_characters" | "invalid_request" | "malformed_json" | "message_too_large" | "method_not_allowed" | "no_recipient" | "not_found" | "not_on_thread" | "oauth_state_expired" | "oauth_state_invalid" | "permission_missing" | "plan_upgrade_required" | "range_not_satisfiable" | "rate_limited" | "reconnect_required" | "refused_by_gmail" | "reply_address_expired" | "reply_from_another_address" | "reply_message_id_reused" | "reply_sender_not_verified" | "role_may_not_send" | "send_in_progress" | "send_outcome_unknown" | "stale_connection" | "super_admin_required" | "temporarily_unavailable" | "token_expired" | "too_late_to_cancel" | "too_many_recipients" | "unauthenticated" | "unknown_alias" | "unknown_candidate" | "unknown_field" | "unknown_reply_address" | "unknown_thread" | "unknown_upload" | "unsupported_media_type" | "user_inactive";
        /** @description Connection is the state of one user's mailbox. */
        Connection: {
            /** Format: date-time */
            connected_at?: string;
            /** @description "" while not connected */
            gmail_address?: string;
            /** @description an import or a recovery under way */
            import?: components["schemas"]["Progress"];
            /** Format: date-time */
            last_push_at?: string;
            /**
             * Format: date-time
             * @description something was read from Gmail
             */
            last_sync_at?: string;
            /**
             * Format: date-time
             * @description everything up to then is here
             */
            last_verified_at?: string;
            /** @description the address the Google account must have */
            login_email: string;
            /** @description show "Connect Email Account" */
            may_connect: boolean;
            /** Format: date-time */
            oldest_waiting_since?: string;
            /** @description what is wrong and how to mend it */
            problem?: components["schemas"]["Notice"];
            /** @description while connected */
            quota?: components["schemas"]["Quota"];
            /** @description the last one that was asked for */
            resync?: components["schemas"]["Resync"];
            /**
             * @description not_connected, connected, needs_reconnect, disconnecting
             * @enum {string}
             */
            state: "not_connected" | "connected" | "needs_reconnect" | "disconnecting";
            /** Format: date-time */
            token_since?: string;
            /**
             * @description valid, as far as the last call has shown; refused by Google
             * @enum {string}
             */
            token_state?: "valid" | "refused";
            /** @description messages in the retry ledger */
            waiting: number;
            /** Format: date-time */
            watch_ends_at?: string;
        };
        /** @description ConnectionCounts says how many of the account's users are in each state of a connection, whatever page is asked for. */
        ConnectionCounts: {
            connected: number;
            disconnecting: number;
            needs_reconnect: number;
            not_connected: number;
            /** @description deactivated ones included */
            users: number;
        };
        /** @description ConnectStarted answers POST connect /v1/connect. */
        ConnectStarted: {
            /**
             * Format: date-time
             * @description ten minutes
             */
            expires_at: string;
            /** @description open it in the user's browser; works once */
            start_url: string;
        };
        /** @description Deletion is one row of DeletionList. */
        Deletion: {
            /** Format: date-time */
            completed_at?: string;
            id: string;
            /**
             * @description mailbox, integration (all connections of the account), candidate, account
             * @enum {string}
             */
            kind: "mailbox" | "integration" | "candidate" | "account";
            /** @description id of the deletion that this one is a part of */
            part_of?: string;
            /** @description disconnected, integration_off, plan_downgraded, user_deactivated, user_deleted, address_changed, candidate_deleted, account_deleted */
            reason: string;
            /** Format: date-time */
            requested_at: string;
            /** @description user id; empty: Hire's backend, or the system */
            requested_by: string;
            /**
             * @description under_way, completed, stopped
             * @enum {string}
             */
            state: "under_way" | "completed" | "stopped";
            /** @description id of the user, the candidate or the account */
            subject: string;
        };
        /**
         * @description DeletionList answers GET settings /v1/deletions?page_token=, for Super Admins, and GET directory /v1/accounts/{account_id}/deletions, for Hire's backend: newest first,
         *     of the last two years.
         */
        DeletionList: {
            deletions: components["schemas"]["Deletion"][];
            next_page_token?: string;
        };
        /** @description DeletionReport says what was deleted and when, and what is kept and why. It is made of what was noted while it happened. */
        DeletionReport: {
            account_id: string;
            /** Format: date-time */
            completed_at?: string;
            id: string;
            /**
             * Format: date-time
             * @description of this report; a later one may tell more while the deletion is under way
             */
            issued_at: string;
            kept: components["schemas"]["KeptRecord"][];
            /**
             * @description mailbox, integration (all connections of the account), candidate, account
             * @enum {string}
             */
            kind: "mailbox" | "integration" | "candidate" | "account";
            /** @description id of the deletion that this one is a part of */
            part_of?: string;
            /** @description deletions that are parts of this one, at most 5,000 */
            parts?: components["schemas"]["Deletion"][];
            /** @description disconnected, integration_off, plan_downgraded, user_deactivated, user_deleted, address_changed, candidate_deleted, account_deleted */
            reason: string;
            /** @description from the database, by what it is: messages, conversations, references_to_files, ... */
            removed: {
                [key: string]: number;
            };
            /** Format: date-time */
            requested_at: string;
            /** @description user id; empty: Hire's backend, or the system */
            requested_by: string;
            /** @description of the account, when it was asked for: keep, delete. Only of candidates and accounts */
            retention?: string;
            /**
             * @description under_way, completed, stopped
             * @enum {string}
             */
            state: "under_way" | "completed" | "stopped";
            /** @description in the order in which they ended */
            steps: components["schemas"]["DeletionStep"][];
            /** @description Stopped: why it ended before all was done: connected_anew, switched_on_again, restored, retention_changed. */
            stopped?: string;
            /** @description id of the user, the candidate or the account */
            subject: string;
        };
        /** @description DeletionStep is one thing that was done, or why it was not. */
        DeletionStep: {
            /** Format: date-time */
            at: string;
            /** @description in words */
            detail: string;
            /** @description names of what is gone: versions of a secret */
            items?: string[];
            /**
             * @description done, not_needed, not_possible, failed (and tried again)
             * @enum {string}
             */
            outcome: "done" | "not_needed" | "not_possible" | "failed";
            /** @description watch, grant, token, access_token, record, connections, mail */
            what: string;
        };
        /** @description Delivery says that a mail has not arrived. */
        Delivery: {
            /** Format: date-time */
            at: string;
            /** @description in the server's words */
            reason?: string;
            /** @description whom it has not reached; none where the server does not say */
            recipients: components["schemas"]["Address"][];
            /** @description the report: a message of the same profile */
            report_id: string;
            report_thread_id: string;
            /**
             * @description failed; delayed: a mail server goes on trying
             * @enum {string}
             */
            state: "failed" | "delayed";
            /** @description 5.1.1 (RFC 3463) */
            status?: string;
        };
        /** @description DirectoryAccount is a customer. */
        DirectoryAccount: {
            /**
             * @description Deleted: the customer has left. Every connection ends, nobody can do anything in the account any more, and what is kept of it goes if the retention is "delete". A
             *     later version without it brings the account back, with what is still there.
             */
            deleted?: boolean;
            id: string;
            name: string;
            /**
             * @description starter, plus, pro, pro_plus
             * @enum {string}
             */
            plan: "starter" | "plus" | "pro" | "pro_plus";
            /**
             * @description Retention says what becomes of the mail of a candidate or of the account once it is deleted: keep (default), delete. What is deleted while it is "delete" can't be brought back.
             * @enum {string}
             */
            retention?: "keep" | "delete" | "";
            version: number;
        };
        /**
         * @description DirectoryBatch is the body of POST directory /v1/batch, sent by Hire's backend: what has changed in its directory. A record whose
         *     version is not above the stored one is ignored. At most 500 records a request.
         */
        DirectoryBatch: {
            accounts?: components["schemas"]["DirectoryAccount"][];
            candidates?: components["schemas"]["DirectoryCandidate"][];
            users?: components["schemas"]["DirectoryUser"][];
        };
        /** @description DirectoryCandidate is a candidate of an account. */
        DirectoryCandidate: {
            account_id: string;
            deleted?: boolean;
            /** @description primary first */
            emails: string[];
            id: string;
            merged_into?: string;
            name: string;
            /** Format: date-time */
            updated_at: string;
            version: number;
        };
        /** @description DirectoryResult answers POST directory /v1/batch. */
        DirectoryResult: {
            applied: number;
            /** @description ignored, since a newer version is stored */
            stale: number;
        };
        /** @description DirectoryUser is a user of an account. */
        DirectoryUser: {
            account_id: string;
            active: boolean;
            /** @description the connection ends, and nothing is kept of the user; what they have sent stays */
            deleted?: boolean;
            /**
             * Format: email
             * @description login address
             */
            email: string;
            id: string;
            name: string;
            /**
             * @description super_admin, admin, hiring_manager, hiring_team_member, external_agency
             * @enum {string}
             */
            role: "super_admin" | "admin" | "hiring_manager" | "hiring_team_member" | "external_agency";
            version: number;
        };
        /** @description ExportedChunk is a piece of a file of the message before it, in their order. */
        ExportedChunk: {
            /** @description base64, of at most 384 KiB */
            data: string;
            last: boolean;
            message_id: string;
            /** @description the file is not there any more */
            missing?: boolean;
            part_id: string;
            /** @description chunk */
            type: string;
        };
        /**
         * @description ExportedMessage is a line of GET threads /v1/export?format=jsonl&page_token=, for Super Admins. That operation walks all mail of the account, private conversations
         *     included, which is audited: format mbox (RFC 4155, in the variant mboxrd; application/mbox) or jsonl (application/x-ndjson). An answer is a page of some 16 MB; the
         *     header Next-Page-Token, absent at the end, asks for the next one. Lines of jsonl are ExportedMessage, each followed by its files as ExportedChunk, and ExportEnd at last.
         */
        ExportedMessage: {
            attachments: components["schemas"]["Attachment"][];
            /** @description without claims */
            authentication?: components["schemas"]["Authentication"];
            bcc: components["schemas"]["Address"][];
            candidate_id: string;
            cc: components["schemas"]["Address"][];
            /**
             * Format: date-time
             * @description of the Date header
             */
            date?: string;
            defects?: string[];
            /** @description inbound, outbound */
            direction: string;
            from: components["schemas"]["Address"][];
            /** @description as it was sent: not made harmless */
            html: string;
            id: string;
            /** Format: date-time */
            imported_at: string;
            in_reply_to?: string[];
            /** @description of the conversation */
            private: boolean;
            /** Format: date-time */
            received_at: string;
            references?: string[];
            rfc822_message_id?: string;
            subject: string;
            text: string;
            thread_id: string;
            to: components["schemas"]["Address"][];
            /** @description message */
            type: string;
            /** @description the user who wrote it */
            user_id?: string;
            /** @description gmail, hire */
            via: string;
        };
        /** @description ExportEnd is the last line of a page. Without it the answer was cut off. */
        ExportEnd: {
            messages: number;
            next_page_token?: string;
            /** @description end */
            type: string;
        };
        /** @description FoundMessage is a message that was found. */
        FoundMessage: {
            /** @description inbound, outbound */
            direction: string;
            from: components["schemas"]["Person"];
            id: string;
            /** Format: date-time */
            received_at: string;
            /** @description the beginning of its text */
            snippet: string;
            subject: string;
            thread_id: string;
        };
        /** @description Import is a conversation that the caller has asked for. */
        Import: {
            /** Format: date-time */
            asked_at: string;
            /** @description the same as a sentence that says what to do */
            detail?: string;
            /** Format: date-time */
            ended_at?: string;
            gmail_thread_id: string;
            /** @description of one not imported: no_candidate_has_this_address, mailbox_is_not_the_login_address, candidate_deleted, conversation_of_another_candidate, not_in_gmail_any_more, gmail_cannot_show_it */
            reason?: string;
            /**
             * @description waiting, imported, not_imported
             * @enum {string}
             */
            state: "waiting" | "imported" | "not_imported";
            /** @description the conversation of the profile that it is in */
            thread_id?: string;
        };
        /** @description Importable is a conversation that can be imported. */
        Importable: {
            /**
             * Format: date-time
             * @description when its first message came
             */
            first_at: string;
            /** @description for StartImports; it means this conversation in the caller's mailbox only */
            gmail_thread_id: string;
            /**
             * Format: date-time
             * @description when its last message came
             */
            last_at: string;
            /** @description that an import brings */
            messages: number;
            /** @description in From, To and Cc of its messages, without the caller's mailbox; at most 50 */
            participants: components["schemas"]["Address"][];
            /**
             * @description State is new; waiting: it was asked for and its turn is yet to come; stopped: it is in the profile up to when its label was taken off.
             * @enum {string}
             */
            state: "new" | "waiting" | "stopped";
            /** @description of its first message */
            subject: string;
        };
        /**
         * @description ImportableList answers GET threads /v1/candidates/{candidate_id}/importable?page_token=…: conversations of the caller's own mailbox, read from Gmail at this moment and kept
         *     nowhere, that have one of the candidate's exact addresses in From, To or Cc of a message and are not imported. Newest first; what lies in spam, in the bin or in the drafts is
         *     not counted. Where the caller's mailbox is not connected the answer is 409 connect_required or reconnect_required.
         */
        ImportableList: {
            /** @description at most 10; there may be none on a page that others follow */
            conversations: components["schemas"]["Importable"][];
            /** @description for older ones; "" on the last page */
            next_page_token?: string;
        };
        /**
         * @description Imports answers GET threads /v1/candidates/{candidate_id}/imports, and POST likewise: what the caller has asked for in this profile within the last 30 days, newest first, at
         *     most 100.
         */
        Imports: {
            imports: components["schemas"]["Import"][];
        };
        /** @description KeptRecord is something that a deletion leaves. */
        KeptRecord: {
            /** @description in words */
            until: string;
            what: string;
            why: string;
        };
        /** @description MailBack is the member mail_back of a problem. */
        MailBack: {
            subject: string;
            text: string;
            to: string;
        };
        /**
         * @description MailFound is a page of what was found: the newest conversation first, and in each the newest message. One page looks through 300 messages at most, so there may be nothing on
         *     it, and others behind it. Conversations that the caller may not see are not looked through.
         */
        MailFound: {
            /** @description 50 at most */
            messages: components["schemas"]["FoundMessage"][];
            /** @description there is more to be looked through; "" at the end */
            next_page_token?: string;
            /** @description messages looked through for this page */
            searched: number;
        };
        /** @description Message is one mail of a thread. */
        Message: {
            attachments: components["schemas"]["Attachment"][];
            /** @description absent: it was sent from Gmail or Hire, came before this was noted, or Gmail has said nothing of its sender */
            authentication?: components["schemas"]["Authentication"];
            auto_reply: boolean;
            bounce: boolean;
            cc: components["schemas"]["Person"][];
            /** Format: date-time */
            date: string;
            /** @description what was broken in the mail and how it was read */
            defects?: string[];
            delivery?: components["schemas"]["Delivery"];
            /**
             * @description inbound, outbound
             * @enum {string}
             */
            direction: "inbound" | "outbound";
            from: components["schemas"]["Person"];
            /** @description sent by email reply: its writer gets the mail as they wrote it at …/messages/{message_id}/original */
            has_original: boolean;
            /** @description there are images that images=remote shows */
            has_remote_images: boolean;
            /**
             * @description HTML is sanitised: no styles, no ids, absolute links only. A picture that the mail brings along is <img data-content-id="X"> without a source, for the attachment whose
             *     content_id is X. Images on other servers are left out, or with images=remote in it where they are to be had by https.
             */
            html: string;
            id: string;
            /** @description what it quotes */
            quoted_text: string;
            /** Format: date-time */
            received_at: string;
            rfc822_message_id?: string;
            subject: string;
            /** @description the fresh part */
            text: string;
            thread_id: string;
            to: components["schemas"]["Person"][];
            /**
             * @description gmail, hire
             * @enum {string}
             */
            via: "gmail" | "hire";
        };
        /** @description Notice is something a person should read, with a stable code. */
        Notice: {
            /**
             * @description upgrade, connect, reconnect, enable
             * @enum {string}
             */
            action?: "upgrade" | "connect" | "reconnect" | "enable";
            code: components["schemas"]["Code"];
            detail: string;
            title: string;
        };
        /** @description Person is an address resolved against the account's directory. */
        Person: {
            email: string;
            /** @description user or candidate id */
            id?: string;
            /**
             * @description user, candidate, other
             * @enum {string}
             */
            kind: "user" | "candidate" | "other";
            name?: string;
        };
        /** @description Problem is how every operation answers with an error (RFC 9457), as application/problem+json; WriteProblem writes it. A code may bring further members. */
        Problem: {
            /** @description what went wrong, for programs */
            code: components["schemas"]["Code"];
            /** @description a sentence for people, saying what to do */
            detail: string;
            /** @description Errors says what is wrong with fields of the request, by field. */
            errors?: {
                [key: string]: string;
            };
            /** @description of that message */
            idempotency_key?: string;
            /** @description urn:hire:request:<trace>, by which support finds the log */
            instance?: string;
            /** @description of body_too_large: how many bytes a body may have */
            limit_bytes?: number;
            /** @description of a reply by email: what its writer is to be told */
            mail_back?: components["schemas"]["MailBack"];
            /** @description of invalid_batch: which messages can't be sent, and why */
            messages?: components["schemas"]["ProblemMessage"][];
            /** @description of malformed_json: where in the body, in bytes */
            offset?: number;
            /** @description State is how the message stands that the request was about, as in SendResult. */
            state?: string;
            /** @description of HTTP */
            status: number;
            /** @description short text of the code */
            title: string;
            /** @description urn:hire:problem:<code>, which never changes its meaning */
            type: string;
        };
        /** @description ProblemMessage says what is wrong with one message of a batch. */
        ProblemMessage: {
            code: components["schemas"]["Code"];
            detail: string;
            /** @description in the request, from 0 */
            index: number;
        };
        /** @description Progress of work on a mailbox. */
        Progress: {
            done: number;
            /**
             * Format: date-time
             * @description EndsAt is when it will be done if it goes on as it has so far; absent while that can't be said.
             */
            estimated_end_at?: string;
            /**
             * @description import: conversations that carry the label; recovery: messages since the history that Gmail has forgotten
             * @enum {string}
             */
            kind: "import" | "recovery";
            /** Format: date-time */
            started_at?: string;
            /** @description as Gmail guesses; 0: not known yet */
            total: number;
        };
        /** @description Quota is what is left of Gmail's quota, in its units, and for how long Gmail has asked us to leave a mailbox alone. */
        Quota: {
            /** @description within this minute, as the last sync knew */
            mailbox_units_left: number;
            mailbox_units_per_minute: number;
            /** @description today, for all mailboxes; some minutes old */
            project_units_left: number;
            project_units_per_day: number;
            /** Format: date-time */
            reading_paused_until?: string;
            /** Format: date-time */
            sending_paused_until?: string;
        };
        /** @description Receipt says what was compared with Gmail: "14 of 14, checked 09:42". */
        Receipt: {
            /** Format: date-time */
            checked_at?: string;
            /** @description by reason, how many the rules leave out */
            excluded: {
                [key: string]: number;
            };
            /** @description messages in Gmail that the rules admit */
            in_gmail: number;
            /**
             * @description verified, repairing, unchecked (not compared yet), local (no mailbox holds it)
             * @enum {string}
             */
            state: "verified" | "repairing" | "unchecked" | "local";
            /** @description messages of Gmail's that are here */
            stored: number;
        };
        /** @description ReplyByReference names the parts of a mail, in their order, each uploaded to POST inboundreply /v1/uploads with the header X-Envelope-To. */
        ReplyByReference: {
            upload_ids: string[];
        };
        /** @description ReplyResult answers POST inboundreply /v1/replies. */
        ReplyResult: {
            /** @description in the thread */
            message_id?: string;
            /**
             * @description of an ignored one: bounce, report, auto_reply, bulk, mailing_list, own_mail
             * @enum {string}
             */
            reason?: "bounce" | "report" | "auto_reply" | "bulk" | "mailing_list" | "own_mail";
            rfc822_message_id?: string;
            /** Format: date-time */
            sent_at?: string;
            /**
             * @description sent, duplicate, ignored
             * @enum {string}
             */
            state: "sent" | "duplicate" | "ignored";
            thread_id?: string;
        };
        /** @description ReportKey is a public key (RFC 8037). */
        ReportKey: {
            /** @description EdDSA */
            alg: string;
            /** @description Ed25519 */
            crv: string;
            /** @description its thumbprint (RFC 7638) */
            kid: string;
            /** @description OKP */
            kty: string;
            /** @description sig */
            use: string;
            /** @description base64url */
            x: string;
        };
        /**
         * @description ReportKeys answers GET settings /v1/report-keys, for every user, and GET directory /v1/report-keys, for Hire's backend: the public keys that reports are signed with, as a JWK Set (RFC 7517). Keep it with the
         *     reports.
         */
        ReportKeys: {
            keys: components["schemas"]["ReportKey"][];
        };
        /** @description Resync is a comparison of all conversations of a mailbox with Gmail that an operator has asked for, under way or ended. */
        Resync: {
            /** Format: date-time */
            asked_at: string;
            /** @description conversations compared */
            done: number;
            /** Format: date-time */
            ended_at?: string;
            /** @description messages that were missing */
            repaired: number;
            /** @description conversations there were when it was asked for */
            total: number;
        };
        /**
         * @description SearchMail is the body of POST threads /v1/candidates/{candidate_id}/search, which answers with MailFound. What is looked for does not stand in the address, which others
         *     log.
         */
        SearchMail: {
            /** @description next_page_token of the page before */
            page_token?: string;
            /**
             * @description Q is 1 to 10 words in 200 characters at most. A message is found if each of them is the beginning of a word in its subject, its text, the names and addresses in From, To
             *     and Cc, or the names of its files; case and accents do not count.
             */
            q: string;
        };
        /** @description Seen says how a conversation stands for the caller. */
        Seen: {
            /**
             * Format: date-time
             * @description absent: nothing was seen
             */
            seen_up_to?: string;
            unread: boolean;
        };
        /**
         * @description SendBatch is the body of POST sendmessage /v1/batches, which also asks for an Idempotency-Key header. It is at most 16 MiB. All messages are accepted, or none:
         *     where some can't be sent, the answer is 422 invalid_batch, whose member messages lists index, code and detail of each.
         */
        SendBatch: {
            /** @description 1 to 500 */
            messages: components["schemas"]["BatchMessage"][];
            /**
             * Format: date-time
             * @description of the first one, as in SendMessage; the others follow, one every 3 seconds and mailbox
             */
            send_at?: string;
        };
        /** @description SendingAddress is an address that the caller's mailbox can send as. */
        SendingAddress: {
            email: string;
            /** @description what Gmail itself writes new mail as */
            gmail_default: boolean;
            may_use: boolean;
            name: string;
            /** @description the mailbox's own address, which mail leaves from if nothing else is chosen */
            own: boolean;
            /** @description why it may not be used: alias_not_allowed, alias_not_verified, alias_of_another_mailbox */
            problem?: components["schemas"]["Notice"];
            /** @description The Gmail signature of the address, as a message with signature gets it; "" for none. The HTML is sanitised. */
            signature_html: string;
            signature_text: string;
        };
        /**
         * @description SendingAddresses answers GET settings /v1/connection/addresses: what the caller can put into from of a message, the mailbox's own address first. It is read from Gmail,
         *     where the user sets it up as "Send mail as".
         */
        SendingAddresses: {
            addresses: components["schemas"]["SendingAddress"][];
        };
        /** @description SendingPolicy answers GET settings /v1/sending-policy?kind=personal|automatic|bulk. */
        SendingPolicy: {
            /** @enum {string} */
            kind: "personal" | "automatic" | "bulk";
            /** @description a problem code where the route is not gmail, or Gmail does not send at the moment (daily_gmail_limit) */
            reason?: components["schemas"]["Code"];
            /**
             * Format: date-time
             * @description RetryAt is when Gmail sends for the mailbox again. Until then personal mail is refused with that time, bulk mail waits, and automatic mail has another route.
             */
            retry_at?: string;
            /**
             * @description gmail, hire_domain, blocked
             * @enum {string}
             */
            route: "gmail" | "hire_domain" | "blocked";
        };
        /** @description SendMessage is the body of POST sendmessage /v1/messages, which also asks for an Idempotency-Key header. */
        SendMessage: {
            attachments?: components["schemas"]["AttachmentRef"][];
            bcc?: components["schemas"]["Address"][];
            candidate_id: string;
            cc?: components["schemas"]["Address"][];
            /** @description From is another address of the user's mailbox (see SendingAddresses), where the account allows it; default: the mailbox's own. It is looked at again when the message leaves. */
            from?: string;
            html?: string;
            /**
             * Format: date-time
             * @description SendAt is when the message is to leave (RFC 3339): at most 30 days ahead, and not in the past but for a minute between clocks. It is then answered with 202
             *     and state queued. Text, signature, files, subject, named recipients, the conversation and the Google account are those of now; permission, connection, candidate, and
             *     the recipients of a reply or where none are named are looked at again when it leaves. DELETE /v1/messages/{idempotency_key} cancels it until then.
             */
            send_at?: string;
            /** @description Signature puts the Gmail signature of the address that the message leaves from below it: below html, below text, or both, as there are. */
            signature?: boolean;
            /** @description needed for a new message; on a reply another one starts a new conversation */
            subject?: string;
            text?: string;
            /** @description a reply; recipients are then Hire's rule, not the caller's */
            thread_id?: string;
            /** @description new message only; default: the candidate */
            to?: components["schemas"]["Address"][];
        };
        /**
         * @description SendResult answers POST sendmessage /v1/messages, GET and DELETE sendmessage /v1/messages/{idempotency_key}. DELETE cancels a message that is queued, which is
         *     then failed with the problem cancelled; it answers 409 too_late_to_cancel, with the member state, for one that is not queued any more.
         */
        SendResult: {
            /** @description of a message of a batch */
            batch_id?: string;
            cc: components["schemas"]["Address"][];
            /** @description where it is not the mailbox's own address */
            from?: components["schemas"]["Address"];
            idempotency_key: string;
            /**
             * Format: date-time
             * @description of a queued one: when it is tried next, at the earliest
             */
            leaves_at?: string;
            left_out: components["schemas"]["Address"][];
            /** @description in the thread */
            message_id?: string;
            /**
             * @description Problem says why it is failed or unknown; for a queued one, why it did not leave when it was last tried: daily_gmail_limit (it waits until Gmail sends again, three
             *     days at most) or one that asks the user to reconnect: reconnect_required, permission_missing, gmail_not_enabled (it waits for that a day).
             */
            problem?: components["schemas"]["Notice"];
            rfc822_message_id?: string;
            /**
             * Format: date-time
             * @description as asked for
             */
            send_at?: string;
            /** Format: date-time */
            sent_at?: string;
            /**
             * @description State is queued (waits for its time), sending, sent, failed (has not left) or unknown (nobody can tell: see problem). Sent, failed and unknown are final, but that
             *     unknown becomes sent where the mail is found.
             * @enum {string}
             */
            state: "queued" | "sending" | "sent" | "failed" | "unknown";
            thread_id?: string;
            /** @description of a queued one: as it would be now */
            to: components["schemas"]["Address"][];
        };
        /** @description SetPrivacy is the body of PUT threads /v1/threads/{thread_id}/privacy. */
        SetPrivacy: {
            private: boolean;
        };
        /**
         * @description SetSeen is the body of PUT threads /v1/threads/{thread_id}/seen, which answers with Seen: the caller has seen what the conversation had. To open a conversation alone notes
         *     nothing.
         */
        SetSeen: {
            /**
             * Format: date-time
             * @description UpTo is inbound_at as the conversation had it when it was shown, so that a mail that came since stays unread. An earlier time than one sent before changes nothing.
             */
            up_to: string;
        };
        /** @description Settings answers GET settings /v1/settings: what the caller's two settings screens show. */
        Settings: {
            account: components["schemas"]["AccountSettings"];
            connection: components["schemas"]["Connection"];
            /** @description what to tell the user now, most important first */
            notices: components["schemas"]["Notice"][];
        };
        /**
         * @description SignedDeletionReport answers GET settings /v1/deletions/{deletion_id}, for Super Admins, and GET directory /v1/accounts/{account_id}/deletions/{deletion_id}, for Hire's
         *     backend.
         */
        SignedDeletionReport: {
            report: components["schemas"]["DeletionReport"];
            /**
             * @description Signed is the same report as a JWS (RFC 7515, compact, EdDSA with Ed25519), of type deletion-report+jws. Its payload is the report's JSON. It is checked against
             *     ReportKeys, without asking anybody.
             */
            signed: string;
        };
        /** @description StartConnect is the body of POST connect /v1/connect. */
        StartConnect: {
            /** @description ReturnTo is a path in Hire's frontend to come back to ("/settings/email"); anything but a path is refused. */
            return_to?: string;
        };
        /**
         * @description StartImports is the body of POST threads /v1/candidates/{candidate_id}/imports, which answers 202 with Imports. Each conversation is read whole, even what is archived, and
         *     followed from then on, as if it were labelled. Asking again for what waits or is imported changes nothing.
         */
        StartImports: {
            /** @description 1 to 20, as ImportableList gives them */
            gmail_thread_ids: string[];
        };
        /** @description SwitchIntegration is the body of PUT settings /v1/integration. */
        SwitchIntegration: {
            enabled: boolean;
        };
        /**
         * @description Thread answers GET threads /v1/threads/{thread_id}: the newest page of its messages, oldest first. With images=remote the HTML of its messages has the images that lie
         *     on other servers, to be asked for by a person who was told that the sender then learns that the mail was read.
         */
        Thread: {
            /** @description another profile has the candidate's address too */
            also_matches: boolean;
            candidate_id: string;
            /** Format: date-time */
            first_at: string;
            id: string;
            /** Format: date-time */
            inbound_at?: string;
            /** Format: date-time */
            last_at: string;
            /**
             * @description inbound or outbound
             * @enum {string}
             */
            last_direction: "inbound" | "outbound";
            last_from: components["schemas"]["Person"];
            /** @description on the conversation, not written to by an in-app reply */
            left_out: components["schemas"]["Address"][];
            may_reply: boolean;
            message_list: components["schemas"]["Message"][];
            messages: number;
            /** @description for older messages */
            next_page_token?: string;
            owner_id?: string;
            private: boolean;
            receipt: components["schemas"]["Receipt"];
            reply_cc: components["schemas"]["Address"][];
            /** @description who an in-app reply goes to */
            reply_to: components["schemas"]["Address"][];
            snippet: string;
            subject: string;
            /**
             * @description Unread: a mail that is not a user's has come since the caller has seen the conversation. InboundAt is when the last such mail came into Hire, for SetSeen; absent where
             *     there is none.
             */
            unread: boolean;
            user_ids: string[];
        };
        /** @description ThreadSummary is one row of a candidate's Emails tab. */
        ThreadSummary: {
            /** @description another profile has the candidate's address too */
            also_matches: boolean;
            candidate_id: string;
            /** Format: date-time */
            first_at: string;
            id: string;
            /** Format: date-time */
            inbound_at?: string;
            /** Format: date-time */
            last_at: string;
            /**
             * @description inbound or outbound
             * @enum {string}
             */
            last_direction: "inbound" | "outbound";
            last_from: components["schemas"]["Person"];
            may_reply: boolean;
            messages: number;
            owner_id?: string;
            private: boolean;
            receipt: components["schemas"]["Receipt"];
            snippet: string;
            subject: string;
            /**
             * @description Unread: a mail that is not a user's has come since the caller has seen the conversation. InboundAt is when the last such mail came into Hire, for SetSeen; absent where
             *     there is none.
             */
            unread: boolean;
            user_ids: string[];
        };
        /** @description Unmatched is a conversation that carries the label, yet is in no profile. */
        Unmatched: {
            /** @description what to do about it */
            detail: string;
            gmail_thread_id: string;
            participants: components["schemas"]["Address"][];
            /**
             * @description no_candidate_has_this_address, ...
             * @enum {string}
             */
            reason: "no_candidate_has_this_address" | "no_other_participant" | "mailbox_is_not_the_login_address" | "candidate_deleted";
            /** Format: date-time */
            since: string;
            subject: string;
        };
        /** @description UnmatchedList answers GET threads /v1/unmatched: the caller's own mailbox. */
        UnmatchedList: {
            conversations: components["schemas"]["Unmatched"][];
            next_page_token?: string;
        };
        /** @description Upload answers POST sendmessage /v1/uploads?filename=cv.pdf, whose body is the file itself. */
        Upload: {
            content_type: string;
            /** Format: date-time */
            expires_at: string;
            filename: string;
            size: number;
            upload_id: string;
        };
        /** @description UserConnection is one row of GET settings /v1/connections, for Super Admins. */
        UserConnection: {
            email: string;
            name: string;
            problem?: components["schemas"]["Notice"];
            /** Format: date-time */
            since?: string;
            /** @enum {string} */
            state: "not_connected" | "connected" | "needs_reconnect" | "disconnecting";
            user_id: string;
        };
        /** @description UserConnections answers GET settings /v1/connections?page_token=…, for Super Admins: users by id, 100 a page. */
        UserConnections: {
            /** @description users on this page who are */
            connected: number;
            counts: components["schemas"]["ConnectionCounts"];
            next_page_token?: string;
            users: components["schemas"]["UserConnection"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description bytes: Range is understood. */
        "Accept-Ranges": string;
        /** @description inline for types that a browser shows without running anything (PDF, images, plain text), attachment for all others; with the file's name (RFC 6266). */
        "Content-Disposition": string;
        /** @description Which part of the content it is (RFC 9110 section 14.4). */
        "Content-Range": string;
        /** @description Names the content, for If-None-Match and If-Range. */
        ETag: string;
        /** @description Where the browser goes on. */
        Location: string;
        /** @description page_token of the next page; absent on the last one. */
        "Next-Page-Token": string;
        /** @description Requests a minute of the user or of the account, whichever is the tighter (draft-ietf-httpapi-ratelimit-headers-06). */
        "RateLimit-Limit": number;
        /** @description Requests left now. */
        "RateLimit-Remaining": number;
        /** @description Seconds until all of them are back; when refused, until the next one. */
        "RateLimit-Reset": number;
        /** @description When to try again: a date (RFC 9110 section 10.2.3), where one is known. */
        "Retry-After": string;
        /** @description Binds the way to Google and back to this browser. */
        "Set-Cookie": string;
        /** @description How to sign in (RFC 6750 section 3). */
        "WWW-Authenticate": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    startConnect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartConnect"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectStarted"];
                };
            };
            /** @description Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Upgrade required; Role may not send; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "plan_upgrade_required" | "role_may_not_send" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Integration is off. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "integration_off";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    exportAccountAudit: {
        parameters: {
            query?: {
                /** @description Only this action. */
                action?: "integration.enabled" | "integration.disabled" | "aliases.allowed" | "aliases.forbidden" | "mailbox.connected" | "mailbox.needs_reconnect" | "mailbox.disconnected" | "mailbox.resync" | "message.sent" | "message.queued" | "message.cancelled" | "message.not_sent" | "message.outcome_unknown" | "batch.queued" | "batch.cancelled" | "import.requested" | "message.imported" | "thread.made_private" | "thread.made_visible" | "thread.private_viewed" | "mail.exported" | "audit.exported" | "account.deleted" | "account.restored" | "candidate.deleted" | "deletion.completed";
                /** @description From this time on (RFC 3339). */
                from?: string;
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description Only what this user did. */
                user_id?: string;
            };
            header?: never;
            path: {
                /** @description Id of the account. */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON lines, streamed. */
            200: {
                headers: {
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listAccountDeletions: {
        parameters: {
            query?: {
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description Id of the account. */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionList"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getAccountDeletionReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the account. */
                account_id: string;
                /** @description Id of the deletion. */
                deletion_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedDeletionReport"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    updateDirectory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DirectoryBatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectoryResult"];
                };
            };
            /** @description Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listReportKeysForBackend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportKeys"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    takeReply: {
        parameters: {
            query?: never;
            header: {
                /** @description What the gateway found out by SPF, DKIM and DMARC (RFC 8601), in a single field of its own making. */
                "Authentication-Results"?: string;
                /** @description Of MAIL FROM; empty or <> for the null sender. */
                "X-Envelope-From": string;
                /** @description Of RCPT TO: the reply address. */
                "X-Envelope-To": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplyByReference"];
                "message/rfc822": unknown;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplyResult"];
                };
            };
            /** @description Idempotency key missing; Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "idempotency_key_missing" | "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Other addresses not allowed; Forbidden; Not on this conversation; Upgrade required; Reply from another address; Sender not verified; Role may not send; User deactivated. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "alias_not_allowed" | "forbidden" | "not_on_thread" | "plan_upgrade_required" | "reply_from_another_address" | "reply_sender_not_verified" | "role_may_not_send" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate; Unknown reply address; Unknown thread. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate" | "unknown_reply_address" | "unknown_thread";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Cancelled; Connect your email; No Gmail mailbox; Integration is off; Permission missing; Reconnect your email; Reply address expired; Another reply with this Message-ID; Being sent; Outcome unknown; Connection changed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "cancelled" | "connect_required" | "gmail_not_enabled" | "integration_off" | "permission_missing" | "reconnect_required" | "reply_address_expired" | "reply_message_id_reused" | "send_in_progress" | "send_outcome_unknown" | "stale_connection";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Body too large; Message too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large" | "message_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Sending address not verified; Address of another mailbox; Empty message; Idempotency key reused; Invalid address; Invalid characters; No recipient; Refused by Gmail; Too many recipients; Unknown sending address; Unknown attachment. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "alias_not_verified" | "alias_of_another_mailbox" | "empty_message" | "idempotency_key_reused" | "invalid_address" | "invalid_header_characters" | "no_recipient" | "refused_by_gmail" | "too_many_recipients" | "unknown_alias" | "unknown_upload";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Daily Gmail limit. */
            429: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "daily_gmail_limit";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Gmail unavailable; Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "gmail_unavailable" | "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    uploadReplyPart: {
        parameters: {
            query?: never;
            header: {
                /** @description Of RCPT TO: the reply address. */
                "X-Envelope-To": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Unknown reply address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unknown_reply_address";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Body too large; Message too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large" | "message_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    finishConnect: {
        parameters: {
            query?: {
                /** @description Authorization code (RFC 6749 section 4.1.2). */
                code?: string;
                /** @description Why there is no code (RFC 6749 section 4.1.2.1). */
                error?: string;
                /** @description As given to Google. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To Hire's frontend. */
            303: {
                headers: {
                    Location: components["headers"]["Location"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    openConsent: {
        parameters: {
            query?: {
                /** @description Of the address that startConnect has answered with. */
                link?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To Google's consent screen, or to Hire's frontend with error and detail in the query. */
            303: {
                headers: {
                    Location: components["headers"]["Location"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    sendBatch: {
        parameters: {
            query?: never;
            header: {
                /** @description A random value for each new message or batch, and the same one when a request is repeated: what was decided under a key stands, and nothing is sent twice. It may not begin with "batch:". */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendBatch"];
            };
        };
        responses: {
            /** @description All are queued. */
            202: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Idempotency key missing; Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "idempotency_key_missing" | "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Upgrade required; Role may not send; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "plan_upgrade_required" | "role_may_not_send" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Connect your email; No Gmail mailbox; Integration is off; Permission missing; Reconnect your email. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "connect_required" | "gmail_not_enabled" | "integration_off" | "permission_missing" | "reconnect_required";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Idempotency key reused; Messages that can't be sent; Unknown attachment. */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "idempotency_key_reused" | "invalid_batch" | "unknown_upload";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Gmail unavailable; Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "gmail_unavailable" | "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getBatch: {
        parameters: {
            query?: {
                /** @description Messages a page, 100 if left out. */
                limit?: number;
                /** @description next_page_token of the page before; left out for the first page. */
                page_token?: number;
            };
            header?: never;
            path: {
                /** @description Id that the batch was answered with. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    cancelBatch: {
        parameters: {
            query?: {
                /** @description Messages a page, 100 if left out. */
                limit?: number;
                /** @description next_page_token of the page before; left out for the first page. */
                page_token?: number;
            };
            header?: never;
            path: {
                /** @description Id that the batch was answered with. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header: {
                /** @description A random value for each new message or batch, and the same one when a request is repeated: what was decided under a key stands, and nothing is sent twice. It may not begin with "batch:". */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendMessage"];
            };
        };
        responses: {
            /** @description It was sent. */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendResult"];
                };
            };
            /** @description It is queued for send_at. */
            202: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendResult"];
                };
            };
            /** @description Idempotency key missing; Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "idempotency_key_missing" | "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Other addresses not allowed; Not on this conversation; Upgrade required; Role may not send; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "alias_not_allowed" | "not_on_thread" | "plan_upgrade_required" | "role_may_not_send" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate; Unknown thread. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate" | "unknown_thread";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Cancelled; Connect your email; No Gmail mailbox; Integration is off; Permission missing; Reconnect your email; Being sent; Outcome unknown; Connection changed. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "cancelled" | "connect_required" | "gmail_not_enabled" | "integration_off" | "permission_missing" | "reconnect_required" | "send_in_progress" | "send_outcome_unknown" | "stale_connection";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Body too large; Message too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large" | "message_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Sending address not verified; Address of another mailbox; Empty message; Idempotency key reused; Invalid address; Invalid characters; No recipient; Refused by Gmail; Too many recipients; Unknown sending address; Unknown attachment. */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "alias_not_verified" | "alias_of_another_mailbox" | "empty_message" | "idempotency_key_reused" | "invalid_address" | "invalid_header_characters" | "no_recipient" | "refused_by_gmail" | "too_many_recipients" | "unknown_alias" | "unknown_upload";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Daily Gmail limit; Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "daily_gmail_limit" | "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Gmail unavailable; Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "gmail_unavailable" | "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Key that the message was sent with, or that its batch names. */
                idempotency_key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendResult"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    cancelMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Key that the message was sent with, or that its batch names. */
                idempotency_key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendResult"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too late to cancel. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_late_to_cancel";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    uploadFile: {
        parameters: {
            query: {
                /** @description Name of the file, as the recipient sees it. */
                filename: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Role may not send; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "role_may_not_send" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Message too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "message_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Invalid characters. */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_header_characters";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    allowAliases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AllowAliases"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Upgrade required; Super Admin required; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "plan_upgrade_required" | "super_admin_required" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Only this action. */
                action?: "integration.enabled" | "integration.disabled" | "aliases.allowed" | "aliases.forbidden" | "mailbox.connected" | "mailbox.needs_reconnect" | "mailbox.disconnected" | "mailbox.resync" | "message.sent" | "message.queued" | "message.cancelled" | "message.not_sent" | "message.outcome_unknown" | "batch.queued" | "batch.cancelled" | "import.requested" | "message.imported" | "thread.made_private" | "thread.made_visible" | "thread.private_viewed" | "mail.exported" | "audit.exported" | "account.deleted" | "account.restored" | "candidate.deleted" | "deletion.completed";
                /** @description From this time on (RFC 3339). */
                from?: string;
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description Only what this user did. */
                user_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Audit"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Super Admin required. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "super_admin_required";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    exportAudit: {
        parameters: {
            query?: {
                /** @description Only this action. */
                action?: "integration.enabled" | "integration.disabled" | "aliases.allowed" | "aliases.forbidden" | "mailbox.connected" | "mailbox.needs_reconnect" | "mailbox.disconnected" | "mailbox.resync" | "message.sent" | "message.queued" | "message.cancelled" | "message.not_sent" | "message.outcome_unknown" | "batch.queued" | "batch.cancelled" | "import.requested" | "message.imported" | "thread.made_private" | "thread.made_visible" | "thread.private_viewed" | "mail.exported" | "audit.exported" | "account.deleted" | "account.restored" | "candidate.deleted" | "deletion.completed";
                /** @description From this time on (RFC 3339). */
                from?: string;
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description Only what this user did. */
                user_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON lines, streamed. */
            200: {
                headers: {
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Super Admin required. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "super_admin_required";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    disconnect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listSendingAddresses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendingAddresses"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Upgrade required; Role may not send; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "plan_upgrade_required" | "role_may_not_send" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Connect your email; No Gmail mailbox; Integration is off; Permission missing; Reconnect your email. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "connect_required" | "gmail_not_enabled" | "integration_off" | "permission_missing" | "reconnect_required";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Gmail unavailable; Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "gmail_unavailable" | "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listConnections: {
        parameters: {
            query?: {
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserConnections"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Super Admin required. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "super_admin_required";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listDeletions: {
        parameters: {
            query?: {
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionList"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Super Admin required. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "super_admin_required";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getDeletionReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the deletion. */
                deletion_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedDeletionReport"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Super Admin required. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "super_admin_required";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    switchIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SwitchIntegration"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Upgrade required; Super Admin required; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "plan_upgrade_required" | "super_admin_required" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listReportKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportKeys"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getSendingPolicy: {
        parameters: {
            query: {
                /** @description personal: written by the user; automatic: an acknowledgement, a reminder; bulk. */
                kind: "personal" | "automatic" | "bulk";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendingPolicy"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    waitForChanges: {
        parameters: {
            query?: {
                /** @description Revision that the caller knows; 0 if left out. */
                since?: number;
                /** @description Seconds to wait at most: 25, and 0 if left out. */
                wait?: number;
            };
            header?: never;
            path: {
                /** @description Id of the candidate, as the directory has it. One that was merged leads to the one that took its place. */
                candidate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changes"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listImportable: {
        parameters: {
            query?: {
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description Id of the candidate, as the directory has it. One that was merged leads to the one that took its place. */
                candidate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportableList"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Upgrade required; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "plan_upgrade_required" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Connect your email; No Gmail mailbox; A different Google account; Integration is off; Permission missing; Reconnect your email; Connection changed. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "connect_required" | "gmail_not_enabled" | "google_account_mismatch" | "integration_off" | "permission_missing" | "reconnect_required" | "stale_connection";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Gmail unavailable; Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "gmail_unavailable" | "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listImports: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the candidate, as the directory has it. One that was merged leads to the one that took its place. */
                candidate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imports"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    startImports: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the candidate, as the directory has it. One that was merged leads to the one that took its place. */
                candidate_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartImports"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imports"];
                };
            };
            /** @description Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Upgrade required; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "plan_upgrade_required" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Connect your email; No Gmail mailbox; A different Google account; Integration is off; Permission missing; Reconnect your email; Connection changed. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "connect_required" | "gmail_not_enabled" | "google_account_mismatch" | "integration_off" | "permission_missing" | "reconnect_required" | "stale_connection";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Gmail unavailable; Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "gmail_unavailable" | "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the candidate, as the directory has it. One that was merged leads to the one that took its place. */
                candidate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CandidateReceipt"];
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    searchMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the candidate, as the directory has it. One that was merged leads to the one that took its place. */
                candidate_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchMail"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailFound"];
                };
            };
            /** @description Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listThreads: {
        parameters: {
            query?: {
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description Id of the candidate, as the directory has it. One that was merged leads to the one that took its place. */
                candidate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CandidateThreads"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    exportMail: {
        parameters: {
            query: {
                /** @description mbox: RFC 4155, in the variant mboxrd, rebuilt from what Hire keeps. jsonl: JSON lines. */
                format: "mbox" | "jsonl";
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, streamed. */
            200: {
                headers: {
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    "Next-Page-Token": components["headers"]["Next-Page-Token"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/mbox": unknown;
                    "application/x-ndjson": string;
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Super Admin required; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "super_admin_required" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getThread: {
        parameters: {
            query?: {
                /** @description remote: with the images that lie on other servers, to be asked for by a person who was told that the sender then learns that the mail was read. */
                images?: "remote";
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description Id of the conversation. */
                thread_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Thread"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate; Unknown thread. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate" | "unknown_thread";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getAttachment: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an earlier answer; it is answered with 304 while that stands. */
                "If-None-Match"?: string;
                /** @description ETag of an earlier answer: Range counts only while that stands. */
                "If-Range"?: string;
                /** @description Part of the content (RFC 9110 section 14.2), such as bytes=0-1023. */
                Range?: string;
            };
            path: {
                /** @description Id of the message in its conversation. */
                message_id: string;
                /** @description part_id of the attachment. */
                part_id: string;
                /** @description Id of the conversation. */
                thread_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole content, streamed. */
            200: {
                headers: {
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                    "application/pdf": unknown;
                    "image/gif": unknown;
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                    "text/plain": unknown;
                };
            };
            /** @description The part that Range asks for; several parts as multipart/byteranges. */
            206: {
                headers: {
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                    "application/pdf": unknown;
                    "image/gif": unknown;
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                    "multipart/byteranges": unknown;
                    "text/plain": unknown;
                };
            };
            /** @description What the caller has is still right. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown thread. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_thread";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Range not satisfiable. */
            416: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "range_not_satisfiable";
                        /** @constant */
                        status?: 416;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getOriginal: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an earlier answer; it is answered with 304 while that stands. */
                "If-None-Match"?: string;
                /** @description ETag of an earlier answer: Range counts only while that stands. */
                "If-Range"?: string;
                /** @description Part of the content (RFC 9110 section 14.2), such as bytes=0-1023. */
                Range?: string;
            };
            path: {
                /** @description Id of the message in its conversation. */
                message_id: string;
                /** @description Id of the conversation. */
                thread_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole content, streamed. */
            200: {
                headers: {
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description The part that Range asks for; several parts as multipart/byteranges. */
            206: {
                headers: {
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                    "multipart/byteranges": unknown;
                };
            };
            /** @description What the caller has is still right. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown thread. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_thread";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Range not satisfiable. */
            416: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "range_not_satisfiable";
                        /** @constant */
                        status?: 416;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    setPrivacy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the conversation. */
                thread_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetPrivacy"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThreadSummary"];
                };
            };
            /** @description Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown candidate; Unknown thread. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_candidate" | "unknown_thread";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    setSeen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the conversation. */
                thread_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetSeen"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Seen"];
                };
            };
            /** @description Invalid request; Malformed JSON; Unknown field. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request" | "malformed_json" | "unknown_field";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; Unknown thread. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "unknown_thread";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Body too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "body_too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type. */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listUnmatched: {
        parameters: {
            query?: {
                /** @description next_page_token of the page before; left out for the first page. It is opaque. */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnmatchedList"];
                };
            };
            /** @description Invalid request. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Token expired; Not signed in. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "token_expired" | "unauthenticated";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; User deactivated. */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "user_inactive";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found. */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error. */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable. */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "temporarily_unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
}

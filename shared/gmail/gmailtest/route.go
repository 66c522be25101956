package gmailtest

import "slices"

// The scopes of the Gmail API.
// Source: https://developers.google.com/workspace/gmail/api/auth/scopes
const (
	scopeFull     = "https://mail.google.com/"
	scopeModify   = "https://www.googleapis.com/auth/gmail.modify"
	scopeReadonly = "https://www.googleapis.com/auth/gmail.readonly"
	scopeMetadata = "https://www.googleapis.com/auth/gmail.metadata"
	scopeCompose  = "https://www.googleapis.com/auth/gmail.compose"
	scopeSend     = "https://www.googleapis.com/auth/gmail.send"
	scopeLabels   = "https://www.googleapis.com/auth/gmail.labels"
	scopeInsert   = "https://www.googleapis.com/auth/gmail.insert"
	scopeSettings = "https://www.googleapis.com/auth/gmail.settings.basic"
)

// route is a method of the API.
type route struct {
	name   string // as Google's quota table names it: "messages.get"
	verb   string
	path   []string // after the user; "*" is an argument
	shape  *shape
	scopes []string // each of which allows it
	upload bool     // also at /upload
	handle func(*call) *apiError
}

func (r *route) match(verb string, parts []string, upload bool) ([]string, bool) {
	if r.verb != verb || len(r.path) != len(parts) || upload && !r.upload {
		return nil, false
	}
	var args []string
	for i, p := range r.path {
		switch {
		case p == "*" && parts[i] != "":
			args = append(args, parts[i])
		case p != parts[i]:
			return nil, false
		}
	}
	return args, true
}

func (r *route) allowed(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(r.scopes, s) })
}

var (
	toRead     = []string{scopeFull, scopeModify, scopeReadonly, scopeMetadata}
	toReadMail = []string{scopeFull, scopeModify, scopeReadonly}
	toModify   = []string{scopeFull, scopeModify}
	toDelete   = []string{scopeFull}
	toDraft    = []string{scopeFull, scopeModify, scopeCompose}
	toSend     = []string{scopeFull, scopeModify, scopeCompose, scopeSend}
	toLabel    = []string{scopeFull, scopeModify, scopeLabels}
	toInsert   = []string{scopeFull, scopeModify, scopeInsert}
)

// routes are the methods there are. Fixed paths stand before those with arguments that would take them too.
var routes = []route{
	{"messages.get", "GET", []string{"messages", "*"}, shapeMessage, toRead, false, (*call).messageGet},
	{"history.list", "GET", []string{"history"}, shapeHistory, toRead, false, (*call).historyList},
	{"messages.list", "GET", []string{"messages"}, shapeMessages, toRead, false, (*call).messagesList},
	{"messages.attachments.get", "GET", []string{"messages", "*", "attachments", "*"}, shapeAttachment, toReadMail, false, (*call).attachmentGet},
	{"messages.send", "POST", []string{"messages", "send"}, shapeMessage, toSend, true, (*call).messageSend},
	{"messages.insert", "POST", []string{"messages"}, shapeMessage, toInsert, true, (*call).messageInsert},
	{"messages.import", "POST", []string{"messages", "import"}, shapeMessage, toInsert, true, (*call).messageImport},
	{"messages.batchModify", "POST", []string{"messages", "batchModify"}, shapeEmpty, toModify, false, (*call).messagesBatchModify},
	{"messages.batchDelete", "POST", []string{"messages", "batchDelete"}, shapeEmpty, toDelete, false, (*call).messagesBatchDelete},
	{"messages.modify", "POST", []string{"messages", "*", "modify"}, shapeMessage, toModify, false, (*call).messageModify},
	{"messages.trash", "POST", []string{"messages", "*", "trash"}, shapeMessage, toModify, false, (*call).messageTrash},
	{"messages.untrash", "POST", []string{"messages", "*", "untrash"}, shapeMessage, toModify, false, (*call).messageUntrash},
	{"messages.delete", "DELETE", []string{"messages", "*"}, shapeEmpty, toDelete, false, (*call).messageDelete},
	{"threads.list", "GET", []string{"threads"}, shapeThreads, toRead, false, (*call).threadsList},
	{"threads.get", "GET", []string{"threads", "*"}, shapeThread, toRead, false, (*call).threadGet},
	{"threads.modify", "POST", []string{"threads", "*", "modify"}, shapeThread, toModify, false, (*call).threadModify},
	{"threads.trash", "POST", []string{"threads", "*", "trash"}, shapeThread, toModify, false, (*call).threadTrash},
	{"threads.untrash", "POST", []string{"threads", "*", "untrash"}, shapeThread, toModify, false, (*call).threadUntrash},
	{"threads.delete", "DELETE", []string{"threads", "*"}, shapeEmpty, toDelete, false, (*call).threadDelete},
	{"drafts.list", "GET", []string{"drafts"}, shapeDrafts, append(toDraft, scopeReadonly), false, (*call).draftsList},
	{"drafts.create", "POST", []string{"drafts"}, shapeDraft, toDraft, true, (*call).draftCreate},
	{"drafts.send", "POST", []string{"drafts", "send"}, shapeMessage, toDraft, true, (*call).draftSend},
	{"drafts.get", "GET", []string{"drafts", "*"}, shapeDraft, append(toDraft, scopeReadonly), false, (*call).draftGet},
	{"drafts.update", "PUT", []string{"drafts", "*"}, shapeDraft, toDraft, true, (*call).draftUpdate},
	{"drafts.delete", "DELETE", []string{"drafts", "*"}, shapeEmpty, toDraft, false, (*call).draftDelete},
	{"labels.list", "GET", []string{"labels"}, shapeLabels, append(toRead, scopeLabels), false, (*call).labelsList},
	{"labels.create", "POST", []string{"labels"}, shapeLabel, toLabel, false, (*call).labelCreate},
	{"labels.get", "GET", []string{"labels", "*"}, shapeLabel, append(toRead, scopeLabels), false, (*call).labelGet},
	{"labels.update", "PUT", []string{"labels", "*"}, shapeLabel, toLabel, false, (*call).labelUpdate},
	{"labels.patch", "PATCH", []string{"labels", "*"}, shapeLabel, toLabel, false, (*call).labelUpdate},
	{"labels.delete", "DELETE", []string{"labels", "*"}, shapeEmpty, toLabel, false, (*call).labelDelete},
	{"getProfile", "GET", []string{"profile"}, shapeProfile, append(toRead, scopeCompose), false, (*call).getProfile},
	{"watch", "POST", []string{"watch"}, shapeWatch, toRead, false, (*call).watch},
	{"stop", "POST", []string{"stop"}, shapeEmpty, toRead, false, (*call).stop},
	{"settings.sendAs.list", "GET", []string{"settings", "sendAs"}, shapeSendAs, append(toReadMail, scopeSettings), false, (*call).sendAsList},
}

// Package profile is what a candidate's profile shows of mail, and to whom: conversations with their receipts, messages, files, what a search finds, what could be imported.
//
// It must never show a conversation, or tell that there is one, to somebody who may not see it; call a writer a user who came from outside; or hand out HTML that was not made harmless.
//
// Begin reading at Reader in service.go, which every call begins with; then list.go and conversation.go.
package profile

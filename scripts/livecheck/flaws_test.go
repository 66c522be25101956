package main

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

const (
	oneMessage = `/messages/[0-9a-f]+\?`
	oneThread  = `/threads/[0-9a-f]+\?`
	history    = `/history\?`
	elsewhere  = "18abcdef01234567" // the id of nothing
	refusal    = `{"error":{"code":400,"message":"No.","errors":[{"reason":"invalidArgument","message":"No."}]}}`
)

// flaws are, by check, a server on which its fact does not hold.
func flaws() map[string]flaw {
	all := oauthFlaws()
	for name, f := range map[string]flaw{
		"profile-history-id":    {verb: "GET", path: `/profile\?.*fields=`, answer: sets("historyId", nil)},
		"label-name-taken":      {verb: "POST", path: "/labels", instead: turns(409, 400, refusal)},
		"labels-list":           {verb: "GET", path: "/labels", answer: sets("type", "system")},
		"label-rename-keeps-id": {verb: "PATCH", path: "/labels/", answer: sets("id", "Label_1")},

		"draft-keeps-header":       {verb: "GET", path: oneMessage, answer: drops("X-Hire-Send")},
		"draft-is-labelled-draft":  {verb: "GET", path: oneMessage, answer: sets("labelIds", []string{"DRAFT", "INBOX"})},
		"drafts-list-finds-it":     {verb: "GET", path: `/drafts\?`, answer: sets("drafts", nil)},
		"draft-deleted-is-gone":    {verb: "DELETE", path: "/drafts/", instead: says(204, "")},
		"draft-in-no-conversation": {verb: "POST", path: "/upload/.*/drafts", second: true, instead: says(400, refusal)},
		"draft-without-recipient":  {verb: "POST", path: "/drafts/send", instead: says(200, `{"id":"`+elsewhere+`","threadId":"`+elsewhere+`"}`)},
		"edit-changes-message-id":  {verb: "PUT", path: "/drafts/", answer: sets("threadId", elsewhere)},
		"edit-by-hand":             {verb: "GET", path: oneThread, instead: says(404, refusal)},

		"send-keeps-conversation": {verb: "POST", path: "/drafts/send", answer: sets("threadId", elsewhere)},
		"send-makes-new-message":  {verb: "POST", path: "/drafts/send", answer: sets("labelIds", []string{"INBOX"})},
		"sent-mail-readable":      {verb: "GET", path: oneMessage, instead: says(404, refusal)},
		"send-uses-draft-up":      {verb: "POST", path: "/drafts/send", second: true, instead: says(400, refusal)},
		"message-id-on-send":      {verb: "GET", path: oneMessage, answer: drops("Message-ID")},
		"header-on-send":          {verb: "GET", path: oneMessage, answer: drops("X-Hire-Send", "Subject")},
		"own-mail-arrives":        {verb: "GET", path: oneThread, answer: sets("labelIds", []string{"SENT"})},

		"reply-draft-in-conversation":    {verb: "POST", path: "/upload/.*/drafts", answer: sets("threadId", elsewhere)},
		"reply-joins-conversation":       {verb: "POST", path: "/drafts/send", second: true, answer: sets("threadId", elsewhere)},
		"large-reply-keeps-conversation": {verb: "POST", path: "/upload/.*/drafts", second: true, answer: sets("threadId", elsewhere)},
		"thread-minimal":                 {verb: "GET", path: oneThread, second: true, answer: backwards("messages")},
		"thread-unknown":                 {verb: "GET", path: oneThread, instead: turns(404, 400, refusal)},

		"label-reaches-conversation": {verb: "POST", path: "/threads/.*/modify", instead: says(200, "{}")},
		"threads-list-by-label":      {verb: "GET", path: `/threads\?`, answer: sets("threads", nil)},
		"thread-history-id-moves":    {verb: "GET", path: `/threads\?`, answer: sets("historyId", "17")},
		"labels-are-per-message":     inheriting(),
		"history-label-added":        {verb: "GET", path: history, answer: sets("labelsAdded", nil)},
		"history-label-removed":      {verb: "GET", path: history, answer: sets("labelsRemoved", nil)},

		"history-message-added":  {verb: "GET", path: history, answer: sets("messagesAdded", nil)},
		"history-draft-is-draft": {verb: "GET", path: history, answer: sets("labelIds", []string{"INBOX"})},
		"history-in-order":       {verb: "GET", path: history, answer: backwards("history")},
		"history-answer-id":      {verb: "GET", path: history, answer: top("historyId", "17")},
		"history-nothing-new":    {verb: "GET", path: history, answer: top("historyId", "17")},
		"history-pages":          {verb: "GET", path: history, answer: sets("nextPageToken", nil)},
		"history-too-old":        {verb: "GET", path: history, instead: says(200, `{"historyId":"17"}`)},
		"history-fields":         {verb: "GET", path: history, request: without("fields")},

		"metadata-headers": {verb: "GET", path: oneMessage, request: without("metadataHeaders")},
		"message-fields":   {verb: "GET", path: oneMessage, request: without("fields")},
		"full-has-parts":   {verb: "GET", path: oneMessage + ".*format=full", answer: sets("payload", nil)},
		"message-unknown":  {verb: "GET", path: oneMessage, instead: turns(404, 410, refusal)},
		"error-reasons":    {verb: "GET", path: "/messages/", answer: sets("reason", "")},

		"attachment-by-id":    {verb: "GET", path: oneMessage + ".*format=full", answer: sets("size", 17)},
		"attachment-content":  {verb: "GET", path: "/attachments/", answer: sets("data", "AAAA")},
		"attachment-part-id":  {verb: "GET", path: oneMessage + ".*format=full", second: true, answer: sets("partId", "17")},
		"raw-has-attachments": {verb: "GET", path: oneMessage + ".*format=raw", answer: sets("raw", "AAAA")},

		"messages-list-after":    {verb: "GET", path: "after", request: timeless},
		"messages-list-by-label": {verb: "GET", path: "labelIds=", answer: sets("messages", nil)},
		"messages-list-pages":    {verb: "GET", path: `/messages\?`, answer: sets("nextPageToken", nil)},
		"page-token-refused":     {verb: "GET", path: `/messages\?`, request: without("pageToken")},
		"threads-list-fields":    {verb: "GET", path: `/threads\?`, request: without("fields")},
		"batch-of-25":            {verb: "POST", path: "/batch/", text: replaces("HTTP/1.1 404", "HTTP/1.1 400")},
		"batch-reads-and-labels": {verb: "POST", path: "/batch/", text: replaces("HTTP/1.1 200", "HTTP/1.1 400")},

		"delivery":                       {verb: "GET", path: "includeSpamTrash=true", answer: sets("messages", nil)},
		"message-id-at-recipient":        {verb: "GET", path: oneMessage, second: true, answer: drops("Message-ID")},
		"second-mail-joins-at-recipient": {verb: "GET", path: "in%3Ainbox", answer: sets("threadId", elsewhere)},
		"recipients-reply-joins":         {verb: "GET", path: "in%3Ainbox", answer: sets("threadId", elsewhere)},

		"watch":        {verb: "POST", path: "/watch", answer: sets("expiration", "17")},
		"watch-renews": {verb: "POST", path: "/watch", second: true, answer: sets("expiration", "17")},
		"stop":         {verb: "POST", path: "/stop", second: true, instead: says(400, refusal)},
		"bin":          {verb: "POST", path: "/trash", instead: says(200, "{}")},
	} {
		all[name] = f
	}
	return all
}

// oauthFlaws are those of the authorization server.
func oauthFlaws() map[string]flaw {
	return map[string]flaw{
		"identity-in-token-answer":   {verb: "POST", path: "/token", answer: top("id_token", tokenOf(`{"sub":"1","email":"other@example.com","email_verified":true}`))},
		"userinfo-names-same-user":   {verb: "GET", path: "/v1/userinfo", answer: sets("sub", "17")},
		"scopes-in-token-answer":     {verb: "POST", path: "/token", answer: sets("scope", nil)},
		"refresh-token-with-consent": {verb: "POST", path: "/token", answer: sets("refresh_token", nil)},
		"no-refresh-token-without":   {verb: "POST", path: "/token", answer: top("refresh_token", "17")},
		"pkce-enforced":              {verb: "POST", path: "/token", instead: turns(400, 200, `{"access_token":"17","token_type":"Bearer"}`)},
		"refresh-works":              {verb: "POST", path: "/token", second: true, answer: top("refresh_token", "17")},
		"dead-refresh-token":         {verb: "POST", path: "/token", answer: sets("error", "invalid_request")},
		"dead-access-token":          {verb: "GET", path: "/profile", instead: turns(401, 403, refusal)},
		"revocation-ends-grant":      {verb: "POST", path: "/revoke", instead: says(200, "{}")},
	}
}

// top puts a value into an answer, at its top.
func top(name string, value any) func(object) {
	return func(v object) { v[name] = value }
}

// backwards turns a list round.
func backwards(name string) func(object) {
	return func(v object) {
		if l, ok := v[name].([]any); ok {
			slices.Reverse(l)
		}
	}
}

// timeless takes the time off a search.
func timeless(q url.Values) {
	q.Set("q", regexp.MustCompile(`after:\d+`).ReplaceAllString(q.Get("q"), ""))
}

// inheriting puts the label that was made last on every message that is read.
func inheriting() flaw {
	label := ""
	return flaw{verb: "GET|POST", path: "/labels|" + oneMessage, answer: func(v object) {
		if name, ok := v["name"].(string); ok && strings.HasSuffix(name, "label") {
			label = v["id"].(string)
		}
		if labels, ok := v["labelIds"].([]any); ok {
			v["labelIds"] = append(labels, label)
		}
	}}
}

// tokenOf is an id_token with these claims.
func tokenOf(claims string) string {
	claims = strings.TrimSuffix(claims, "}") + fmt.Sprintf(`,"iss":"x","aud":%q,"exp":%d}`, gmailtest.DefaultClient().ID, time.Now().Add(time.Hour).Unix())
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"RS256"}`)) + "." + part([]byte(claims)) + ".AAAA"
}

// Command livecheck tries what this project believes of Gmail and of Google's OAuth on a server that speaks both: each fact that the code relies on is one
// named check, and the answer is a table of what holds, what does not, and what could not be tried.
//
//	OAUTH_CLIENT_ID=… OAUTH_CLIENT_SECRET=… go run ./scripts/livecheck -mailbox test@gmail.com
//	go run ./scripts/livecheck -list         the facts, and where the code relies on them
//
// The server is Google, or the one that OAUTH_AUTH_URL, OAUTH_TOKEN_URL, OAUTH_REVOKE_URL, OAUTH_USERINFO_URL and GMAIL_ENDPOINT name. The tests here run it against
// the simulator of package gmailtest; nothing else in it knows of that simulator.
//
// Each run has a token of its own that stands in the subject of every mail it makes, and in the names of its labels. It must never touch a message, a draft, a
// conversation or a label that it has not made, write an OAuth token anywhere, or print one; whatever happens, it cleans up.
//
// Begin reading at check.go, then run.go; the checks stand in the files named after what they are about (oauth.go, drafts.go, history.go, …).
package main

// Package web is what the dev program shows in a browser: the welcome page, a small Hire, a simulated Gmail, the figures that the functions tell, and the contract of the API.
//
// Pages serves the HTML, CSS and JavaScript, all embedded, with no build step. The pages of Hire speak only to the public
// functions, at the paths /settings/v1, /connect/v1, /threads/v1 and /sendmessage/v1 of the same origin, in the types of package
// shared/api. Five endpoints of the dev program stand for what Hire itself has and the integration has not:
//
//	GET  /dev/info   {"gmail":"sim"|"real", "alone":bool, "mailboxes":["ada@acme.test", ...]}; with a real Gmail there are no mailboxes;
//	                 alone is the simulated Gmail without Hire (scripts/gmailsim)
//	GET  /dev/seed   {"accounts":[{id,name,plan}], "users":[{account_id,id,name,email,role}],
//	                  "candidates":[{account_id,id,name,emails,title}]}
//	POST /dev/token  {"account_id","user_id"} -> {"token","expires_at"}
//	GET  /api/openapi.json  the contract, of package openapi
//	GET  /dev/figures  [{name,kind,unit,description,bounds,points:[{of,value,count,buckets}]}], as package obs lists them
//
// Gmail answers the JSON endpoints under /gmail/api/ on which the simulated Gmail page runs, from a gmailtest.Server: it acts as the owner of a
// mailbox, or as a candidate outside, who uses no API. With a real Gmail it is not mounted, and the page says so.
//
// The return_to of a connection is /settings/email, below the address of the frontend (APP_URL), which is /hire of this origin; the callback appends connected=1, or
// error=CODE (a code of package hire) and detail=SENTENCE, to its query.
//
// The package must never reach into a store or a function, hold state of its own, or put data into a page as HTML: every value
// goes through textContent, and the mail of strangers is shown only in a frame without scripts.
//
// Begin reading at pages.go and gmail.go, then assets/js/hire/app.js and assets/js/gmail/app.js. Every module names at its top the
// data-testid attributes that browser tests may rely on.
package web

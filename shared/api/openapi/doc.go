// Package openapi is the contract of Hire's HTTPS API: openapi.json, an OpenAPI 3.1 document, and the table of operations that it is made from. Functions never
// import it; the dev program shows the document, tests hold the functions to it, and the TypeScript client is generated from it.
//
// It must never say anything that a type or a list elsewhere says already: shapes are those of package api's wire types with their comments, problem codes those of
// package hire, statuses those of api.Status.
//
// # How to add an operation
//
//  1. Declare the route in functions/<name>/handler.go, and its wire types in shared/api/wire_*.go, each field with a comment: they become the descriptions.
//
//  2. Add the operation to operations_<name>.go: who calls, parameters with bounds, bodies, answers, the problem codes that are its own, and at least one example whose
//     ids are of the story that functions/openapi_story_test.go tells. A member with few values gets them in bounds.go.
//
//  3. Say in functions/openapi_isolation_test.go what keeps its ids from strangers. A test there fails until that is said.
//
//  4. Raise Version below: a new operation or an optional member is a minor version, what breaks a client a major one, a comment or an example a patch.
//
//  5. Record what the functions answer, and write the document anew:
//
//     go test ./functions -run TestOpenAPIExamples -update
//     go test ./shared/api/openapi -update
//     (cd shared/api/typescript && npm ci && npm run generate)
//
// A document that changes while its version stays is refused, with -update as well.
//
// Each function is the first element of its paths, as the dev program and a domain of one's own serve them; at a function's own address in the cloud that element
// may be there or not. So a client needs one address, or one for each function, and the same paths with either.
//
// Begin reading at Operation in operation.go; build.go makes the document.
package openapi

import _ "embed"

// Version of the contract (semantic versioning).
const Version = "1.3.1"

// JSON is the document.
//
//go:embed openapi.json
var JSON []byte

// examples are the answers to the examples, as the functions have given them.
//
//go:embed examples.json
var examples []byte

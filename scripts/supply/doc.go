// Command supply says what the functions and the rest of the repository are made of: each Go module with its version and licence, and which functions link it. A licence that is not
// allowed is an error. It needs what the build needs, and no network once that is there.
//
//	go run ./scripts/supply              the list, and the check
//	go run ./scripts/supply -sbom DIR    also an SBOM for each function (CycloneDX 1.6), DIR/<function>.cdx.json
//
// It must never let a licence pass that it does not know.
//
// Begin reading at run in main.go; sbom.go reads and checks.
package main

// Command dev is the whole product on one machine: Hire's pages, every function, a simulated Gmail, and all that stands around them.
//
//	go run ./scripts/dev                     with a simulated Gmail
//	go run ./scripts/dev -data DIR           goes on where it was
//	go run ./scripts/dev -gmail=real -email you@gmail.com
//
// It must never hold a rule of the product: what it shows comes from the functions.
//
// Begin reading at start in program.go.
package main

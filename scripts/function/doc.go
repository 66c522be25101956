// Command function serves one function as it is served in the cloud: by the Functions Framework, configured by the environment, at / and below.
//
//	FUNCTION_TARGET=settings PORT=8081 go run ./scripts/function
//
// The environment is the README's table of configuration.
//
// It must never listen but on this machine.
//
// Begin reading at serve in main.go.
package main

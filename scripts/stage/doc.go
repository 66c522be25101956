// Command stage writes, for each function, the source that it is deployed from: a zip with what the function imports and nothing else, its dependencies among it, under a
// name that tells its content. So a change deploys anew the functions that it concerns, and Google's build needs nothing but the zip.
//
//	go run ./scripts/stage              # into terraform/packages, where Terraform looks for them
//	go run ./scripts/stage -build DIR   # builds each from its zip, for running it here
//	go run ./scripts/stage -check       # builds and starts each as it is built and started in the cloud, and shows what it weighs
//
// It must never put into a zip what the function does not import, nor what differs from checkout to checkout.
//
// Begin reading at stage in stage.go; check.go is what Google's buildpack does with it.
package main

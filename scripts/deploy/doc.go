// Command deploy reads for scripts/deploy.sh what Terraform and gcloud tell in JSON, from its standard input, and writes what the script needs to know, a line each.
//
//	terraform show -json PLAN | go run ./scripts/deploy plan
//	gcloud run services describe NAME --format=json | go run ./scripts/deploy traffic
//
// It must never print a value of the plan but names.
//
// Begin reading at main.go.
package main

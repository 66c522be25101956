// Command doctor looks whether a set-up is as it should be, and says for each thing that is not what is wrong and how to mend it: the project on Google Cloud that Terraform has set
// up, a running dev program, or the configuration in the environment. README.md beside this file shows a run.
//
// It must never change anything, and never print a secret, a token, or an address of a customer's.
//
// Begin reading at checks in check.go; terraform.go says where it knows from what should be there.
package main

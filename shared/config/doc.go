// Package config reads the configuration of a process from environment variables and says everything that is missing or wrong with it at once.
//
// It is the only place that knows the variables' names; nobody else reads the environment. It must never print a secret: secrets have the type
// Secret, which has no readable form but its conversion to string.
//
// Begin reading at Config, whose tags are the list of variables; README's table is made of them. checks.go says what a value may be, Validate in validate.go what must go together.
package config

// Package functions lists the Cloud Functions, each in a folder of its own name, for programs that serve several of them. A deployed function is built from its
// own folder and never from this list.
//
// It must hold no code but this list: no deployed function contains it.
//
// Begin reading at All; then at New in a function's folder.
package functions

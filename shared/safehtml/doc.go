// Package safehtml makes HTML that others have written harmless: what of it is shown in Hire, and what Hire puts into mail that it did not get from the mail's writer.
//
// It must never let through what acts or calls home when it is shown in Hire: scripts, forms, frames, styles that cover the page, and images from elsewhere unless the reader
// has asked for them. What a browser makes of its output is held to a list of what may be there, by the published lists of attacks (attacks_test.go).
//
// Begin reading at safehtml.go; pictures.go says what becomes of images.
package safehtml

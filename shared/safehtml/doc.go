// Package safehtml makes HTML that others have written harmless: what of it is shown in Hire, and what Hire puts into mail that it did not get from the mail's writer.
//
// It must never let through what acts or calls home when it is shown in Hire: scripts, forms, frames, styles that cover the page, images from elsewhere.
package safehtml

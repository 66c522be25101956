package hire

import (
	"slices"
	"strings"
)

// Gmail's system labels that the rules of import speak of.
const (
	LabelInbox = "INBOX"
	LabelSent  = "SENT"
	LabelSpam  = "SPAM"
	LabelTrash = "TRASH"
	LabelDraft = "DRAFT"
)

// ImportLabels are the names of the label that asks for an import, compared without case. The first is the one we create.
var ImportLabels = []string{"Hire", "Recruiterbox"}

// AsksForImport tells whether a label of this name asks for an import.
func AsksForImport(label string) bool {
	return slices.ContainsFunc(ImportLabels, func(name string) bool { return strings.EqualFold(name, label) })
}

// NeverImported tells whether a message with these labels stays out whatever else holds: spam, bin and drafts.
func NeverImported(labels []string) bool { return Exclusion(labels) != "" }

// InInboxOrSent tells whether the labels show that a message came to the user's eyes or was sent by them.
func InInboxOrSent(labels []string) bool {
	return slices.Contains(labels, LabelInbox) || slices.Contains(labels, LabelSent)
}

// ExclusionReason says why a message of a tracked conversation is not imported.
type ExclusionReason string

// The reasons.
const (
	ExcludedSkippedInbox ExclusionReason = "skipped_inbox" // a filter archived it before it came to the inbox
	ExcludedSpam         ExclusionReason = "spam"
	ExcludedTrash        ExclusionReason = "trash"
	ExcludedDraft        ExclusionReason = "draft"
	ExcludedGone         ExclusionReason = "gone" // deleted in Gmail before it could be fetched
)

// Exclusion says why a message with these labels is excluded; "" if it is not for its labels. Of several reasons the bin comes first, then spam.
func Exclusion(labels []string) ExclusionReason {
	for _, out := range []struct {
		label  string
		reason ExclusionReason
	}{{LabelTrash, ExcludedTrash}, {LabelSpam, ExcludedSpam}, {LabelDraft, ExcludedDraft}} {
		if slices.Contains(labels, out.label) {
			return out.reason
		}
	}
	return ""
}

package openapi

import (
	"github.com/invopop/jsonschema"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// bound is what a member's type does not say.
type bound func(*jsonschema.Schema)

// of names the values that a member can have.
func of[T ~string](values ...T) bound {
	return func(s *jsonschema.Schema) {
		for _, v := range values {
			s.Enum = append(s.Enum, string(v))
		}
	}
}

// valuesOf is a parameter that has one of a few values.
func valuesOf[T ~string](values ...T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	of(values...)(s)
	return s
}

func length(least, most uint64) bound {
	return func(s *jsonschema.Schema) { s.MinLength, s.MaxLength = &least, &most }
}

// items bounds a list, and each of its items.
func items(least, most uint64, each ...bound) bound {
	return func(s *jsonschema.Schema) {
		if s.MaxItems = &most; least > 0 {
			s.MinItems = &least
		}
		for _, b := range each {
			b(s.Items)
		}
	}
}

func positive(s *jsonschema.Schema) { s.Minimum = "1" }
func email(s *jsonschema.Schema)    { s.Format, s.MaxLength = "email", new(uint64(320)) }

// anyCode is one of the problem codes.
func anyCode(s *jsonschema.Schema) { s.Ref, s.Type = "#/components/schemas/Code", "" }

var (
	anID   = length(1, 128)
	plans  = of(hire.PlanStarter, hire.PlanPlus, hire.PlanPro, hire.PlanProPlus)
	roles  = of(hire.RoleSuperAdmin, hire.RoleAdmin, hire.RoleHiringManager, hire.RoleHiringTeamMember, hire.RoleExternalAgency)
	sends  = of("queued", "sending", "sent", "failed", "unknown")
	proofs = of(hire.ProofPass, hire.ProofFail, hire.ProofNone)
	boxes  = of("not_connected", "connected", "needs_reconnect", "disconnecting")
)

// bounds of members, by wire type and member. One that names no member is refused.
var bounds = map[string]bound{
	"AccountSettings.plan":           plans,
	"AuditEntry.action":              of(store.AuditActions()...),
	"Authentication.dkim":            proofs,
	"Authentication.dmarc":           proofs,
	"Authentication.result":          proofs,
	"Authentication.spf":             proofs,
	"BatchMessage.subject":           length(0, 1000),
	"BatchOutcome.state":             sends,
	"Connection.state":               boxes,
	"Connection.token_state":         of("valid", "refused"),
	"Deletion.kind":                  of("mailbox", "integration", "candidate", "account"),
	"Deletion.state":                 of("under_way", "completed", "stopped"),
	"DeletionStep.outcome":           of("done", "not_needed", "not_possible", "failed"),
	"Delivery.state":                 of(hire.DeliveryFailed, hire.DeliveryDelayed),
	"DirectoryAccount.id":            anID,
	"DirectoryAccount.name":          length(0, 1000),
	"DirectoryAccount.plan":          plans,
	"DirectoryAccount.retention":     of(hire.RetentionKeep, hire.RetentionDelete, ""),
	"DirectoryAccount.version":       positive,
	"DirectoryBatch.accounts":        items(0, 500),
	"DirectoryBatch.candidates":      items(0, 500),
	"DirectoryBatch.users":           items(0, 500),
	"DirectoryCandidate.account_id":  anID,
	"DirectoryCandidate.emails":      items(0, 50, email),
	"DirectoryCandidate.id":          anID,
	"DirectoryCandidate.merged_into": length(0, 128),
	"DirectoryCandidate.name":        length(0, 1000),
	"DirectoryCandidate.version":     positive,
	"DirectoryUser.account_id":       anID,
	"DirectoryUser.email":            email,
	"DirectoryUser.id":               anID,
	"DirectoryUser.name":             length(0, 1000),
	"DirectoryUser.role":             roles,
	"DirectoryUser.version":          positive,
	"Import.state":                   of("waiting", "imported", "not_imported"),
	"Importable.state":               of("new", "waiting", "stopped"),
	"Message.direction":              of(hire.Inbound, hire.Outbound),
	"Message.via":                    of("gmail", "hire"),
	"Notice.action":                  of("upgrade", "connect", "reconnect", "enable"),
	"Notice.code":                    anyCode,
	"Person.kind":                    of("user", "candidate", "other"),
	"Problem.code":                   anyCode,
	"ProblemMessage.code":            anyCode,
	"Progress.kind":                  of("import", "recovery"),
	"Receipt.state":                  of("verified", "repairing", "unchecked", "local"),
	"ReplyByReference.upload_ids":    items(1, 8),
	"ReplyResult.reason":             of("bounce", "report", "auto_reply", "bulk", "mailing_list", "own_mail"),
	"ReplyResult.state":              of("sent", "duplicate", "ignored"),
	"SearchMail.q":                   length(1, 200),
	"SendBatch.messages":             items(1, 500),
	"SendMessage.subject":            length(0, 1000),
	"SendResult.state":               sends,
	"SendingPolicy.kind":             of("personal", "automatic", "bulk"),
	"SendingPolicy.reason":           anyCode,
	"SendingPolicy.route":            of("gmail", "hire_domain", "blocked"),
	"StartImports.gmail_thread_ids":  items(1, 20, length(1, 64)),
	"ThreadSummary.last_direction":   of(hire.Inbound, hire.Outbound),
	"Unmatched.reason":               of(hire.MissNoCandidate, hire.MissNoParticipants, hire.MissLoginAddress, hire.MissCandidateDeleted),
	"UserConnection.state":           boxes,
}

package hire

import (
	"net/mail"
	"strings"
)

// Address is a mailbox as RFC 5322 section 3.4 means it.
type Address struct {
	Name string
	Addr string // local@domain, as in the header
}

// NormalizeAddress is the form in which two addresses are compared: trimmed and lower-case, nothing else. Dots and plus tags
// count, since outside Gmail they name different people.
func NormalizeAddress(addr string) string { return strings.ToLower(strings.TrimSpace(addr)) }

// SameAddress compares two addresses by NormalizeAddress.
func SameAddress(a, b string) bool { return NormalizeAddress(a) == NormalizeAddress(b) }

// ValidAddress tells whether s is an address alone, without a name (RFC 5322 section 3.4.1), and without anything around it.
func ValidAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

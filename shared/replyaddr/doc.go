// Package replyaddr makes and reads the addresses that a reply to one of Hire's notification emails goes to:
//
//	reply+<token>@<domain>
//
// The token is 35 bytes in base32, 56 characters, so that the local part has 62 of the 64 octets that RFC 5321 section 4.5.3.1.1 allows: the id of a
// record (15 bytes), the end of the address's life (4 bytes, Unix seconds), and a truncated HMAC-SHA-256 of both and of the domain (16 bytes; RFC 2104 section 5). What the address is
// for, account, user and conversation, stands in the record, whose id is a digest of them: ids of any length don't fit into a local part. So a forged address
// is refused without a look into the database, the database alone makes no address, and an address has an end of its own, however often its record is renewed. Mail systems change the case of local parts,
// so case does not count.
//
// An address is no proof of who writes: whoever the notification was forwarded to has it. It must never be the only thing that is checked.
//
// Begin reading at replyaddr.go.
package replyaddr

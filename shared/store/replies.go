package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/replyaddr"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// ReplyAddresses signs the addresses that replies to notification emails go to.
type ReplyAddresses interface {
	Address(id string, until time.Time) string
}

// RepliesTaken is how long a reply address is good. Its record stays for repliesKept after that, so that whoever comes too late is told so.
const (
	RepliesTaken = 60 * 24 * time.Hour
	repliesKept  = 30 * 24 * time.Hour
)

// ReplyTo is what a reply address is for: an answer of this user in this conversation. Candidate and recipients are those of the conversation when the
// answer comes.
type ReplyTo struct {
	AccountID string
	UserID    string
	ThreadID  string
	ExpiresAt time.Time
}

// replyID is always the same for the same user and conversation, so that a commit need not look whether there is a record.
func replyID(account, user, thread string) string {
	digest, err := base64.RawURLEncoding.DecodeString(hire.Digest("reply", account, user, thread))
	if err != nil {
		panic(fmt.Sprintf("store: a digest is no base64: %v", err))
	}
	return replyaddr.ID(digest)
}

// ReplyTo reads what a reply address is for; hire.CodeReplyAddressUnknown if there is nothing (any more).
func (s *Store) ReplyTo(ctx context.Context, id string) (ReplyTo, error) {
	r, err := read[ReplyTo](ctx, s, "reply", replyRef(id), hire.CodeReplyAddressUnknown)
	if err == nil && !s.clock().Before(r.ExpiresAt) { // databases remove it some time later
		return ReplyTo{}, hire.Err(hire.CodeReplyAddressUnknown)
	}
	return r, err
}

// replyAddress is one user's address in an event about a message.
type replyAddress struct {
	UserID    string    `json:"user_id"`
	Address   string    `json:"address"`
	ExpiresAt time.Time `json:"expires_at"`
}

// readTeam reads the users of the threads that this commit has not met otherwise: they are told of a new message.
func (f *filing) readTeam(ctx context.Context) error {
	f.team = map[string]hire.User{f.user.ID: f.user}
	for _, u := range f.people {
		f.team[u.ID] = u
	}
	var ids []string
	var refs []docs.Ref
	for _, t := range f.threads {
		if t == nil {
			continue
		}
		for _, id := range t.UserIDs {
			if _, known := f.team[id]; !known {
				f.team[id] = hire.User{}
				ids, refs = append(ids, id), append(refs, userRef(f.account, id))
			}
		}
	}
	users, err := docs.GetAll[hire.User](ctx, f.tx, refs)
	for i, u := range users {
		if u != nil {
			f.team[ids[i]] = *u
		}
	}
	return err
}

// repliesTo gives each user who is to hear of a message an address to answer it at: the active ones on its thread who may write in it, but for its writer.
func (f *filing) repliesTo(msg hire.Message) ([]replyAddress, error) {
	t := f.threads[msg.ThreadID]
	if f.s.replies == nil || t == nil || msg.Direction != hire.Inbound || msg.Bounce {
		return nil, nil
	}
	until := f.now.Add(RepliesTaken).Truncate(time.Second)
	var out []replyAddress
	for _, id := range t.UserIDs {
		u := f.team[id]
		if u.ID == "" || hire.MaySend(u, t) != nil { // who is on it and may write may read it, too
			continue
		}
		reply := replyID(f.account, id, t.ID)
		if !f.answerable[reply] { // once for all messages of the commit
			f.answerable[reply] = true
			if err := f.tx.Set(replyRef(reply), &ReplyTo{AccountID: f.account, UserID: id, ThreadID: t.ID, ExpiresAt: until.Add(repliesKept)}); err != nil {
				return nil, err
			}
		}
		out = append(out, replyAddress{UserID: id, Address: f.s.replies.Address(reply, until), ExpiresAt: until})
	}
	return out, nil
}

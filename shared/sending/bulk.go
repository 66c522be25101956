package sending

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// MaxBatch is how many mails one batch takes.
const MaxBatch = 500

// What one transaction writes of a batch: for each mail a send and a task. Firestore takes 500 writes and 10 MiB.
const (
	partMails = 50
	partBytes = 4 << 20
)

// maxBatchFiles is how many different files the mails of a batch can have. Each is a record in the transaction that begins it.
const maxBatchFiles = 400

// batchKeys begins the keys of the mails of batches, which are made of the batch's id.
const batchKeys = "batch:"

// BatchRequest is mails that a user wants to send in one go.
type BatchRequest struct {
	SendAt time.Time `json:",omitzero"` // of the first one; zero: now
	Mails  []Request // new ones: none is a reply, and none has a time of its own
}

// Flaw says what is wrong with one mail of a batch.
type Flaw struct {
	Index  int       `json:"index"` // in the request, from 0
	Code   hire.Code `json:"code"`
	Detail string    `json:"detail"`
}

// SendBatch queues mails to leave one after the other. All or none are accepted; where some can't be sent, it names them (hire.CodeInvalidBatch). With a key used
// before it answers with the batch there is.
func (s *Service) SendBatch(ctx context.Context, k store.MailboxKey, key string, r BatchRequest) (store.Batch, error) {
	if err := checkKey(key); err != nil {
		return store.Batch{}, err
	}
	hash, err := hashOf(r)
	if err != nil {
		return store.Batch{}, err
	}
	old, err := s.Store.GetBatch(ctx, k.AccountID, store.BatchID(k.UserID, key))
	switch {
	case err == nil && old.RequestHash != hash:
		return store.Batch{}, hire.Err(hire.CodeKeyReused)
	case err == nil:
		return old, nil
	case hire.CodeOf(err) != hire.CodeNotFound:
		return store.Batch{}, err
	}
	if len(r.Mails) == 0 || len(r.Mails) > MaxBatch {
		return store.Batch{}, invalid("messages", fmt.Sprintf("A batch has 1 to %d messages; this one has %d.", MaxBatch, len(r.Mails)))
	}
	if err := s.checkTime(r.SendAt, time.Duration(len(r.Mails))*store.BulkEvery); err != nil {
		return store.Batch{}, err
	}
	account, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return store.Batch{}, err
	}
	if err := hire.MaySend(user, nil); err != nil {
		return store.Batch{}, err
	}
	box, err := s.Connected(ctx, account, user)
	if err != nil {
		return store.Batch{}, err
	}
	mails, err := s.planAll(ctx, account, box, user, store.BatchID(k.UserID, key), r.Mails)
	if err != nil {
		return store.Batch{}, err
	}
	files, err := filesOf(mails)
	if err != nil {
		return store.Batch{}, err
	}
	content, err := json.Marshal(mails)
	if err != nil {
		return store.Batch{}, fmt.Errorf("encode batch: %w", err)
	}
	blob, err := s.Blobs.Put(ctx, k.AccountID, bytes.NewReader(content))
	if err != nil {
		return store.Batch{}, fmt.Errorf("store batch: %w", err)
	}
	b, due, err := s.Store.BeginBatch(ctx, store.Batch{
		AccountID: k.AccountID, UserID: k.UserID, Key: key, RequestHash: hash, Mails: len(mails), Parts: len(partsOf(mails)), Blob: blob.ID, SendAt: r.SendAt.UTC(),
	}, files)
	if err != nil {
		return store.Batch{}, err
	}
	s.Outbox.HandOver(ctx, due)
	return b, nil
}

// planAll plans each mail of a batch, or says what is wrong with which.
func (s *Service) planAll(ctx context.Context, account hire.Account, box store.Mailbox, user hire.User, batch string, rs []Request) ([]store.Send, error) {
	files, addresses := s.fileFinder(user), s.addressList(ctx, box)
	out := make([]store.Send, len(rs))
	flaws := make([]error, len(rs))
	var g errgroup.Group
	g.SetLimit(16)
	for i, r := range rs {
		g.Go(func() error {
			x, err := s.address(ctx, box, user, r)
			if err == nil {
				err = checkFiles(r.Attachments)
			}
			if err == nil {
				x.Attachments, err = files(ctx, r.Attachments)
			}
			if err == nil {
				err = s.complete(&x, account, box, user, r, addresses)
			}
			x.Key, x.Asked = fmt.Sprintf("%s%s:%d", batchKeys, batch, i), r.asked()
			out[i], flaws[i] = x, err
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := namedFlaws(flaws); err != nil {
		return nil, err
	}
	return out, nil
}

// filesOf are the blobs of the files that mails have, each once.
func filesOf(mails []store.Send) ([]string, error) {
	blobs := map[string]bool{}
	for _, x := range mails {
		for _, f := range x.Attachments {
			blobs[f.Blob] = true
		}
	}
	if len(blobs) > maxBatchFiles {
		return nil, invalid("messages", fmt.Sprintf("The messages of a batch can have %d different files at most; these have %d.", maxBatchFiles, len(blobs)))
	}
	return slices.Sorted(maps.Keys(blobs)), nil
}

// namedFlaws makes one error of what is wrong with mails; trouble of our own comes before any of theirs.
func namedFlaws(flaws []error) error {
	var named []Flaw
	fields := map[string]string{}
	for i, err := range flaws {
		if err == nil {
			continue
		}
		var e *hire.Error
		if !errors.As(err, &e) || e.Kind() == hire.KindInternal || e.Kind() == hire.KindUnavailable {
			return err
		}
		named = append(named, Flaw{Index: i, Code: e.Code, Detail: e.Detail})
		fields[fmt.Sprintf("messages[%d]", i)] = e.Detail
	}
	if len(named) == 0 {
		return nil
	}
	e := hire.Err(hire.CodeInvalidBatch).With("messages", named)
	e.Fields = fields
	return e
}

// fileFinder finds the files that mails name, each once however many name it.
func (s *Service) fileFinder(user hire.User) func(context.Context, []AttachmentRef) ([]hire.Attachment, error) {
	type file struct {
		once sync.Once
		hire.Attachment
		err error
	}
	var mu sync.Mutex
	files := map[AttachmentRef]*file{}
	return func(ctx context.Context, refs []AttachmentRef) ([]hire.Attachment, error) {
		var out []hire.Attachment
		for _, ref := range refs {
			mu.Lock()
			f := files[ref]
			if f == nil {
				f = &file{}
				files[ref] = f
			}
			mu.Unlock()
			f.once.Do(func() { f.Attachment, f.err = s.attachment(ctx, user, ref) })
			if f.err != nil {
				return nil, f.err
			}
			out = append(out, f.Attachment)
		}
		return out, nil
	}
}

// partsOf cuts mails into parts that one transaction can write. The same mails are always cut the same way.
func partsOf(mails []store.Send) (parts [][]store.Send) {
	size := 0
	for i, x := range mails {
		n := len(x.Text) + len(x.HTML)
		if last := len(parts) - 1; last < 0 || len(parts[last]) == partMails || size+n > partBytes {
			parts, size = append(parts, mails[i:i:len(mails)]), 0
		}
		last := len(parts) - 1
		parts[last] = parts[last][:len(parts[last])+1]
		size += n
	}
	return parts
}

// Spread queues the mails of a batch that was accepted, part by part, from wherever that was broken off.
func (s *Service) Spread(ctx context.Context, account, batch string) error {
	b, err := s.Store.GetBatch(ctx, account, batch)
	if hire.CodeOf(err) == hire.CodeNotFound {
		return nil
	}
	if err != nil || b.Written == b.Parts {
		return err
	}
	mails, err := s.contentOf(ctx, b)
	if err != nil {
		return err
	}
	first := 0
	for number, part := range partsOf(mails) {
		if number == b.Written {
			var due []store.OutboxRow
			if b, due, err = s.Store.WriteBatchPart(ctx, account, batch, number, first, part); err != nil {
				return fmt.Errorf("write batch: %w", err)
			}
			s.Outbox.HandOver(ctx, due)
		}
		first += len(part)
	}
	return nil
}

func (s *Service) contentOf(ctx context.Context, b store.Batch) ([]store.Send, error) {
	c, _, err := s.Blobs.Open(ctx, b.AccountID, b.Blob)
	if err != nil {
		return nil, fmt.Errorf("open batch: %w", err)
	}
	defer c.Close()
	var mails []store.Send
	if err := json.NewDecoder(c).Decode(&mails); err != nil {
		return nil, fmt.Errorf("read batch: %w", err)
	}
	return mails, nil
}

// Batch reads a batch of the user and how its mails stand, in their order: those that are written, and for the rest that they are queued.
func (s *Service) Batch(ctx context.Context, k store.MailboxKey, id string) (store.Batch, []store.BatchMail, error) {
	b, mails, err := s.Store.BatchMails(ctx, k.AccountID, k.UserID, id)
	if err != nil {
		return store.Batch{}, nil, err
	}
	for i := len(mails); i < b.Mails; i++ {
		mails = append(mails, store.BatchMail{Key: fmt.Sprintf("%s%s:%d", batchKeys, id, i), State: store.SendQueued})
	}
	return b, mails, nil
}

// CancelBatch cancels what is still queued of a batch of the user.
func (s *Service) CancelBatch(ctx context.Context, k store.MailboxKey, id string) error {
	b, err := s.Store.GetBatch(ctx, k.AccountID, id)
	if err == nil && b.UserID != k.UserID {
		err = hire.Err(hire.CodeNotFound)
	}
	if err != nil {
		return err
	}
	return s.Store.CancelBatch(ctx, k.AccountID, id)
}

package mailsync

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	// wholeFrom is how many unseen messages of one conversation make threads.get cheaper (40 units) than messages.get (20 each).
	wholeFrom = 3
	// commitMessages, commitBytes and commitFiles bound one transaction: each file is a write of its own, and so are some ten records of each message. Firestore
	// has long taken no more than 500 writes.
	commitMessages = 20
	commitBytes    = 4 << 20
	commitFiles    = 250
	// inlineBody is the largest body that is kept in the message's own document.
	inlineBody = 200 << 10
	// maxBody is the most of a body that is kept at all, in characters; what is beyond is cut and said so.
	maxBody = 10 << 20
)

// perform reads what the jobs ask for and files it.
func (r *run) perform(ctx context.Context, jobs []work) error {
	jobs, err := r.withoutUnlabelled(ctx, jobs)
	if err != nil {
		return err
	}
	var asked []string // about those of all conversations of the page in one look-up
	for _, w := range jobs {
		if !w.whole {
			asked = append(asked, w.wanted...)
		}
	}
	imported, _, err := r.Store.Known(ctx, r.key.AccountID, r.box.Sub, asked)
	if err != nil {
		return fmt.Errorf("look up messages: %w", err)
	}
	var single []string // messages fetched one by one or in a batch, over all conversations of the page
	of := map[string]int{}
	for i, w := range jobs {
		if w.whole || len(w.wanted) == 0 {
			continue
		}
		jobs[i].wanted = slices.DeleteFunc(w.wanted, func(id string) bool { _, ok := imported[id]; return ok })
		if len(jobs[i].wanted) < wholeFrom {
			for _, id := range jobs[i].wanted {
				single = append(single, id)
				of[id] = i
			}
		}
	}
	fetched := map[int][]gmail.MessageResult{}
	results, stopped := r.fetch(ctx, single)
	for _, res := range results {
		fetched[of[res.ID]] = append(fetched[of[res.ID]], res)
	}
	for i, w := range jobs {
		var err error
		if stopped == nil {
			err = r.job(ctx, w, fetched[i])
		} else if len(fetched[i]) > 0 {
			// What came before Gmail stopped us is paid for; the rest is met again by the next listing.
			err = r.file(ctx, store.ImportCommit{GmailThreadID: w.id}, fetched[i])
		}
		if err != nil {
			return err
		}
	}
	return stopped
}

// fetch gets messages: a single one raw, which brings its attachments for the same units; several in batch requests, as parsed payloads. With an error that
// stops the sync come those that were read before it.
func (r *run) fetch(ctx context.Context, ids []string) ([]gmail.MessageResult, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) == 1 {
		m, err := r.gmail.Message(ctx, ids[0], gmail.FormatRaw)
		if stops(err) {
			return nil, fmt.Errorf("get message: %w", err)
		}
		return []gmail.MessageResult{{ID: ids[0], Message: m, Err: err}}, nil
	}
	out, err := r.gmail.Messages(ctx, ids, gmail.FormatFull)
	if !stops(err) {
		// Gmail could give none of them, though it answers otherwise: each carries that as its own trouble. Were it the mailbox's, two mails that can never be read would
		// keep all others waiting for ever.
		err = nil
	}
	for _, res := range out {
		if err == nil && stops(res.Err) {
			err = res.Err
		}
	}
	if err != nil {
		read := slices.DeleteFunc(out, func(res gmail.MessageResult) bool { return res.Message == nil })
		return read, fmt.Errorf("get messages: %w", err)
	}
	return out, nil
}

// stops tells whether an error concerns more than one message, so that the sync ends and is tried again as it is. Anything else is the message's
// own trouble and goes to the ledger, or one message that Gmail can't give would keep all later ones waiting.
func stops(err error) bool {
	if err == nil {
		return false
	}
	for _, own := range []error{gmail.ErrNotFound, gmail.ErrInvalid, gmail.ErrTooLarge, gmail.ErrUnavailable} {
		if errors.Is(err, own) {
			return false
		}
	}
	return true
}

// withoutUnlabelled stops tracking conversations that are no longer labelled, before any more of them is read. One of our own goes on, without what only the label
// let in.
func (r *run) withoutUnlabelled(ctx context.Context, jobs []work) (left []work, err error) {
	for _, w := range jobs {
		stopped := false
		if len(w.unlabel) > 0 {
			if stopped, err = r.stopIfUnlabelled(ctx, w.id, w.unlabel); err != nil {
				return nil, err
			}
		}
		switch {
		case !stopped:
			left = append(left, w)
		case w.tracked.Ours:
			left = append(left, w.unlabelled())
		}
	}
	return left, nil
}

func (r *run) job(ctx context.Context, w work, fetched []gmail.MessageResult) error {
	switch {
	case w.whole:
		return r.whole(ctx, w.id, w.labelled, w.tracked, w.told)
	case len(w.wanted) >= wholeFrom:
		var err error
		if fetched, err = r.fetchOf(ctx, w.id, w.wanted); err != nil {
			return err
		}
	}
	return r.file(ctx, store.ImportCommit{GmailThreadID: w.id, Excluded: w.excluded}, fetched)
}

// fetchOf gets messages of one conversation the cheaper way.
func (r *run) fetchOf(ctx context.Context, thread string, ids []string) ([]gmail.MessageResult, error) {
	if len(ids) < wholeFrom {
		return r.fetch(ctx, ids)
	}
	th, err := r.gmail.Thread(ctx, thread, gmail.FormatFull)
	if stops(err) {
		return nil, fmt.Errorf("get thread: %w", err)
	}
	return pick(th, ids, err), nil
}

// pick takes the wanted messages out of a conversation; what it lacks is not found.
func pick(th *gmail.Thread, wanted []string, err error) []gmail.MessageResult {
	out := make([]gmail.MessageResult, 0, len(wanted))
	for _, id := range wanted {
		res := gmail.MessageResult{ID: id, Err: err}
		if err == nil {
			res.Err = gmail.ErrNotFound
			for _, m := range th.Messages {
				if m.ID == id {
					res.Message, res.Err = m, nil
				}
			}
		}
		out = append(out, res)
	}
	return out
}

// file prepares fetched messages and commits them, in as many transactions as their size asks for; c carries what goes with the last one.
func (r *run) file(ctx context.Context, c store.ImportCommit, fetched []gmail.MessageResult) error {
	var b bundle
	flush := func(last bool) error {
		next := store.ImportCommit{GmailThreadID: c.GmailThreadID, Labelled: c.Labelled, Ours: c.Ours, Subject: c.Subject, Addresses: c.Addresses}
		if last {
			next = c
		}
		next.Messages, next.Settled = b.messages, append(slices.Clone(next.Settled), b.settled...)
		if !last && len(b.messages) == 0 {
			return nil
		}
		if last && len(next.Messages)+len(next.Excluded)+len(next.Waiting)+len(next.Settled) == 0 && next.Listing == nil {
			return nil
		}
		_, err := r.commit(ctx, next)
		if errors.Is(err, store.ErrTooLarge) && len(b.messages) > 0 {
			err = r.commitSingly(ctx, next)
		}
		b = bundle{}
		return err
	}
	for _, res := range fetched {
		switch {
		case res.Err != nil:
			r.troubled(&c, res.ID, res.Err)
			continue
		case hire.NeverImported(res.Message.LabelIDs):
			// What lies in the bin, in spam or in the drafts at the time of fetching stays out, whatever the records said.
			if reason := hire.Exclusion(res.Message.LabelIDs); reason != hire.ExcludedDraft {
				c.Excluded = append(c.Excluded, store.Exclusion{GmailID: res.ID, GmailThreadID: c.GmailThreadID, Reason: reason})
			}
			b.settled = append(b.settled, res.ID)
			continue
		}
		in, err := r.prepare(ctx, res.Message)
		if err != nil {
			if stops(err) {
				return err
			}
			r.troubled(&c, res.ID, err)
			continue
		}
		if !b.takes(in) {
			if err := flush(false); err != nil {
				return err
			}
		}
		b.add(in)
	}
	return flush(true)
}

// bundle is what goes into one transaction.
type bundle struct {
	messages     []store.Incoming
	settled      []string // Gmail ids
	bytes, files int
}

// takes tells whether one more message fits. The first always does: prepare has made it fit by itself.
func (b *bundle) takes(in store.Incoming) bool {
	return len(b.messages) == 0 || (len(b.messages) < commitMessages && b.bytes < commitBytes && b.files+len(in.Message.Attachments) <= commitFiles)
}

func (b *bundle) add(in store.Incoming) {
	b.messages, b.settled = append(b.messages, in), append(b.settled, in.GmailID)
	b.bytes += len(in.Message.Text) + len(in.Message.HTML)
	b.files += len(in.Message.Attachments)
}

// commit files under the lease, which it renews in time.
func (r *run) commit(ctx context.Context, c store.ImportCommit) (store.Imported, error) {
	if err := r.renew(ctx); err != nil {
		return store.Imported{}, err
	}
	c.Held = *r.held
	done, err := r.Store.CommitImport(ctx, c)
	if err != nil {
		return done, fmt.Errorf("commit import: %w", err)
	}
	r.Outbox.HandOver(ctx, done.Due)
	return done, nil
}

// commitSingly files messages one by one after the database has refused them together; one that it refuses even alone goes to the ledger, so that it
// holds up nothing else.
func (r *run) commitSingly(ctx context.Context, c store.ImportCommit) error {
	messages, settled := c.Messages, c.Settled
	c.Messages, c.Settled = nil, nil
	for _, m := range messages {
		one := store.ImportCommit{GmailThreadID: c.GmailThreadID, Labelled: c.Labelled, Ours: c.Ours, Subject: c.Subject, Addresses: c.Addresses}
		one.Messages, one.Settled = []store.Incoming{m}, []string{m.GmailID}
		_, err := r.commit(ctx, one)
		switch {
		case errors.Is(err, store.ErrTooLarge):
			r.troubled(&c, m.GmailID, fmt.Errorf("%w: %w", gmail.ErrInvalid, err))
			settled = slices.DeleteFunc(settled, func(id string) bool { return id == m.GmailID })
		case err != nil:
			return err
		}
	}
	c.Settled = settled
	_, err := r.commit(ctx, c)
	return err
}

// prepare turns a Gmail message into what is filed: parsed, its attachments and a large body in blobs.
func (r *run) prepare(ctx context.Context, g *gmail.Message) (store.Incoming, error) {
	var parsed *mime.Message
	var err error
	if g.Raw != nil {
		parsed, err = mime.Parse(g.Raw)
	} else {
		parsed, err = mime.FromPayload(g.Payload)
	}
	if err != nil {
		return store.Incoming{}, fmt.Errorf("%w: %w", gmail.ErrInvalid, err)
	}
	if parsed.ReportElsewhere() {
		// The source costs what one of the missing parts does, and has all of them.
		source, err := r.gmail.Message(ctx, g.ID, gmail.FormatRaw)
		if err != nil {
			return store.Incoming{}, fmt.Errorf("get report: %w", err)
		}
		if parsed, err = mime.Parse(source.Raw); err != nil {
			return store.Incoming{}, fmt.Errorf("%w: %w", gmail.ErrInvalid, err)
		}
	}
	msg := hire.Message{
		MessageID: parsed.MessageID, InReplyTo: parsed.InReplyTo, References: parsed.References,
		From: addresses(parsed.From), To: addresses(parsed.To), Cc: addresses(parsed.Cc), Bcc: addresses(parsed.Bcc),
		Subject: cut(parsed.Subject, maxSubject), Date: parsed.Date, ReceivedAt: g.InternalDate,
		Text: parsed.Text, HTML: parsed.HTML, Snippet: hire.Snippet(parsed.FreshText(), 140),
		AutoReply: parsed.AutoReply(), Bounce: parsed.DeliveryReport(), Via: "gmail", Defects: parsed.Defects,
	}
	for _, a := range parsed.Attachments {
		kept, err := r.keep(ctx, g.ID, a)
		switch {
		case errors.Is(err, blobs.ErrTooLarge):
			// The mail is worth more than one file of it, which Gmail still has.
			msg.Defects = append(msg.Defects, fmt.Sprintf("the attachment %q is too large to be kept; it is only in Gmail", a.Filename))
		case err != nil && !stops(err) && r.retrying[g.ID].Attempts >= fileAttempts:
			msg.Defects = append(msg.Defects, fmt.Sprintf("Gmail does not give the attachment %q", a.Filename))
		case err != nil:
			return store.Incoming{}, err
		}
		kept.Filename = cut(kept.Filename, maxFilename)
		msg.Attachments = append(msg.Attachments, kept)
	}
	bound(&msg)
	if err := r.keepBody(ctx, &msg); err != nil {
		return store.Incoming{}, err
	}
	in := store.Incoming{GmailID: g.ID, Message: msg}
	if r, ok := parsed.Report(); ok {
		in.Report = &hire.DeliveryReport{Originals: r.Originals, Recipients: r.Recipients, Delayed: r.Delayed, Status: r.Status, Reason: r.Reason}
	}
	if slices.Contains(g.LabelIDs, hire.LabelSent) {
		in.Sent, in.SendID = true, parsed.HeaderValue(hire.SendHeader)
	}
	return in, nil
}

// keep stores an attachment's content, fetching it where the message did not carry it.
func (r *run) keep(ctx context.Context, gmailID string, a mime.Attachment) (hire.Attachment, error) {
	out := hire.Attachment{PartID: a.PartID, Filename: a.Filename, ContentType: a.ContentType, ContentID: a.ContentID, Inline: a.Inline, Size: a.Size}
	var content io.Reader = bytes.NewReader(a.Content)
	if a.Content == nil && a.GmailAttachmentID != "" {
		body, err := r.gmail.Attachment(ctx, gmailID, a.GmailAttachmentID)
		if errors.Is(err, gmail.ErrNotFound) {
			// The mail is there, so this is a passing trouble of Gmail's; it must not count as a mail that is gone.
			err = fmt.Errorf("%w: attachment not found", gmail.ErrUnavailable)
		}
		if err != nil {
			return out, fmt.Errorf("get attachment: %w", err)
		}
		defer body.Close()
		content = body
	}
	b, err := r.Blobs.Put(ctx, r.key.AccountID, content)
	if errors.Is(err, blobs.ErrSource) {
		err = fmt.Errorf("%w: %w", gmail.ErrUnavailable, err)
	}
	if err != nil {
		return out, fmt.Errorf("store attachment: %w", err)
	}
	out.Blob, out.Size = b.ID, b.Size
	return out, nil
}

// The most that is kept of what is not body: its record is one document, whatever a sender puts into it.
const (
	maxSubject    = 2 << 10 // bytes
	maxFilename   = 500
	maxAddresses  = 500 // in one field
	maxReferences = 100
	maxDefects    = 20
	maxFiles      = commitFiles
)

// fileAttempts is how often a mail is tried for an attachment that Gmail does not give, before it is filed without.
const fileAttempts = 5

// bound cuts what is not body to what a document takes, and says so.
func bound(m *hire.Message) {
	shortened := false
	for _, field := range []*[]hire.Address{&m.From, &m.To, &m.Cc, &m.Bcc} {
		if len(*field) > maxAddresses {
			*field, shortened = (*field)[:maxAddresses], true
		}
	}
	for _, ids := range []*[]string{&m.InReplyTo, &m.References} {
		if n := len(*ids); n > maxReferences {
			*ids = (*ids)[n-maxReferences:] // the newest
		}
	}
	if len(m.Attachments) > maxFiles {
		m.Attachments, shortened = m.Attachments[:maxFiles], true
	}
	m.Defects = m.Defects[:min(len(m.Defects), maxDefects)]
	if shortened {
		m.Defects = append(m.Defects, "the mail names more addresses or files than are kept; the rest is only in Gmail")
	}
}

// cut keeps the first n bytes of a text, and no part of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// keepBody moves a body that is too large for a document into a blob.
func (r *run) keepBody(ctx context.Context, m *hire.Message) error {
	for _, body := range []*string{&m.Text, &m.HTML} {
		if len(*body) > maxBody {
			*body = cut(*body, maxBody)
			m.Defects = append(m.Defects, "the text is longer than 10 MB; the rest is only in Gmail")
		}
	}
	if len(m.Text)+len(m.HTML) <= inlineBody {
		return nil
	}
	content, err := json.Marshal(hire.Body{Text: m.Text, HTML: m.HTML})
	if err != nil {
		return fmt.Errorf("encode body: %w", err)
	}
	b, err := r.Blobs.Put(ctx, r.key.AccountID, bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("store body: %w", err)
	}
	m.BodyBlob, m.Text, m.HTML = b.ID, "", ""
	return nil
}

func addresses(as []mime.Address) []hire.Address {
	out := make([]hire.Address, len(as))
	for i, a := range as {
		out[i] = hire.Address{Name: a.Name, Addr: a.Addr}
	}
	return out
}

// retryDelay is the wait before the next try of a ledger row, by the tries made.
func retryDelay(attempts int) time.Duration {
	steps := []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}
	return steps[min(attempts, len(steps)-1)]
}

// goneAfter is how long, and how often, a message must not be found before it is called gone: a fresh one may not be readable yet.
const (
	goneAfter    = 2 * time.Minute
	goneAttempts = 3
)

// troubled puts a message that could not be read into the ledger, or calls it gone.
func (r *run) troubled(c *store.ImportCommit, gmailID string, err error) {
	old := r.retrying[gmailID]
	if isGone(old, err, r.Now()) {
		c.Excluded = append(c.Excluded, store.Exclusion{GmailID: gmailID, GmailThreadID: c.GmailThreadID, Reason: hire.ExcludedGone})
		c.Settled = append(c.Settled, gmailID)
		return
	}
	c.Settled = slices.DeleteFunc(c.Settled, func(id string) bool { return id == gmailID })
	c.Waiting = append(c.Waiting, store.LedgerRow{
		GmailID: gmailID, GmailThreadID: c.GmailThreadID, Reason: reasonOf(err), NextTryAt: r.Now().Add(retryDelay(old.Attempts)),
	})
}

// isGone tells whether what was not found again may be called gone.
func isGone(old store.LedgerRow, err error, now time.Time) bool {
	return errors.Is(err, gmail.ErrNotFound) && old.Attempts >= goneAttempts && now.Sub(old.Since) >= goneAfter
}

// reasonOf is a trouble in the ledger's words.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, gmail.ErrNotFound):
		return "not_found"
	case errors.Is(err, gmail.ErrUnavailable):
		return "unavailable"
	}
	return "unreadable"
}

// retryLedger tries again what is due in the ledger.
func (r *run) retryLedger(ctx context.Context) error {
	rows, err := r.Store.Ledger(ctx, r.key.AccountID, r.box.Sub, 100)
	if err != nil {
		return fmt.Errorf("read ledger: %w", err)
	}
	r.retrying = map[string]store.LedgerRow{}
	threads := map[string][]string{}
	for _, row := range rows {
		r.retrying[row.GmailID] = row
		if row.Whole {
			again := func() error { return r.retryWhole(ctx, row) }
			if row.GmailID == unlabelRow(row.GmailThreadID) {
				again = func() error { return r.retryUnlabelled(ctx, row.GmailThreadID) }
			}
			if err := again(); err != nil {
				return err
			}
			continue
		}
		threads[row.GmailThreadID] = append(threads[row.GmailThreadID], row.GmailID)
	}
	order := slices.Sorted(maps.Keys(threads))
	tracked, err := r.Store.Tracked(ctx, r.key.AccountID, r.box.Sub, order)
	if err != nil {
		return fmt.Errorf("look up conversations: %w", err)
	}
	var ids []string
	for _, thread := range order {
		if _, known := tracked[thread]; known {
			ids = append(ids, threads[thread]...)
		}
	}
	results, stopped := r.fetch(ctx, ids)
	for _, thread := range order {
		if err := r.retried(ctx, thread, threads[thread], tracked, results, stopped != nil); err != nil {
			return err
		}
	}
	return stopped
}

// retried files what another try has brought of the waiting messages of one conversation.
func (r *run) retried(ctx context.Context, thread string, waiting []string, tracked map[string]store.Tracked, results []gmail.MessageResult, stopped bool) error {
	t, known := tracked[thread]
	if !known { // unlabelled meanwhile: none of ours
		return r.forget(ctx, thread, waiting)
	}
	fetched := slices.DeleteFunc(slices.Clone(results), func(res gmail.MessageResult) bool { return !slices.Contains(waiting, res.ID) })
	if t.State != store.TrackUnmatched || !slices.ContainsFunc(fetched, func(res gmail.MessageResult) bool { return res.Message != nil }) {
		return r.file(ctx, store.ImportCommit{GmailThreadID: thread}, fetched)
	}
	if stopped {
		return nil
	}
	return r.whole(ctx, thread, t.Labelled, t, waiting) // it may bring the address that matches
}

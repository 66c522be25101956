package gmail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

func TestReadingAMailbox(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	ctx := t.Context()
	p, err := g.box.Profile(ctx)
	g.ok(err)
	if p.Address != ritaMail || p.HistoryID != int64(g.rita.HistoryID()) {
		t.Errorf("profile %+v", p)
	}
	cv := bytes.Repeat([]byte{0, 1, 2, 0xff}, 30_000)
	arrived := g.mail(gmailtest.OutgoingMail{
		Subject: "Application", Text: "Grüße", Attachments: []gmailtest.Attachment{{Name: "cv.pdf", Type: "application/pdf", Data: cv}},
	})

	t.Run("history", func(t *testing.T) {
		page, err := g.box.History(ctx, p.HistoryID, "")
		g.ok(err)
		if len(page.Records) != 1 || page.NextPageToken != "" || page.HistoryID < page.Records[0].ID || page.Records[0].ID <= p.HistoryID {
			t.Fatalf("history %+v", page)
		}
		added := page.Records[0].Added
		if len(added) != 1 || added[0].ID != arrived.ID || added[0].ThreadID != arrived.ThreadID || !slices.Contains(added[0].LabelIDs, "INBOX") {
			t.Errorf("added %+v", added)
		}
	})
	t.Run("formats", func(t *testing.T) {
		for format, check := range map[gmail.Format]func(m *gmail.Message) bool{
			gmail.FormatMinimal:  func(m *gmail.Message) bool { return m.Payload == nil && m.Raw == nil },
			gmail.FormatMetadata: func(m *gmail.Message) bool { return m.Header("subject") == "Application" && len(m.Payload.Parts) == 0 },
			gmail.FormatFull: func(m *gmail.Message) bool {
				return m.Header("Message-ID") == arrived.MessageID && len(m.Payload.Parts) == 2
			},
			gmail.FormatRaw: func(m *gmail.Message) bool {
				return bytes.Contains(m.Raw, []byte("Subject: Application\r\n")) && len(m.Raw) > len(cv)
			},
		} {
			m, err := g.box.Message(ctx, arrived.ID, format)
			g.ok(err)
			if m.ID != arrived.ID || m.ThreadID != arrived.ThreadID || !m.InternalDate.Equal(arrived.At) || !slices.Contains(m.LabelIDs, "INBOX") || m.HistoryID <= p.HistoryID || !check(m) {
				t.Errorf("%s: %+v", format, m)
			}
		}
	})
	t.Run("attachment", func(t *testing.T) {
		m, err := g.box.Message(ctx, arrived.ID, gmail.FormatFull)
		g.ok(err)
		body, err := g.box.Attachment(ctx, m.ID, m.Payload.Parts[1].Body.AttachmentId)
		g.ok(err)
		got, err := io.ReadAll(body)
		g.ok(err)
		g.ok(body.Close())
		if !bytes.Equal(got, cv) {
			t.Errorf("attachment of %d bytes differs", len(got))
		}
	})
	t.Run("addresses to send as", func(t *testing.T) {
		g.rita.SetSignature(`<b>Rita</b> "Acme"`)
		g.rita.AddSendAs(gmailtest.SendAs{Email: "talent@acme.example", Name: "Talent", Signature: "<i>Talent</i>", Default: true})
		g.rita.AddSendAs(gmailtest.SendAs{Email: "new@acme.example", Pending: true})
		g.rita.AddSendAs(gmailtest.SendAs{Email: "team@acme.example", NoAlias: true})
		g.rita.AddSendAs(gmailtest.SendAs{Email: "rita@home.example", SMTP: "smtp.home.example"})
		got, err := g.box.SendAs(ctx)
		g.ok(err)
		if diff := cmp.Diff([]gmail.SendAs{
			{Address: ritaMail, Name: "Rita Recruiter", Signature: `<b>Rita</b> "Acme"`, Primary: true, Verified: true, Alias: true},
			{Address: "talent@acme.example", Name: "Talent", Signature: "<i>Talent</i>", Default: true, Verified: true, Alias: true},
			{Address: "new@acme.example", Alias: true},
			{Address: "team@acme.example", Verified: true},
			{Address: "rita@home.example", Verified: true},
		}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("labels", func(t *testing.T) {
		label, err := g.box.CreateLabel(ctx, "Hire")
		g.ok(err)
		if _, err := g.box.CreateLabel(ctx, "hIRE"); !errors.Is(err, gmail.ErrLabelExists) {
			t.Errorf("second label: %v", err)
		}
		all, err := g.box.Labels(ctx)
		g.ok(err)
		if !slices.Contains(all, label) || !slices.Contains(all, gmail.Label{ID: "INBOX", Name: "INBOX", System: true}) {
			t.Errorf("labels %+v", all)
		}
		before, err := g.box.Profile(ctx)
		g.ok(err)
		g.ok(g.rita.LabelThread(arrived.ThreadID, "Hire"))
		page, err := g.box.History(ctx, before.HistoryID, "")
		g.ok(err)
		if len(page.Records) != 1 || len(page.Records[0].LabelsAdded) != 1 {
			t.Fatalf("history %+v", page)
		}
		change := page.Records[0].LabelsAdded[0]
		if change.ID != arrived.ID || !cmp.Equal(change.Changed, []string{label.ID}) || !slices.Contains(change.LabelIDs, label.ID) {
			t.Errorf("change %+v", change)
		}
		threads, err := g.box.ThreadsByLabel(ctx, label.ID, "")
		g.ok(err)
		th, err := g.box.Thread(ctx, arrived.ThreadID, gmail.FormatFull)
		g.ok(err)
		want := gmail.ThreadPage{Threads: []gmail.ThreadRef{{ID: arrived.ThreadID, HistoryID: th.HistoryID}}, Estimate: 1}
		if diff := cmp.Diff(want, threads); diff != "" {
			t.Errorf("threads (-want +got):\n%s", diff)
		}
		if len(th.Messages) != 1 || th.Messages[0].Header("Subject") != "Application" {
			t.Errorf("thread %+v", th)
		}
	})
	if refused := g.tap.refused(); len(refused) != 1 { // the second label
		t.Errorf("refused: %v", refused)
	}
}

func TestListingsGoThroughAllPages(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{Behaviour: gmailtest.Behaviour{EmptyPagesWithToken: true, HistoryPageSize: 3, ListPageSize: 4}})
	ctx := t.Context()
	p, err := g.box.Profile(ctx)
	g.ok(err)
	since := g.clock.Now()
	var want []string
	for i := range 10 {
		g.clock.Advance(time.Minute)
		want = append(want, g.mail(gmailtest.OutgoingMail{Subject: "Mail " + strconv.Itoa(i), Text: "Hello"}).ID)
	}
	g.clock.Advance(time.Minute)
	spam := g.mail(gmailtest.OutgoingMail{Subject: "Spam", Text: "Buy"})
	g.ok(g.rita.Spam(spam.ThreadID))

	var added []string
	pages := 0
	for token := ""; pages == 0 || token != ""; pages++ {
		page, err := g.box.History(ctx, p.HistoryID, token)
		g.ok(err)
		for _, r := range page.Records {
			for _, m := range r.Added {
				added = append(added, m.ID)
			}
		}
		token = page.NextPageToken
	}
	if diff := cmp.Diff(append(slices.Clone(want), spam.ID), added); diff != "" || pages < 8 {
		t.Errorf("history on %d pages (-want +got):\n%s", pages, diff)
	}

	listed := func(since time.Time) (ids []string) {
		for token, first := "", true; first || token != ""; first = false {
			page, err := g.box.MessagesSince(ctx, since, token)
			g.ok(err)
			for _, m := range page.Messages {
				ids = append(ids, m.ID)
			}
			token = page.NextPageToken
		}
		slices.Reverse(ids) // they come newest first
		return ids
	}
	if diff := cmp.Diff(want, listed(since)); diff != "" {
		t.Errorf("messages since the beginning (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[6:], listed(since.Add(6*time.Minute+30*time.Second))); diff != "" {
		t.Errorf("messages since the middle (-want +got):\n%s", diff)
	}
}

func TestManyMessages(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	ctx := t.Context()
	var ids []string
	for i := range 30 {
		ids = append(ids, g.mail(gmailtest.OutgoingMail{Subject: "Mail " + strconv.Itoa(i), Text: "Hello"}).ID)
		g.clock.Advance(time.Second)
	}
	ids = slices.Insert(ids, 7, "00000000000000aa") // never was
	got, err := g.box.Messages(ctx, ids, gmail.FormatFull)
	g.ok(err)
	for i, r := range got {
		switch {
		case r.ID != ids[i]:
			t.Errorf("result %d is %s, want %s", i, r.ID, ids[i])
		case i == 7:
			if !errors.Is(r.Err, gmail.ErrNotFound) || r.Message != nil {
				t.Errorf("unknown message: %+v", r)
			}
		case r.Err != nil || r.Message.ID != ids[i] || r.Message.Header("Subject") == "":
			t.Errorf("result %d: %+v", i, r)
		}
	}
	if n := g.tap.count("/batch/gmail/v1"); n != 2 || len(g.tap.refused()) != 0 {
		t.Errorf("%d batches, refused %v", n, g.tap.refused())
	}
}

func TestRefusalsOfTheSimulator(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	ctx := t.Context()
	g.sim.AddAccount(oauthtest.Account{Email: "nomail@acme.example", EmailVerified: true})
	if _, err := g.client.Mailbox("1002", g.token("nomail@acme.example")).Profile(ctx); !errors.Is(err, gmail.ErrMailServiceOff) {
		t.Errorf("account without Gmail: %v", err)
	}
	if _, err := g.client.Mailbox("1003", g.token(ritaMail, "openid", "email")).Profile(ctx); !errors.Is(err, gmail.ErrForbiddenScope) {
		t.Errorf("scope missing: %v", err)
	}
	stale := func(context.Context) (string, error) { return "ya29.stale", nil }
	if _, err := g.client.Mailbox("1004", stale).Profile(ctx); !errors.Is(err, gmail.ErrUnauthorized) {
		t.Errorf("unknown token: %v", err)
	}
	p, err := g.box.Profile(ctx)
	g.ok(err)
	g.rita.ExpireHistory()
	if _, err := g.box.History(ctx, p.HistoryID, ""); !errors.Is(err, gmail.ErrHistoryExpired) {
		t.Errorf("expired history: %v", err)
	}
	for name, call := range map[string]func() error{
		"message": func() error { _, err := g.box.Message(ctx, "00000000000000aa", gmail.FormatRaw); return err },
		"thread":  func() error { _, err := g.box.Thread(ctx, "00000000000000aa", gmail.FormatFull); return err },
		"draft":   func() error { _, err := g.box.Draft(ctx, "r-1"); return err },
		"delete":  func() error { return g.box.DeleteDraft(ctx, "r-1") },
		"send":    func() error { _, err := g.box.SendDraft(ctx, "r-1"); return err },
	} {
		if err := call(); !errors.Is(err, gmail.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// With the ledger before it, Gmail never has to refuse; and what waits as told gets through.
func TestTheLedgerKeepsWithinGmailsQuota(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	ctx := t.Context()
	id := g.mail(gmailtest.OutgoingMail{Subject: "Hello", Text: "Hello"}).ID
	ids := slices.Repeat([]string{id}, 800)
	waits := 0
	for len(ids) > 0 {
		got, err := g.box.Messages(ctx, ids, gmail.FormatMinimal)
		done := slices.IndexFunc(got, func(r gmail.MessageResult) bool { return r.Message == nil })
		if done < 0 {
			g.ok(err)
			break
		}
		var limit *gmail.RateLimit
		if !errors.As(err, &limit) {
			t.Fatal(err)
		}
		if waits++; waits > 10 {
			t.Fatal("no end")
		}
		g.clock.Advance(limit.Until.Sub(g.clock.Now()))
		ids = ids[done:]
	}
	if refused := g.tap.refused(); len(refused) != 0 || waits != 2 { // 270 a minute
		t.Errorf("waited %d times, refused %v", waits, refused)
	}
	if stats := g.client.Stats(); stats.Methods["messages.get"] != (gmail.MethodStats{Calls: 800, Units: 16_000}) {
		t.Errorf("stats %+v", stats)
	}
}

// Conversations come together as they come one by one, as many as the quota pays for.
func TestThreads(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{}, func(o *gmail.Options) { o.Quota.UserPerMinute = 500 })
	var ids []string
	for i := range 12 {
		sent, err := g.cora.Send(gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: fmt.Sprint("Story ", i), Text: "It begins."})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.cora.Reply(sent, "It ends.", func(m *gmailtest.OutgoingMail) { m.To = []string{ritaMail} }); err != nil {
			t.Fatal(err)
		}
	}
	found, err := g.rita.Threads("subject:story", 0)
	if err != nil || len(found) != 12 {
		t.Fatal(len(found), err)
	}
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	ids[1] = "ffffffffffffffff"
	before := g.sim.Stats()
	got, err := g.box.Threads(t.Context(), ids, gmail.FormatFull)
	if err != nil {
		t.Fatal(err)
	}
	// 90 % of 500 units are for this; each costs 40.
	if len(got) != 11 {
		t.Errorf("%d results, want 11: the quota pays for no more", len(got))
	}
	after := g.sim.Stats()
	if after.HTTP-before.HTTP != 1 || after.Units-before.Units != 11*40 {
		t.Errorf("%d round trips and %d units, want 1 and 440", after.HTTP-before.HTTP, after.Units-before.Units)
	}
	g.clock.Advance(2 * time.Minute)
	for i, res := range got {
		if res.ID != ids[i] {
			t.Errorf("result %d is %s, want %s", i, res.ID, ids[i])
		}
		if i == 1 {
			if !errors.Is(res.Err, gmail.ErrNotFound) {
				t.Errorf("what is not there: %v", res.Err)
			}
			continue
		}
		one, err := g.box.Thread(t.Context(), ids[i], gmail.FormatFull)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one, res.Thread); diff != "" || len(one.Messages) != 2 {
			t.Errorf("%s (-by itself +together):\n%s", ids[i], diff)
		}
	}
	g.clock.Advance(2 * time.Minute)
	if _, err := g.box.Threads(t.Context(), ids[:2], gmail.FormatRaw); !errors.Is(err, gmail.ErrInvalid) {
		t.Errorf("raw: %v", err)
	}
	if _, err := g.box.Threads(t.Context(), []string{ids[0], ""}, gmail.FormatFull); !errors.Is(err, gmail.ErrInvalid) {
		t.Errorf("without an id: %v", err)
	}
}

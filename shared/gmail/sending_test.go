package gmail_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// reply is a mail from Rita in answer to a message, with a filling of so many bytes.
func reply(to gmailtest.Message, filling int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: Re: %s\r\nMessage-ID: <chosen@hire.example>\r\nIn-Reply-To: %s\r\nReferences: %s\r\n", ritaMail, coraMail, to.Subject, to.MessageID, to.MessageID)
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nCome and see us.\r\n")
	b.WriteString(strings.Repeat("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n", filling/64))
	return b.Bytes()
}

func TestSendingThroughADraft(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	ctx := t.Context()
	asked := g.mail(gmailtest.OutgoingMail{Subject: "Application", Text: "Hello"})
	g.clock.Advance(time.Minute)
	d, err := g.box.CreateDraft(ctx, asked.ThreadID, reply(asked, 0))
	g.ok(err)
	if d.ID == "" || d.Message.ThreadID != asked.ThreadID || !slices.Contains(d.Message.LabelIDs, "DRAFT") {
		t.Fatalf("draft %+v", d)
	}
	again, err := g.box.Draft(ctx, d.ID)
	g.ok(err)
	if again.ID != d.ID || again.Message.ID != d.Message.ID {
		t.Errorf("draft read %+v, want %+v", again, d)
	}
	sent, err := g.box.SendDraft(ctx, d.ID)
	g.ok(err)
	if sent.ID == d.Message.ID || sent.ThreadID != asked.ThreadID || !slices.Contains(sent.LabelIDs, "SENT") {
		t.Errorf("sent %+v of draft %+v", sent, d)
	}
	if _, err := g.box.SendDraft(ctx, d.ID); !errors.Is(err, gmail.ErrNotFound) {
		t.Errorf("sent again: %v", err)
	}
	label, err := g.box.CreateLabel(ctx, "Hire")
	g.ok(err)
	before := g.client.Stats().RoundTrips
	m, err := g.box.ReadBackAndLabel(ctx, sent.ID, []string{label.ID}, []string{"Message-ID", "Date"})
	g.ok(err)
	if id := m.Header("Message-ID"); id == "" || id == "<chosen@hire.example>" || m.Header("Subject") != "" || m.ThreadID != asked.ThreadID {
		t.Errorf("read back %+v", m)
	}
	if trips := g.client.Stats().RoundTrips - before; trips != 1 {
		t.Errorf("reading back and labelling took %d round trips", trips)
	}
	if own, err := g.rita.Message(sent.ID); err != nil || !own.Has("Hire") {
		t.Errorf("labels %v, %v", own.Labels, err)
	}
	if inbox := g.cora.Inbox(); len(inbox) != 1 || inbox[0].MessageID != m.Header("Message-ID") {
		t.Errorf("the candidate got %d mails", len(inbox))
	}
	// A label that is gone doesn't hide the mail.
	g.ok(g.rita.DeleteLabel("Hire"))
	if m, err := g.box.ReadBackAndLabel(ctx, sent.ID, []string{label.ID}, nil); m == nil || !errors.Is(err, gmail.ErrInvalid) {
		t.Errorf("got %v, %v", m, err)
	}
}

// Send retried after a lost 200: the candidate must not get the mail twice.
func TestTrap17_ALostAnswerSendsNothingTwice(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	ctx := t.Context()
	asked := g.mail(gmailtest.OutgoingMail{Subject: "Application", Text: "Hello"})
	g.tap.loseAnswerTo("/drafts")
	if _, err := g.box.CreateDraft(ctx, asked.ThreadID, reply(asked, 0)); !errors.Is(err, gmail.ErrUnavailable) {
		t.Fatalf("draft whose answer is lost: %v", err)
	}
	if n, drafts := g.tap.count("/drafts"), g.rita.Drafts(); n != 1 || len(drafts) != 1 {
		t.Fatalf("drafts.create was called %d times and made %d drafts", n, len(drafts))
	}
	id := g.rita.Drafts()[0].DraftID
	g.tap.loseAnswerTo("/drafts/send")
	if _, err := g.box.SendDraft(ctx, id); !errors.Is(err, gmail.ErrNotFound) {
		t.Errorf("send whose answer is lost: %v", err)
	}
	if n, inbox := g.tap.count("/drafts/send"), g.cora.Inbox(); n != 2 || len(inbox) != 1 {
		t.Errorf("drafts.send was called %d times, the candidate has %d mails", n, len(inbox))
	}
	d, err := g.box.CreateDraft(ctx, "", reply(asked, 0))
	g.ok(err)
	g.tap.loseAnswerTo("/drafts/" + d.ID)
	g.ok(g.box.DeleteDraft(ctx, d.ID))
	if drafts := g.rita.Drafts(); len(drafts) != 0 {
		t.Errorf("%d drafts are left", len(drafts))
	}
}

func TestTrap27_ALargeReplyStaysInItsThread(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	ctx := t.Context()
	asked := g.mail(gmailtest.OutgoingMail{Subject: "Application", Text: "Hello"})
	g.clock.Advance(time.Minute)
	headers := asked
	headers.MessageID = "<not-in-this-mailbox@hire.example>" // so that the threadId alone says where it belongs
	raw := reply(headers, 2<<20)
	d, err := g.box.CreateDraft(ctx, asked.ThreadID, raw)
	g.ok(err)
	sent, err := g.box.SendDraft(ctx, d.ID)
	g.ok(err)
	if sent.ThreadID != asked.ThreadID {
		t.Errorf("the reply is in %s, want %s", sent.ThreadID, asked.ThreadID)
	}
	m, err := g.box.Message(ctx, sent.ID, gmail.FormatRaw)
	g.ok(err)
	if want := raw[bytes.Index(raw, []byte("\r\n\r\n")):]; !bytes.HasSuffix(m.Raw, want) {
		t.Errorf("raw mail of %d bytes does not end with what was sent", len(m.Raw))
	}
}

func TestADraftInAThreadThatIsGone(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	asked := g.mail(gmailtest.OutgoingMail{Subject: "Application", Text: "Hello"})
	g.ok(g.rita.DeleteForever(asked.ThreadID))
	if _, err := g.box.CreateDraft(t.Context(), asked.ThreadID, reply(asked, 0)); !errors.Is(err, gmail.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if drafts := g.rita.Drafts(); len(drafts) != 0 {
		t.Errorf("%d drafts", len(drafts))
	}
}

// A sent mail may take seconds to be readable.
func TestReadingBackWaitsForFreshMail(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		takes time.Duration
		err   error
	}{
		{"a second", time.Second, nil},
		{"a minute", time.Minute, gmail.ErrNotFound},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGoogle(t, gmailtest.Options{Behaviour: gmailtest.Behaviour{UnreadableFor: tc.takes}})
			ctx := t.Context()
			label, err := g.box.CreateLabel(ctx, "Hire")
			g.ok(err)
			d, err := g.box.CreateDraft(ctx, "", []byte("To: "+coraMail+"\r\nSubject: Hello\r\n\r\nHello"))
			g.ok(err)
			sent, err := g.box.SendDraft(ctx, d.ID)
			g.ok(err)
			m, err := g.box.ReadBackAndLabel(ctx, sent.ID, []string{label.ID}, []string{"Message-ID"})
			if !errors.Is(err, tc.err) || (m == nil) != (tc.err != nil) {
				t.Fatalf("got %+v, %v", m, err)
			}
			if m != nil && m.Header("Message-ID") == "" {
				t.Errorf("no Message-ID in %+v", m)
			}
			if own, err := g.rita.Message(sent.ID); err != nil || (tc.err == nil) != own.Has("Hire") {
				t.Errorf("labels %v, %v", own.Labels, err)
			}
		})
	}
}

func TestWatching(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{})
	ctx := t.Context()
	const topic = "projects/hire/topics/gmail-notifications"
	w, err := g.box.Watch(ctx, topic, nil)
	g.ok(err)
	if w.HistoryID != int64(g.rita.HistoryID()) || !w.ExpiresAt.Equal(g.clock.Now().Add(7*24*time.Hour)) {
		t.Errorf("watch %+v", w)
	}
	g.clock.Advance(24 * time.Hour)
	renewed, err := g.box.Watch(ctx, topic, nil)
	g.ok(err)
	if !renewed.ExpiresAt.Equal(w.ExpiresAt.Add(24 * time.Hour)) {
		t.Errorf("renewed %+v", renewed)
	}
	if _, err := g.box.Watch(ctx, topic+"-other", nil); !errors.Is(err, gmail.ErrInvalid) {
		t.Errorf("another topic: %v", err)
	}
	for range 2 {
		g.ok(g.box.StopWatch(ctx))
	}
	if _, _, on := g.rita.Watch(); on {
		t.Error("still watched")
	}
}

// Of the user's drafts nothing is read but whether they carry our header, and of those saved at another time not even that.
func TestDraftsWithAHeader(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, gmailtest.Options{Behaviour: gmailtest.Behaviour{ListPageSize: 20}})
	ctx := t.Context()
	draft := func(header, value string) gmail.Draft {
		d, err := g.box.CreateDraft(ctx, "", []byte("To: "+coraMail+"\r\nSubject: Secret\r\n"+header+": "+value+"\r\n\r\nSecret"))
		g.ok(err)
		return d
	}
	draft("X-Mark", "early")
	g.clock.Advance(time.Hour)
	since := g.clock.Now()
	for range 28 { // more than a page
		draft("X-Other", "a")
	}
	marked := draft("x-mark", "b")
	until := g.clock.Now()
	g.clock.Advance(2 * time.Second)
	draft("X-Mark", "late")

	gone := draft("X-Mark", "gone")
	g.ok(g.box.DeleteDraft(ctx, gone.ID))
	before := g.client.Stats()
	got, err := g.box.DraftsWith(ctx, "X-Mark", since, until)
	g.ok(err)
	want := []gmail.MarkedDraft{{Draft: gmail.Draft{ID: marked.ID, Message: gmail.MessageRef{ID: marked.Message.ID, ThreadID: marked.Message.ThreadID}}, Mark: "b", SavedAt: until}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("drafts (-want +got):\n%s", diff)
	}
	after := g.client.Stats()
	if units, want := after.Units()-before.Units(), int64(2*5+29*20); units != want {
		t.Errorf("it took %d units, want %d", units, want)
	}
	if trips := after.RoundTrips - before.RoundTrips; trips != 4 {
		t.Errorf("it took %d round trips, want two pages and two batches", trips)
	}
	for _, path := range g.tap.paths("/drafts/") {
		if path != "/gmail/v1/users/me/drafts/"+gone.ID {
			t.Errorf("the draft itself was asked for: %s", path)
		}
	}
	if got, err := g.box.DraftsWith(ctx, "X-Mark", until.Add(time.Hour), until.Add(2*time.Hour)); err != nil || len(got) != 0 {
		t.Errorf("at another time: %v, %v", got, err)
	}
}

// A draft that is sent or deleted between the listing and the reading is no matter; one that can't be read is, since it may be one of those asked for.
func TestDraftsWithAHeaderThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		status int
		err    error
	}{
		{"gone meanwhile", 404, nil},
		{"Gmail is down", 503, gmail.ErrUnavailable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGoogle(t, gmailtest.Options{})
			_, err := g.box.CreateDraft(t.Context(), "", []byte("To: "+coraMail+"\r\nX-Mark: a\r\n\r\n"))
			g.ok(err)
			g.sim.AddFault(gmailtest.FaultRule{Method: "messages.get", Status: tc.status, Reason: "notFound"})
			if got, err := g.box.DraftsWith(t.Context(), "X-Mark", g.clock.Now(), g.clock.Now()); !errors.Is(err, tc.err) || len(got) != 0 {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

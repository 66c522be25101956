package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"

	"github.com/trakstar/hire-gmail/scripts/site"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// step of the walk.
type step struct {
	title  string
	of     string // where the documentation has it
	builds bool   // it takes as long as building takes
	do     func(context.Context, *site.Site) error
}

var steps = []step{
	{"Firestore and Pub/Sub answer", "SETUP.md, step 1: a project", false, site.Emulators},
	{"Secrets have their containers and their values", "step 7", false, site.LaySecrets},
	{"Topics, subscriptions, queues and the bucket are there", "step 7", false, site.Messaging},
	{"The functions are built", "step 6", true, site.Build},
	{"The functions are there, configured, and closed to strangers", "step 7", false, site.Serve},
	{"Hire's backend tells of an account, its users and a candidate", "step 11", false, told},
	{"A Super Admin switches the integration on", "step 11", false, switchedOn},
	{"A recruiter connects Gmail", "step 11", false, connects},
	{"The recruiter writes to the candidate", "step 12", false, writes},
	{"The candidate answers, and Gmail's notification brings it into the profile", "step 12", false, answered},
	{"A notification gets lost, and the sweep finds the answer", "README.md, how it flows", false, swept},
	{"The label imports another conversation", "step 12", false, labelled},
	{"Hire reads the events", "step 9", false, heard},
	{"The recruiter disconnects, and nothing is left of the token", "OPERATING.md, offboarding", false, disconnects},
}

// onlyReal is what none of it shows.
var onlyReal = []string{
	"that Google takes Terraform's resources as they are written, and that the organisation's policies let them be (terraform/README.md lists what of that is in doubt)",
	"IAM: that each account may do what it must, and no more; the functions check every caller's signature themselves here",
	"that Pub/Sub, Cloud Scheduler and Cloud Tasks sign their calls as documented; here a relay and a server of the definition sign, by an issuer of this machine",
	"that a queue's token overrides its tasks', and the queues' real pace",
	"that Gmail's publisher may publish to the topic, and what a real Gmail and Google's OAuth do: `go run ./scripts/livecheck` tries each fact on a test mailbox",
	"the consent screen, verification of the app and the security assessment (SETUP.md, steps 2 to 4), and the ends of grants in the status Testing",
	"Secret Manager's, Cloud Tasks' and Cloud Storage's own servers, and all quotas: of Gmail, of Secret Manager, of Cloud Run's instances",
	"Firestore's index planner, its expiry of documents, point-in-time recovery, and its rules",
	"Google's build of the sources, Cloud Run's cold starts, concurrency and CPU, and the domain's certificate",
	"traces, figures, dashboards and alerts",
}

// Who takes part.
const (
	account   = "acme"
	sam       = "sam" // Super Admin
	samMail   = "sam@acme.example"
	rita      = "rita" // recruiter
	ritaMail  = "rita@acme.example"
	candidate = "cora"
	coraMail  = "cora@mail.example"
)

// told brings the directory.
func told(ctx context.Context, s *site.Site) error {
	s.Sim.AddMailbox(ritaMail, "Rita Recruiter")
	now := time.Now()
	err := s.Service(ctx, s.Env["BACKEND_AUDIENCE"], strings.Split(s.Env["BACKEND_SERVICE_ACCOUNTS"], ",")[0], "/directory/v1/batch", api.DirectoryBatch{
		Accounts: []api.DirectoryAccount{{ID: account, Name: "Acme", Plan: "pro", Version: 1}},
		Users: []api.DirectoryUser{
			{AccountID: account, ID: sam, Name: "Sam Super", Email: samMail, Role: "super_admin", Active: true, Version: 1},
			{AccountID: account, ID: rita, Name: "Rita Recruiter", Email: ritaMail, Role: "admin", Active: true, Version: 1},
		},
		Candidates: []api.DirectoryCandidate{{AccountID: account, ID: candidate, Name: "Cora Candidate", Emails: []string{coraMail}, UpdatedAt: now, Version: 1}},
	})
	if err != nil {
		return err
	}
	s.Say("Acme on the plan Pro, with Sam (Super Admin), Rita (recruiter) and Cora (candidate)")
	return nil
}

func switchedOn(ctx context.Context, s *site.Site) error {
	if err := as(s, sam, samMail).Call(ctx, "PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}, nil); err != nil {
		return err
	}
	s.Say("Settings, Apps and Integrations, Emails: on")
	return nil
}

func connects(ctx context.Context, s *site.Site) error {
	r := as(s, rita, ritaMail)
	if err := r.Connect(ctx); err != nil {
		return err
	}
	if err := site.Until(ctx, "the first import has ended", func() (bool, error) {
		c, err := r.Connection(ctx)
		return c.State == "connected" && c.Import == nil && !c.VerifiedAt.IsZero(), err
	}); err != nil {
		return err
	}
	name, states, err := token(ctx, s)
	if err != nil {
		return err
	}
	if !slices.Equal(states, []secretmanagerpb.SecretVersion_State{secretmanagerpb.SecretVersion_ENABLED}) {
		return fmt.Errorf("her secret has versions that are %v, want one that is enabled", states)
	}
	box, _ := s.Sim.Mailbox(ritaMail)
	topic, ends, watched := box.Watch()
	if !watched || topic != s.Topic(s.Code.Topics["notifications"]) {
		return fmt.Errorf("her Gmail watches for %q, want our topic", topic)
	}
	if !slices.ContainsFunc(box.Labels(), func(l gmailtest.Label) bool { return l.Name == hire.ImportLabels[0] }) {
		return errors.New("her Gmail has no label Hire")
	}
	s.Say("her refresh token is the one version of %s, kept in %s alone", name, s.Env["REGION"])
	s.Say("Gmail watches for %s until %s, and has the label Hire", topic, ends.Format(time.DateOnly))
	return nil
}

func writes(ctx context.Context, s *site.Site) error {
	r := as(s, rita, ritaMail)
	var sent api.SendResult
	if err := r.Call(ctx, "POST", "/sendmessage/v1/messages", api.SendMessage{CandidateID: candidate, Subject: "Your application", Text: "Can we talk?"}, &sent, "Idempotency-Key", "first"); err != nil {
		return err
	}
	if sent.State != "sent" {
		return fmt.Errorf("the send ended as %s", sent.State)
	}
	got, ok := s.Sim.Outside(coraMail, "Cora Candidate").Last()
	if !ok || got.Subject != "Your application" {
		return errors.New("the candidate has no such mail")
	}
	if err := r.sees(ctx, "Can we talk?"); err != nil {
		return err
	}
	s.Say("the candidate has the mail, from Rita's own address; it stands in Gmail's Sent and in the profile")
	return nil
}

// gmailsSecond is how long after one notification Gmail drops the next.
const gmailsSecond = 1100 * time.Millisecond

// answer lets the candidate answer in the conversation.
func answer(ctx context.Context, s *site.Site, text string) error {
	if err := site.Pause(ctx, gmailsSecond); err != nil {
		return err
	}
	cora := s.Sim.Outside(coraMail, "Cora Candidate")
	asked, _ := cora.Last()
	_, err := cora.Reply(asked, text)
	return err
}

func answered(ctx context.Context, s *site.Site) error {
	if err := answer(ctx, s, "Yes, tomorrow."); err != nil {
		return err
	}
	begun := time.Now()
	r := as(s, rita, ritaMail)
	if err := r.sees(ctx, "Yes, tomorrow."); err != nil {
		return err
	}
	took := time.Since(begun)
	c, err := r.Connection(ctx)
	if err != nil {
		return err
	}
	if c.LastPushAt.IsZero() {
		return errors.New("it is there, but not by a notification")
	}
	s.Say("in the profile after %.1f s", took.Seconds())
	return nil
}

func swept(ctx context.Context, s *site.Site) error {
	// What the notifications so far have asked for is over before one is lost.
	if err := site.Pause(ctx, 2*gmailsSecond); err != nil {
		return err
	}
	s.Lost.Store(true)
	defer s.Lost.Store(false)
	if err := answer(ctx, s, "Or on Friday."); err != nil {
		return err
	}
	if err := sweep(ctx, s); err != nil {
		return err
	}
	r := as(s, rita, ritaMail)
	if err := r.seesNot(ctx, "Or on Friday.", time.Second); err != nil {
		return err
	}
	s.Say("the notification is lost; a sweep within eight minutes of the last sync passes the mailbox over")
	if err := as(s, rita, ritaMail).DateBack(ctx, time.Now().Add(-store.SweepInterval-time.Minute)); err != nil {
		return err
	}
	if err := sweep(ctx, s); err != nil {
		return err
	}
	if err := r.sees(ctx, "Or on Friday."); err != nil {
		return err
	}
	s.Say("eight minutes later (its record is dated back here) the sweep queues a sync, which finds the answer")
	return nil
}

// sweep is one call of Cloud Scheduler.
func sweep(ctx context.Context, s *site.Site) error {
	return s.Service(ctx, s.Env["SCHEDULER_AUDIENCE"], s.Env["SCHEDULER_SERVICE_ACCOUNT"], "/labelsweep/", nil)
}

func labelled(ctx context.Context, s *site.Site) error {
	cora, r := s.Sim.Outside(coraMail, "Cora Candidate"), as(s, rita, ritaMail)
	box, _ := s.Sim.Mailbox(ritaMail)
	for _, label := range hire.ImportLabels {
		subject, text := "Question for "+label, "Is the job remote? Asked before "+label
		if _, err := cora.Send(gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: subject, Text: text}); err != nil {
			return err
		}
		if err := r.seesNot(ctx, text, 2*time.Second); err != nil {
			return err
		}
		found, err := box.Threads("subject:"+label, 0)
		if err != nil {
			return err
		}
		if len(found) != 1 {
			return fmt.Errorf("her Gmail has %d such conversations", len(found))
		}
		if err := box.LabelThread(found[0].ID, label); err != nil {
			return err
		}
		begun := time.Now()
		if err := r.sees(ctx, text); err != nil {
			return fmt.Errorf("with the label %s: %w", label, err)
		}
		s.Say("%s: not read before, and in the profile %.1f s after it was labelled", label, time.Since(begun).Seconds())
	}
	return nil
}

func heard(ctx context.Context, s *site.Site) error {
	count := map[string]int{}
	name := s.Subscription(s.Code.Topics["events"] + "-hire")
	want := []string{store.EventMailboxConnected, store.EventMessageSent, store.EventMessageImported}
	err := site.Until(ctx, "an event of each kind", func() (bool, error) {
		got, err := s.Topics.SubscriptionAdminClient.Pull(ctx, &pubsubpb.PullRequest{Subscription: name, MaxMessages: 100})
		if err != nil {
			return false, err
		}
		var ids []string
		for _, m := range got.ReceivedMessages {
			var event struct{ Type string }
			if err := json.Unmarshal(m.Message.Data, &event); err != nil {
				return false, err
			}
			count[event.Type]++
			ids = append(ids, m.AckId)
		}
		if len(ids) > 0 {
			if err := s.Topics.SubscriptionAdminClient.Acknowledge(ctx, &pubsubpb.AcknowledgeRequest{Subscription: name, AckIds: ids}); err != nil {
				return false, err
			}
		}
		return !slices.ContainsFunc(want, func(kind string) bool { return count[kind] == 0 }), nil
	})
	for _, kind := range slices.Sorted(maps.Keys(count)) {
		s.Say("%d %s", count[kind], kind)
	}
	return err
}

func disconnects(ctx context.Context, s *site.Site) error {
	r := as(s, rita, ritaMail)
	if err := r.Call(ctx, "DELETE", "/settings/v1/connection", nil, nil); err != nil {
		return err
	}
	if err := site.Until(ctx, "the connection has ended", func() (bool, error) {
		c, err := r.Connection(ctx)
		return c.State == "not_connected", err
	}); err != nil {
		return err
	}
	name, states, err := token(ctx, s)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(states, func(x secretmanagerpb.SecretVersion_State) bool { return x != secretmanagerpb.SecretVersion_DESTROYED }) {
		return fmt.Errorf("versions of %s are %v, want all destroyed", name, states)
	}
	box, _ := s.Sim.Mailbox(ritaMail)
	if _, _, watched := box.Watch(); watched {
		return errors.New("her Gmail is watched still")
	}
	if grants := s.Sim.OAuth().Granted(ritaMail); len(grants) > 0 {
		return fmt.Errorf("she still grants us %v", grants)
	}
	if err := r.sees(ctx, "Yes, tomorrow."); err != nil {
		return err
	}
	s.Say("the token is destroyed, the watch stopped, the grant revoked; the mail stays in the profile")
	return nil
}

// token is the secret of Rita's mailbox, and the states of its versions.
func token(ctx context.Context, s *site.Site) (name string, states []secretmanagerpb.SecretVersion_State, err error) {
	for _, secret := range s.Secrets.Secrets() {
		if !strings.HasPrefix(secret.Name, s.SecretName(s.Env["SECRET_PREFIX"])) {
			continue
		}
		if replicas := secret.GetReplication().GetUserManaged().GetReplicas(); len(replicas) != 1 || replicas[0].Location != s.Env["REGION"] {
			return "", nil, fmt.Errorf("%s is kept in %v", secret.Name, replicas)
		}
		if name != "" {
			return "", nil, errors.New("there is more than one secret of a mailbox")
		}
		name, states = secret.Name, s.Secrets.States(secret.Name)
	}
	if name == "" {
		return "", nil, errors.New("there is no secret of a mailbox")
	}
	return name, states, ctx.Err()
}

// recruiter is a user who looks into the candidate's profile.
type recruiter struct{ site.Person }

func as(s *site.Site, user, email string) recruiter {
	return recruiter{site.Person{Site: s, Account: account, User: user, Email: email}}
}

// sees waits until a mail is in the profile.
func (p recruiter) sees(ctx context.Context, text string) error {
	return site.Until(ctx, fmt.Sprintf("%q is in the profile", text), func() (bool, error) {
		all, err := p.Texts(ctx, candidate)
		return slices.Contains(all, text), err
	})
}

// seesNot checks that a mail is not in the profile after some time.
func (p recruiter) seesNot(ctx context.Context, text string, d time.Duration) error {
	if err := site.Pause(ctx, d); err != nil {
		return err
	}
	all, err := p.Texts(ctx, candidate)
	if err == nil && slices.Contains(all, text) {
		err = fmt.Errorf("%q is in the profile already", text)
	}
	return err
}

package operate

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// perMinute is the pace that is taken where none is given: a third of what a new project may spend on a day.
const perMinute = 20_000

// Pace are the flags of a Round.
type Pace struct {
	Place
	Quota     gmail.Quota
	PerMinute int
	StateFile string
	From      store.MailboxKey
	DryRun    bool
}

// Parse reads a program's arguments: those of a Pace, those that own adds; check says what is wrong with these. help is shown above the flags. The error is
// flag.ErrHelp, or one that has been told on errs.
func (p *Pace) Parse(name, help string, args []string, errs io.Writer, own func(*flag.FlagSet), check func() []string) error {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() {
		fmt.Fprint(errs, help)
		f.PrintDefaults()
	}
	var table, from string
	own(f)
	p.Flags(f)
	p.TaskFlags(f)
	f.BoolVar(&p.DryRun, "dry-run", false, "ask for nothing; show which mailboxes there are, and what it would take of Gmail's quota")
	f.IntVar(&p.PerMinute, "per-minute", perMinute, "quota `units` that what is asked for may take a minute: after each mailbox it waits until the next has room")
	f.StringVar(&table, "quota", "2026", "`table` of Gmail's quota units, as in GMAIL_QUOTA: 2026 or legacy")
	f.StringVar(&p.StateFile, "state", "", "`file` to keep the position in; a run that finds one there goes on from it")
	f.StringVar(&from, "after", "", "go on after this mailbox, as `ACCOUNT/USER`")
	if err := f.Parse(args); err != nil {
		return err
	}
	wrong := p.Wrong()
	if f.NArg() > 0 {
		wrong = append(wrong, "there are no arguments, only flags: "+strings.Join(f.Args(), " "))
	}
	if p.PerMinute < 1 {
		wrong = append(wrong, "-per-minute must be 1 at least")
	}
	var err error
	if p.Quota, err = Table(table); err != nil {
		wrong = append(wrong, err.Error())
	}
	if from != "" {
		if p.From, err = ParseName(from); err != nil {
			wrong = append(wrong, "-after: "+err.Error())
		}
		if p.StateFile != "" {
			wrong = append(wrong, "-after and -state both say where to go on: give one of them")
		}
	}
	if wrong = append(wrong, check()...); len(wrong) > 0 {
		fmt.Fprintf(errs, "%s\n%s -h says more\n", strings.Join(wrong, "\n"), name)
		return errors.New("called wrongly")
	}
	return nil
}

// Run does a program's work at the service: its answer is the exit code, 0 done, 1 failed, stopped or not all done, 2 called wrongly. called is what Parse has said.
func (p *Pace) Run(ctx context.Context, name string, called error, errs io.Writer, work func(*Service) error) int {
	switch {
	case errors.Is(called, flag.ErrHelp):
		return 0
	case called != nil:
		return 2
	}
	s, err := p.Open(ctx, errs)
	if err == nil {
		err = errors.Join(work(s), s.Close())
	}
	if err != nil {
		fmt.Fprintln(errs, p.Explain(name, err))
		return 1
	}
	return 0
}

// Begin opens the state of a run that is called of.
func (p *Pace) Begin(s *Service, of string) (*State, error) {
	run, err := s.Store.NewID()
	if err != nil {
		return nil, err
	}
	state, err := OpenState(p.StateFile, of, run)
	if err == nil && p.StateFile == "" {
		state.After = p.From
	}
	return state, err
}

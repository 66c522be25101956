package main

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// shownFigures is what the page of figures gets.
func (p *process) shownFigures() map[string]shownFigure {
	p.t.Helper()
	resp, err := http.Get(p.base + "/dev/figures")
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s, %v", resp.Status, err)
	}
	if strings.Contains(string(body), "@") || strings.Contains(string(body), recruiter) {
		p.t.Errorf("somebody is named: %s", body)
	}
	var all []shownFigure
	if err := json.Unmarshal(body, &all); err != nil {
		p.t.Fatal(err)
	}
	out := map[string]shownFigure{}
	for _, f := range all {
		out[f.Name] = f
	}
	return out
}

// The page has every figure from the beginning, and what a mail and its answer do to them.
func TestFiguresAreShown(t *testing.T) {
	t.Parallel()
	p := launch(t, "dev", nil, anyPort...)
	all := p.shownFigures()
	for _, f := range obs.Figures() {
		if _, ok := all[f.Name]; !ok {
			t.Errorf("%s is missing", f.Name)
		}
	}
	if len(all["hire.reply.lag"].Points) != 0 || all["hire.reply.lag"].Unit != "s" || !slices.Contains(all["hire.reply.lag"].Bounds, 60) {
		t.Errorf("at first: %+v", all["hire.reply.lag"])
	}
	p.person("sam").enable()
	rita := p.person(recruiter)
	rita.connect(ritaMail)
	rita.send("key-1", cora, "Your application", "When could we talk?")
	answers(t, p.base, ritaMail, "When could we talk?", "Tomorrow at ten.")
	rita.shows("When could we talk?", "Tomorrow at ten.")
	until(t, "the reply is told", func() bool { return len(p.shownFigures()["hire.reply.lag"].Points) > 0 })
	all = p.shownFigures()
	reply := all["hire.reply.lag"].Points[0]
	if reply.Of != "push" || reply.Count != 1 || len(reply.Buckets) != len(all["hire.reply.lag"].Bounds)+1 {
		t.Errorf("the reply: %+v", reply)
	}
	if sent := all["hire.send.outcomes"].Points; len(sent) != 1 || sent[0].Of != "sent" || sent[0].Value != 1 {
		t.Errorf("the send: %+v", sent)
	}
	if len(all["hire.gmail.quota.spent"].Points) < 5 {
		t.Errorf("units: %+v", all["hire.gmail.quota.spent"].Points)
	}
}

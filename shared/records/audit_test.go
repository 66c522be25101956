package records_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/records"
	"github.com/trakstar/hire-gmail/shared/store"
)

// trail is an audit trail of so many entries, a second apart.
type trail struct {
	entries int
	most    int // entries read at once
	taken   int // how often it was noted that it is taken
}

var begin = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func (a *trail) AuditExport(context.Context, string, string, string, string) error {
	a.taken++
	return nil
}

func (a *trail) Audit(_ context.Context, _ string, q store.AuditQuery, limit int) (out []store.AuditEntry, err error) {
	from := a.entries
	if q.After != nil {
		from = int(q.After.At.Sub(begin) / time.Second)
	}
	for i := from - 1; i >= 0 && len(out) < limit; i-- {
		out = append(out, store.AuditEntry{ID: fmt.Sprint(i), At: begin.Add(time.Duration(i) * time.Second), Action: "x"})
	}
	a.most = max(a.most, len(out))
	return out, nil
}

// A long trail comes in answers of a bound size, read in pages, each entry once and without a gap.
func TestExportAuditInPages(t *testing.T) {
	t.Parallel()
	for _, entries := range []int{0, 1, 500, 20_000, 45_321} {
		a := &trail{entries: entries}
		next, answers := entries-1, 0
		for q := (store.AuditQuery{}); ; answers++ {
			var b bytes.Buffer
			if err := records.ExportAudit(t.Context(), a, &b, "acme", "sam", q); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(b.String()), "\n")
			for _, l := range lines[:len(lines)-1] {
				var e api.AuditEntry
				if err := json.Unmarshal([]byte(l), &e); err != nil || e.ID != fmt.Sprint(next) {
					t.Fatalf("line %s (%v), want entry %d", l, err, next)
				}
				next--
			}
			var end api.AuditExportEnd
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil || !end.End || end.Entries != len(lines)-1 || end.Entries > 20_000 {
				t.Fatalf("end %s (%v) after %d lines", lines[len(lines)-1], err, len(lines)-1)
			}
			if end.NextPageToken == "" {
				break
			}
			place, err := api.DecodePageToken(end.NextPageToken)
			if err != nil {
				t.Fatal(err)
			}
			q.After = (*store.Position)(place)
		}
		if next != -1 || a.most > 500 || a.taken != 1 {
			t.Errorf("of %d entries %d are missing; %d at once; noted %d times", entries, next+1, a.most, a.taken)
		}
	}
}

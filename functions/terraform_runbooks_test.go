package functions_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// runbookLine is a line of the log that a runbook looks for; gcloud's quotes are cut where it has one itself.
	runbookLine   = regexp.MustCompile(`jsonPayload\.message="((?:'"'"'|[^"])*)"`)
	runbookLink   = regexp.MustCompile(`\]\(([^)#:]*)(?:#([a-z0-9-]+))?\)`)
	runbookScript = regexp.MustCompile(`\./scripts/([a-z]+)`)
	heading       = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// TestRunbooksAreTrue keeps what runbooks say of the code the same as the code: which lines are logged, which programs there are, what is linked to. That each alert has one, and which
// alerts are in the log, is tested in terraform/tests.
func TestRunbooksAreTrue(t *testing.T) {
	t.Parallel()
	books, err := filepath.Glob("../terraform/runbooks/*.md")
	if err != nil || len(books) == 0 {
		t.Fatalf("no runbooks: %v", err)
	}
	source := sourceText(t)
	for _, path := range books {
		text := readText(t, path)
		for _, m := range runbookLine.FindAllStringSubmatch(text, -1) {
			if line := strings.ReplaceAll(m[1], `'"'"'`, `'`); !strings.Contains(source, `"`+line+`"`) {
				t.Errorf("%s looks for the line %q, which nobody logs", path, line)
			}
		}
		for _, m := range runbookScript.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat("../scripts/" + m[1]); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
		for _, m := range runbookLink.FindAllStringSubmatch(text, -1) {
			to := path
			if m[1] != "" {
				to = filepath.Join(filepath.Dir(path), m[1])
			}
			if !strings.HasSuffix(to, ".md") {
				to += ".md" // README stands for README.md
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s: %v", path, m[1], err)
			} else if m[2] != "" && !hasHeading(readText(t, to), m[2]) {
				t.Errorf("%s links to #%s, which %s has not", path, m[2], to)
			}
		}
	}
}

// alertWords are the values of a label that an alert looks for.
var alertWords = regexp.MustCompile(`metric\.labels\.[a-z_]+ = (?:one_of\(([^)]*)\)|(\\"[a-z_]+\\"))`)

// TestAlertsKnowTheCodesWords keeps an alert about a metric of ours from waiting for a word that the code does not say.
func TestAlertsKnowTheCodesWords(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../terraform/alerts_*.tf")
	if err != nil {
		t.Fatal(err)
	}
	source, words := sourceText(t), 0
	for _, path := range files {
		for _, line := range strings.Split(readText(t, path), "\n") {
			if !strings.Contains(line, "local.ours[") {
				continue // of Google's
			}
			for _, m := range alertWords.FindAllStringSubmatch(line, -1) {
				for word := range strings.SplitSeq(m[1]+m[2], ",") {
					words++
					if word = strings.Trim(word, ` \"`); !strings.Contains(source, `"`+word+`"`) {
						t.Errorf("%s waits for %q, which the code does not say", path, word)
					}
				}
			}
		}
	}
	if words == 0 {
		t.Error("no alert looks for any word")
	}
}

// hasHeading tells whether a text in Markdown has a heading that GitHub gives this anchor.
func hasHeading(text, anchor string) bool {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		words := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
				return r
			}
			return -1
		}, strings.ToLower(m[1]))
		if words == anchor {
			return true
		}
	}
	return false
}

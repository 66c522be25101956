package web

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	linked    = regexp.MustCompile(`(?:href|src)(?:="|: '| = ')(/assets/[^"']+)["']`)
	imported  = regexp.MustCompile(`(?m)^(?:import|export) (?:\* as \w+|\{([^}]*)\}) from '([^']+)';`)
	anyImport = regexp.MustCompile(`(?m)^\s*import\b.*$|\bimport\(`)
	exported  = regexp.MustCompile(`(?m)^export (?:async )?(?:function|const|let|class) (\w+)`)
)

// Every file that a page, a stylesheet or a module asks for is embedded, every name that a module imports is exported, and nothing is embedded that no page needs.
func TestAssetsResolve(t *testing.T) {
	t.Parallel()
	files := load()
	pages := []string{"mail.html", "missing.html"}
	for name, page := range framed(files["app.html"]) {
		files[name] = page
		pages = append(pages, name)
	}
	delete(files, "app.html")
	exports := map[string][]string{}
	for name, f := range files {
		for _, m := range exported.FindAllStringSubmatch(string(f.body), -1) {
			exports[name] = append(exports[name], m[1])
		}
	}
	needed := map[string]bool{}
	var need func(by, name string)
	need = func(by, name string) {
		f, ok := files[name]
		if !ok {
			t.Errorf("%s asks for %s, which is not there", by, name)
		}
		if !ok || needed[name] {
			return
		}
		needed[name] = true
		body := string(f.body)
		for _, m := range linked.FindAllStringSubmatch(body, -1) {
			need(name, strings.TrimPrefix(m[1], "/assets/"))
		}
		if path.Ext(name) != ".js" {
			return
		}
		read := imported.FindAllStringSubmatch(body, -1)
		if all := anyImport.FindAllString(body, -1); len(all) != len(read) {
			t.Errorf("%s has %d imports, of which this test understands %d: %q", name, len(all), len(read), all)
		}
		for _, m := range read {
			from := path.Join(path.Dir(name), m[2])
			if !strings.HasPrefix(m[2], ".") {
				t.Errorf("%s imports %s; there are no modules from elsewhere", name, m[2])
				continue
			}
			need(name, from)
			for _, word := range strings.Split(m[1], ",") {
				word, alias, renamed := strings.Cut(strings.TrimSpace(word), " as ")
				if word != "" && !slices.Contains(exports[from], word) {
					t.Errorf("%s imports %s, which %s does not export", name, word, from)
				}
				if !renamed {
					alias = word
				}
				if uses := len(regexp.MustCompile(`\b`+alias+`\b`).FindAllString(body, -1)); word != "" && uses < 2 {
					t.Errorf("%s imports %s and does not use it", name, alias)
				}
			}
		}
	}
	for _, page := range pages {
		need("the program", page)
	}
	for name := range files {
		if !needed[name] {
			t.Errorf("%s is embedded and nothing asks for it", name)
		}
	}
}

// The Content-Security-Policy of the pages would refuse these.
func TestAssetsHaveNothingInline(t *testing.T) {
	t.Parallel()
	refused := regexp.MustCompile(`<script>|<style|\sstyle="|\son[a-z]+="|innerHTML|insertAdjacentHTML|document\.write|eval\(|https?://[^'"]*\.(?:js|css)\b`)
	for name, f := range load() {
		if m := refused.FindString(string(f.body)); m != "" {
			t.Errorf("%s has %q", name, m)
		}
	}
}

var (
	testID     = regexp.MustCompile(`testid: '([^']+)'`)
	prefix     = regexp.MustCompile("`([a-z-]+-)\\$\\{")
	parens     = regexp.MustCompile(`\([^)]*\)`)
	documented = regexp.MustCompile(`^[a-z]+(?:-[a-z]+)+$`)
)

// What a module's first comment names are the data-testid attributes that it makes, and no others. Names made of one word and names passed on to another module are not looked for.
func TestTestIDsAreDocumented(t *testing.T) {
	t.Parallel()
	for name, f := range load() {
		if path.Ext(name) != ".js" {
			continue
		}
		body := string(f.body)
		var comment []string
		for line := range strings.Lines(body) {
			if !strings.HasPrefix(line, "//") {
				break
			}
			comment = append(comment, strings.TrimPrefix(strings.TrimSpace(line), "//"))
		}
		body = regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(body, "")
		_, ids, _ := strings.Cut(strings.Join(comment, " "), "data-testid:")
		ids = parens.ReplaceAllString(ids, " ")
		words := strings.FieldsFunc(ids, func(r rune) bool { return strings.ContainsRune(" ,;.", r) })
		for _, m := range testID.FindAllStringSubmatch(body, -1) {
			if !slices.Contains(words, m[1]) {
				t.Errorf("%s makes data-testid %q, which its first comment does not name", name, m[1])
			}
		}
		for _, word := range words {
			made := strings.Contains(body, "'"+word+"'") || slices.ContainsFunc(prefix.FindAllStringSubmatch(body, -1), func(m []string) bool { return strings.HasPrefix(word, m[1]) })
			if documented.MatchString(word) && !made {
				t.Errorf("%s names data-testid %q and does not make it", name, word)
			}
		}
	}
}

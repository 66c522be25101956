//go:build browser

package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// axe is the source of axe-core.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("testdata/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		return "", fmt.Errorf("%w: scripts/test.sh installs it, by npm ci in scripts/dev/testdata/axe", err)
	}
	return string(source), nil
})

// violation is what axe-core has found, of one rule.
type violation struct {
	ID, Impact, Help string
	Targets          []string
}

// looks walks through what the page shows at this moment as those do who can't see it, or see it on a phone or in the dark: axe-core finds nothing serious, nothing
// has to be scrolled to the side, and what is to be touched is large enough. name is that of its pictures.
func (v *visitor) looks(name string) {
	v.t.Helper()
	v.settled()
	for _, at := range []struct {
		theme         string
		width, height int64
		rules         []string
	}{{"light", 1280, 900, nil}, {"dark", 1280, 900, ofColours}, {"dark", 390, 844, ofColours}, {"light", 390, 844, nil}} {
		view := fmt.Sprintf("%s in %s, %d px wide", name, at.theme, at.width)
		v.view(at.width, at.height, at.theme)
		v.settled()
		for _, found := range v.violations(at.rules...) {
			v.t.Errorf("%s: axe-core finds %s (%s): %s\n\t%s", view, found.ID, found.Impact, found.Help, strings.Join(found.Targets, "\n\t"))
		}
		if wide := ask1[[]string](v, tooWide); len(wide) > 0 {
			v.t.Errorf("%s: it can be scrolled to the side: %s", view, strings.Join(wide, ", "))
		}
		if at.width < 500 {
			if small := ask1[[]string](v, tooSmall); len(small) > 0 {
				v.t.Errorf("%s: too small to be touched: %s", view, strings.Join(small, ", "))
			}
		}
		v.picture(fmt.Sprintf("%s-%s-%d", name, at.theme, at.width))
	}
	if more := ask1[[]string](v, darkDoesMore); len(more) > 0 {
		v.t.Errorf("%s: the dark changes more than colours, so that all rules are to be tried in it: %s", name, strings.Join(more, ", "))
	}
	v.view(1280, 900, "light")
}

// ofColours are the rules of axe-core that look at colours. The dark has other colours and nothing else, so that every other rule finds there what it finds in the light.
var ofColours = []string{"color-contrast", "link-in-text-block"}

// darkDoesMore names what style sheets set by the system's colours that is none.
const darkDoesMore = `() => [...document.styleSheets].flatMap((s) => [...s.cssRules]).filter((r) => r.media?.mediaText.includes('color-scheme')).flatMap((r) => [...r.cssRules])
	.flatMap((r) => [...r.style].filter((name) => !name.startsWith('--shadow') && !CSS.supports('color', r.style.getPropertyValue(name))).map((name) => r.selectorText + ' ' + name))`

// settled waits until nothing moves: a colour on its way from one to another has no contrast to speak of.
func (v *visitor) settled() {
	v.t.Helper()
	v.poll("the page to stand still", `() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity) && !document.querySelector('[aria-busy="true"]')`)
}

// violations are the serious and critical ones that axe-core finds by these rules; none: by all. What is inside the frame of a mail is its writer's.
func (v *visitor) violations(rules ...string) []violation {
	v.t.Helper()
	source, err := axe()
	if err != nil {
		v.t.Fatal(err)
	}
	if !ask1[bool](v, `() => Boolean(window.axe)`) {
		ask1[bool](v, `(source) => { (0, eval)(source); return true; }`, source)
	}
	return ask1[[]violation](v, `async (rules) => {
		const { violations } = await axe.run(document, { iframes: false, resultTypes: ['violations'], ...(rules && { runOnly: { type: 'rule', values: rules } }) });
		return violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => ({ ID: v.id, Impact: v.impact, Help: v.help, Targets: v.nodes.map((n) => n.target.join(' ') + ': ' + n.html.slice(0, 160) + ' ' + (n.failureSummary ?? '').split('\n').at(-1)) }));
	}`, rules)
}

// tooWide names what stands out of the window at its side.
const tooWide = `() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
	[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((e) => e.tagName + '.' + e.className).slice(0, 5)`

// tooSmall names what is to be touched and is under 24 by 24 px (WCAG 2.2, 2.5.8). A link within a line of text is as high as the line.
const tooSmall = `() => [...document.querySelectorAll('button, a[href], select, summary, input, textarea')].filter((e) => {
	if (!e.checkVisibility() || e.closest('.sr-only, .skip') || e.matches('.sr-only, .skip, p a, .prose a')) return false;
	const box = (e.closest('label') ?? e).getBoundingClientRect();
	return box.width < 24 || box.height < 24;
}).map((e) => (e.dataset.testid ?? e.tagName) + ' ' + Math.round(e.getBoundingClientRect().width) + 'x' + Math.round(e.getBoundingClientRect().height))`

// The checks themselves find what they are to find.
func TestPagesCheckFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "about:blank#")
	v.open("")
	ask1[bool](v, `() => { document.body.innerHTML = '<main><button></button><img src="data:," width="2000"><p><a href="#">x</a></p><p style="color: #eee; background: white">faint</p></main>'
		+ '<style>@media (prefers-color-scheme: dark) { p { --text: #fff; color: black; padding: 9px } }</style>'; return true; }`)
	found := map[string]bool{}
	for _, x := range v.violations() {
		found[x.ID] = true
	}
	if !found["button-name"] || !found["image-alt"] || !found["color-contrast"] {
		t.Errorf("axe-core finds %v of a button and an image without a name and a text that is too faint", found)
	}
	if got := v.violations(ofColours...); len(got) != 1 || got[0].ID != "color-contrast" {
		t.Errorf("by the rules of colours it finds %v, want the faint text alone", got)
	}
	all := ask1[[]string](v, `() => axe.getRules(['cat.color']).map((r) => r.ruleId).filter((id) => id !== 'color-contrast-enhanced').sort()`) // that one asks for more than we do
	if !slices.Equal(all, ofColours) {
		t.Errorf("axe-core's rules of colours are %q, want %q", all, ofColours)
	}
	if got := ask1[[]string](v, darkDoesMore); !slices.Equal(slices.Compact(got), []string{"p padding-top", "p padding-right", "p padding-bottom", "p padding-left"}) {
		t.Errorf("beyond colours the dark changes %q, want the padding", got)
	}
	if len(ask1[[]string](v, tooWide)) == 0 || len(ask1[[]string](v, tooSmall)) == 0 {
		t.Error("the wide image or the small button is not found")
	}
}

//go:build browser

package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// elsewhere is a server that notes what a mail makes a browser ask for.
type elsewhere struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newElsewhere(t *testing.T) *elsewhere {
	e := &elsewhere{}
	e.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.mu.Lock()
		e.asked = append(e.asked, r.URL.Path)
		e.mu.Unlock()
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>`)) // the browser may have gone
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *elsewhere) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.asked)
}

// A mail's images on other servers are loaded when its reader asks for them, and not before.
func TestPagesShowImagesWhenAskedFor(t *testing.T) {
	e := newElsewhere(t)
	s := connectedStage(t, "rita")
	s.post("outside/"+coraMail, mail{Name: "Cora Lindqvist", To: to(ritaMail), Subject: "My portfolio", Text: "See below.",
		HTML: `<p>See below.</p><img src="` + e.URL + `/pixel.svg" alt="a robot"><blockquote>What do you build?</blockquote>`})
	s.label(ritaMail, "My portfolio", "Hire")
	v := s.visitor("rita", "/hire/candidates")
	v.openThread(cora, "My portfolio")
	v.sees(id("show-images"), "Show images")
	inFrame := `(selector, text) => { const d = document.querySelector('[data-testid="message-html"]')?.contentDocument; return Boolean(d && [...d.querySelectorAll(selector)].some((e) => e.textContent.includes(text))); }`
	v.poll("the mail is shown", inFrame, "p", "See below.")
	v.poll("what it quotes is folded", inFrame, "details:not([open]) blockquote", "What do you build?")
	v.looks("images-held-back")
	if got := e.all(); len(got) != 0 {
		t.Errorf("before they are asked for, the images %q were loaded", got)
	}
	v.click(id("show-images"))
	v.sees(id("message-html", "data-images=images"), "")
	until(t, "the image is loaded", func() bool { return len(e.all()) == 1 })
	v.gone(id("show-images"))
}

// If the sanitisers of the server and of the page let everything through, a script does not run and nothing is loaded from elsewhere: the frame alone sees to that.
func TestPagesHoldWithoutSanitising(t *testing.T) {
	e := newElsewhere(t)
	s := newStage(t)
	for _, kind := range []struct {
		name, images string
		loaded       []string
	}{{"images are not asked for", "false", nil}, {"images are asked for", "true", []string{"/img.svg"}}} {
		t.Run(kind.name, func(t *testing.T) {
			v := s.visitor("rita", "/hire/candidates")
			v.t = t
			before := len(e.all())
			ask1[bool](v, `async (server, images) => {
				window.ran = [];
				const { frameOf } = await import('/assets/js/mailframe.js');
				const html = '<p onclick="parent.ran.push(1)">Hello</p><img id="there" src="' + server + '/img.svg" onerror="parent.ran.push(2)" onload="parent.ran.push(3)">'
					+ '<iframe src="' + server + '/iframe"></iframe><object data="' + server + '/object"></object><link rel="stylesheet" href="' + server + '/style.css"><style>body { background: url(' + server + '/style) }</style>'
					+ '<div style="background: url(' + server + '/attribute)">x</div><video src="' + server + '/video" autoplay></video><form action="' + server + '/form"><button id="go">x</button></form>'
					+ '<a id="run" href="javascript:parent.ran.push(4)">x</a><svg><image href="' + server.replace('https:', 'http:') + '/plain.svg"/></svg>';
				const frame = frameOf(new DOMParser().parseFromString(html, 'text/html'), { title: 'Hostile', images: images === 'true', fetchInline: () => undefined });
				window.hostile = frame;
				document.getElementById('main').append(frame);
				await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
				// What a parser leaves inert is made anew: a script element that is put into the page runs, if it may.
				const inside = frame.contentDocument;
				window.refused = [];
				inside.addEventListener('securitypolicyviolation', (e) => window.refused.push(e.effectiveDirective));
				for (const attributes of [{ textContent: 'parent.ran.push(5)' }, { src: server + '/script.js' }, { src: '/assets/js/dom.js' }]) inside.body.append(Object.assign(inside.createElement('script'), attributes));
				inside.body.append(Object.assign(inside.createElement('img'), { src: '/assets/icons/hire.svg' }));
				inside.querySelector('p').click();
				inside.querySelector('#run').click();
				inside.querySelector('#go').click();
				return true;
			}`, e.URL, kind.images)
			// An image of this origin is refused by the policy in any case, after all that came before it.
			v.poll("the policy refuses", `() => window.refused.includes('img-src') && window.hostile.contentDocument.readyState === 'complete'`)
			v.poll("the image is settled", `() => window.hostile.contentDocument.querySelector('#there').complete`)
			if ran := ask1[[]int](v, `() => window.ran`); len(ran) > 0 {
				t.Errorf("scripts %v have run", ran)
			}
			if got := e.all()[before:]; !slices.Equal(got, kind.loaded) {
				t.Errorf("loaded from elsewhere: %q, want %q", got, kind.loaded)
			}
		})
	}
}

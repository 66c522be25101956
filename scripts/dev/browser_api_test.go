//go:build browser

package main

import (
	"slices"
	"testing"

	"github.com/trakstar/hire-gmail/shared/api/openapi"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// The contract can be read: each operation, each problem code, and what is linked is there.
func TestPagesShowTheContract(t *testing.T) {
	s := newStage(t)
	v := newVisitor(t, s.base)
	v.open("/")
	v.clickOn(id("devbar")+" a", "API")
	v.sees(id("api-type", "data-name=Thread"), "message_list")
	shown := ask1[[]string](v, `() => [...document.querySelectorAll('[data-testid=api-operation], [data-testid=api-code]')].map((e) => e.dataset.id ?? e.dataset.code)`)
	for _, o := range openapi.Operations() {
		if !slices.Contains(shown, o.ID) {
			t.Errorf("the operation %s is not shown", o.ID)
		}
	}
	for _, c := range hire.Codes() {
		if !slices.Contains(shown, string(c.Code)) {
			t.Errorf("the code %s is not shown", c.Code)
		}
	}
	if broken := ask1[[]string](v, `() => [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href').slice(1)).filter((at) => !document.getElementById(at))`); len(broken) > 0 {
		t.Errorf("links that lead nowhere: %q", broken)
	}
	v.looks("contract")
}

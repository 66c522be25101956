package functions_test

import (
	"testing"

	"github.com/trakstar/hire-gmail/shared/api/openapi"
	"github.com/trakstar/hire-gmail/shared/golden"
)

// Every example of the document is sent to the running functions, and is answered as the document says: the answers that it shows are those of this test.
func TestOpenAPIExamples(t *testing.T) {
	operations := openapi.Operations()
	recorded := make(map[string]map[string]openapi.Recorded, len(operations))
	for _, o := range operations {
		recorded[o.ID] = map[string]openapi.Recorded{}
	}
	t.Run("operations", func(t *testing.T) {
		for _, o := range operations {
			t.Run(o.ID, func(t *testing.T) {
				t.Parallel()
				c, err := theContract()
				if err != nil {
					t.Fatal(err)
				}
				s := newStory(t)
				for _, e := range o.Examples {
					a := s.ask(o, s.asked(e))
					if a.Status != e.Status {
						t.Errorf("%s: status %d, want %d: %s\n%s", e.Name, a.Status, e.Status, a.Body, s.logs)
					}
					if err := c.holds(o, a); err != nil {
						t.Errorf("%s: %v: %s", e.Name, err, a.Body)
					}
					recorded[o.ID][e.Name] = s.recorded(a) // one goroutine an operation
				}
			})
		}
	})
	text, err := openapi.Encode(recorded)
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, "../shared/api/openapi/examples.json", text)
}

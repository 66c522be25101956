package docs_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func TestQueryCheck(t *testing.T) {
	t.Parallel()
	good := docs.Query{Collection: "accounts/a/users", OrderBy: "Name", Limit: 1}
	tests := map[string]struct {
		change func(*docs.Query)
		ok     bool
	}{
		"good":                {func(q *docs.Query) {}, true},
		"by id":               {func(q *docs.Query) { q.OrderBy = "" }, true},
		"root collection":     {func(q *docs.Query) { q.Collection = "accounts" }, true},
		"a document":          {func(q *docs.Query) { q.Collection = "accounts/a" }, false},
		"no collection":       {func(q *docs.Query) { q.Collection = "" }, false},
		"no limit":            {func(q *docs.Query) { q.Limit = 0 }, false},
		"before":              {func(q *docs.Query) { q.Before = "x" }, true},
		"before, no order":    {func(q *docs.Query) { q.OrderBy, q.Before = "", "x" }, false},
		"after":               {func(q *docs.Query) { q.After = &docs.Position{Value: "", ID: "x"} }, true},
		"after, no id":        {func(q *docs.Query) { q.After = &docs.Position{Value: "x"} }, false},
		"after, no value":     {func(q *docs.Query) { q.After = &docs.Position{ID: "x"} }, false},
		"after, idle value":   {func(q *docs.Query) { q.OrderBy, q.After = "", &docs.Position{Value: "x", ID: "x"} }, false},
		"after an id, by ids": {func(q *docs.Query) { q.OrderBy, q.After = "", &docs.Position{ID: "x"} }, true},
	}
	for name, test := range tests {
		q := good
		test.change(&q)
		if err := q.Check(); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaMatch(t *testing.T) {
	t.Parallel()
	one := docs.Index{Collection: "threads", Fields: []string{"LastAt"}, Way: docs.BothWays}
	two := docs.Index{Collection: "threads", Fields: []string{"CandidateID", "LastAt"}}
	down := docs.Index{Collection: "threads", Fields: []string{"OwnerID", "LastAt"}, Way: docs.Downwards}
	schema := docs.Schema{Indexes: []docs.Index{{Collection: "users", Fields: []string{"Name"}}, one, two, down}}
	by := func(fields ...string) (w []docs.Equal) {
		for _, f := range fields {
			w = append(w, docs.Equal{Field: f, Value: "v"})
		}
		return w
	}
	tests := map[string]struct {
		q    docs.Query
		want docs.Index
		err  error
	}{
		"by id":              {docs.Query{}, docs.Index{}, nil},
		"by id, down":        {docs.Query{Desc: true}, docs.Index{}, docs.ErrNoIndex},
		"in order":           {docs.Query{OrderBy: "LastAt"}, one, nil},
		"in order, down":     {docs.Query{OrderBy: "LastAt", Desc: true}, one, nil},
		"equal and in order": {docs.Query{Where: by("CandidateID"), OrderBy: "LastAt"}, two, nil},
		"equal, against it":  {docs.Query{Where: by("CandidateID"), OrderBy: "LastAt", Desc: true}, docs.Index{}, docs.ErrNoIndex},
		"equal and down":     {docs.Query{Where: by("OwnerID"), OrderBy: "LastAt", Desc: true}, down, nil},
		"up a falling one":   {docs.Query{Where: by("OwnerID"), OrderBy: "LastAt"}, docs.Index{}, docs.ErrNoIndex},
		"ids of a falling":   {docs.Query{Where: by("OwnerID", "LastAt")}, docs.Index{}, docs.ErrNoIndex},
		"equal in all":       {docs.Query{Where: by("CandidateID", "LastAt")}, two, nil},
		"equal in one":       {docs.Query{Where: by("LastAt")}, one, nil},
		"equal in all, down": {docs.Query{Where: by("LastAt"), Desc: true}, docs.Index{}, docs.ErrNoIndex},
		"equal in a part":    {docs.Query{Where: by("CandidateID")}, docs.Index{}, docs.ErrNoIndex},
		"the other way":      {docs.Query{Where: by("LastAt", "CandidateID")}, docs.Index{}, docs.ErrNoIndex},
		"another one's":      {docs.Query{OrderBy: "Name"}, docs.Index{}, docs.ErrNoIndex},
	}
	for name, test := range tests {
		test.q.Collection = "accounts/a/threads"
		got, ok, err := schema.Match(test.q)
		if !errors.Is(err, test.err) || ok != (test.want.Fields != nil) || !cmp.Equal(got, test.want) {
			t.Errorf("%s: %v, %v, %v; want %v, %v", name, got, ok, err, test.want, test.err)
		}
	}
}

package api_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

type order struct {
	Name   string         `json:"name"`
	Count  int            `json:"count"`
	Price  float64        `json:"price"`
	Urgent bool           `json:"urgent"`
	Tags   []string       `json:"tags"`
	At     time.Time      `json:"at"`
	To     *order         `json:"to"`
	More   map[string]int `json:"more"`
	Data   []byte         `json:"data"`
}

func decode(t *testing.T, contentType, body string) (order, error) {
	t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return api.DecodeJSON[order](httptest.NewRecorder(), r, 200)
}

func TestDecodeJSON(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"application/json", "application/json; charset=utf-8", `Application/JSON; charset="UTF-8"`} {
		got, err := decode(t, contentType, " {\"name\":\"Zoë\",\"count\":2,\"at\":\"2026-11-02T09:30:00Z\",\"to\":{\"tags\":[\"a\"]}}\r\n ")
		if err != nil {
			t.Fatal(err)
		}
		want := order{Name: "Zoë", Count: 2, At: time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC), To: &order{Tags: []string{"a"}}}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("value (-want +got):\n%s", d)
		}
	}
}

func TestDecodeJSONErrors(t *testing.T) {
	t.Parallel()
	const private = "do-not-quote"
	tests := []struct {
		name, contentType, body string
		code                    hire.Code
		fields                  map[string]string
		params                  map[string]any
	}{
		{"no content type", "", "{}", hire.CodeUnsupportedMedia, nil, nil},
		{"form", "application/x-www-form-urlencoded", "{}", hire.CodeUnsupportedMedia, nil, nil},
		{"text, which a page of any origin may send without being asked", "text/plain", "{}", hire.CodeUnsupportedMedia, nil, nil},
		{"other charset", "application/json; charset=iso-8859-1", "{}", hire.CodeUnsupportedMedia, nil, nil},
		{"broken content type", "application/json;;=", "{}", hire.CodeUnsupportedMedia, nil, nil},
		{"empty", "application/json", "", hire.CodeMalformedJSON, nil, map[string]any{"offset": int64(0)}},
		{"blank", "application/json", " \n", hire.CodeMalformedJSON, nil, map[string]any{"offset": int64(0)}},
		{"not JSON", "application/json", `{"name":do-not-quote}`, hire.CodeMalformedJSON, nil, map[string]any{"offset": int64(9)}},
		{"ends early", "application/json", `{"name":"do-not-quote`, hire.CodeMalformedJSON, nil, map[string]any{"offset": int64(21)}},
		{"goes on", "application/json", `{} {"name":"do-not-quote"}`, hire.CodeMalformedJSON, nil, map[string]any{"offset": int64(2)}},
		{"goes on with rubbish", "application/json", `{}]`, hire.CodeMalformedJSON, nil, map[string]any{"offset": int64(2)}},
		{"not UTF-8", "application/json", "{\"name\":\"\xff\"}", hire.CodeMalformedJSON, nil, map[string]any{"offset": int64(0)}},
		{"unknown field", "application/json", `{"nmae":"do-not-quote"}`, hire.CodeUnknownField, map[string]string{"nmae": "not a known field"}, nil},
		{"unknown field inside", "application/json", `{"to":{"nmae":1}}`, hire.CodeUnknownField, map[string]string{"nmae": "not a known field"}, nil},
		{"string", "application/json", `{"name":12}`, hire.CodeInvalidRequest, map[string]string{"name": "must be a string, not a number"}, nil},
		{"number", "application/json", `{"count":"do-not-quote"}`, hire.CodeInvalidRequest, map[string]string{"count": "must be a whole number in its range, not a string"}, nil},
		{"fraction", "application/json", `{"count":1.5}`, hire.CodeInvalidRequest, map[string]string{"count": "must be a whole number in its range, not a number"}, nil},
		{"any number", "application/json", `{"price":[]}`, hire.CodeInvalidRequest, map[string]string{"price": "must be a number, not a list"}, nil},
		{"true or false", "application/json", `{"urgent":"true"}`, hire.CodeInvalidRequest, map[string]string{"urgent": "must be true or false, not a string"}, nil},
		{"list", "application/json", `{"tags":{}}`, hire.CodeInvalidRequest, map[string]string{"tags": "must be a list, not an object"}, nil},
		{"object inside", "application/json", `{"to":{"more":true}}`, hire.CodeInvalidRequest, map[string]string{"to.more": "must be an object, not true or false"}, nil},
		{"time", "application/json", `{"at":"do-not-quote"}`, hire.CodeInvalidRequest, nil, nil},
		{"base64", "application/json", `{"data":"do-not-quote"}`, hire.CodeInvalidRequest, nil, nil},
		{"another value altogether", "application/json", `[]`, hire.CodeInvalidRequest, nil, nil},
		{"too large", "application/json", `{"name":"` + strings.Repeat("a", 200) + `"}`, hire.CodeBodyTooLarge, nil, map[string]any{"limit_bytes": int64(200)}},
		{"nested too deep", "application/json", strings.Repeat(`{"to":`, 33), hire.CodeMalformedJSON, nil, map[string]any{"offset": int64(198)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := decode(t, tt.contentType, tt.body)
			var e *hire.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Code != tt.code || e.Detail == "" || strings.Contains(e.Detail, private) {
				t.Errorf("%s: %q, want %s", e.Code, e.Detail, tt.code)
			}
			if d := cmp.Diff(tt.fields, e.Fields); d != "" {
				t.Errorf("fields (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.params, e.Params); d != "" {
				t.Errorf("members (-want +got):\n%s", d)
			}
			if d := cmp.Diff(order{}, got); d != "" {
				t.Errorf("half a value was returned: %s", d)
			}
		})
	}
}

func TestDecodeJSONTakesTheLargestBody(t *testing.T) {
	t.Parallel()
	body := `{"name":"` + strings.Repeat("a", 200-11) + `"}`
	if len(body) != 200 {
		t.Fatalf("%d bytes", len(body))
	}
	if _, err := decode(t, "application/json", body); err != nil {
		t.Error(err)
	}
}

// A caller that goes while sending has made no mistake; an event must then be delivered again.
func TestDecodeJSONOfABrokenConnection(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "/", iotest.ErrReader(errors.New("connection reset")))
	r.Header.Set("Content-Type", "application/json")
	if _, err := api.DecodeJSON[order](httptest.NewRecorder(), r, 200); hire.CodeOf(err) != hire.CodeUnavailable {
		t.Errorf("error %v", err)
	}
}

package hire

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("token 1//secret is dead")
	err := fmt.Errorf("send: %w", Wrap(CodeReconnectRequired, cause))
	if CodeOf(err) != CodeReconnectRequired || !errors.Is(err, cause) || !errors.Is(err, Err(CodeReconnectRequired)) || errors.Is(err, Err(CodeInternal)) {
		t.Errorf("%v has code %q", err, CodeOf(err))
	}
	if CodeOf(nil) != "" || CodeOf(cause) != CodeInternal {
		t.Errorf("nil has code %q, a plain error %q", CodeOf(nil), CodeOf(cause))
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind() != KindConflict || e.Title() == "" || strings.Contains(e.Detail, "secret") {
		t.Errorf("for the caller: %+v", e)
	}
	if own := Err(CodeInvalidRequest, "Say what."); own.Detail != "Say what." || Err(CodeInvalidRequest, "").Detail == "" {
		t.Errorf("detail %q", own.Detail)
	}
	with := Err(CodeWrongAccount).With("a", 1).With("b", 2)
	if with.Params["a"] != 1 || with.Params["b"] != 2 || Err(CodeWrongAccount).Params != nil {
		t.Errorf("params %v", with.Params)
	}
}

func TestEveryCodeSaysWhatToDo(t *testing.T) {
	t.Parallel()
	list := Codes()
	if len(list) < 40 || !slices.IsSortedFunc(list, func(a, b CodeInfo) int { return strings.Compare(string(a.Code), string(b.Code)) }) {
		t.Errorf("%d codes", len(list))
	}
	for _, c := range list {
		if c.Title == "" || !strings.HasSuffix(c.Detail, ".") || strings.Trim(string(c.Code), "abcdefghijklmnopqrstuvwxyz_") != "" {
			t.Errorf("%+v", c)
		}
		if e := Err(c.Code); e.Kind() != c.Kind || e.Title() != c.Title || e.Detail != c.Detail {
			t.Errorf("%s: %+v", c.Code, e)
		}
	}
}

// A code without a row in the table would be answered as an internal error, its sentence lost.
func TestEveryCodeHasItsRow(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	for _, d := range file.Decls {
		consts, ok := d.(*ast.GenDecl)
		if !ok || consts.Tok != token.CONST {
			continue
		}
		for _, spec := range consts.Specs {
			for _, v := range spec.(*ast.ValueSpec).Values {
				name, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil || !Code(name).Listed() {
					t.Errorf("code %q is not in the table (%v)", name, err)
				}
				declared++
			}
		}
	}
	if declared != len(Codes()) {
		t.Errorf("%d codes are declared, %d have a row", declared, len(Codes()))
	}
}

package config

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/sethvargo/go-envconfig"
)

// Load reads a configuration and checks it. The error is an *Error, which names everything that is missing or wrong.
func Load(ctx context.Context, l envconfig.Lookuper) (Config, error) {
	if l == nil {
		return Config{}, errors.New("config: lookuper is needed")
	}
	c, unreadable, err := read(ctx, l)
	if err != nil {
		return Config{}, err
	}
	if all := append(unreadable, c.Validate()...); len(all) > 0 {
		return Config{}, &Error{Problems: all}
	}
	return c, nil
}

// read fills a Config. A variable that can't be read is noted and left at its default, since the library stops at the first one.
func read(ctx context.Context, l envconfig.Lookuper) (Config, []Problem, error) {
	v := variables{from: l, ignored: map[string]bool{}}
	var problems []Problem
	for {
		var c Config
		err := envconfig.ProcessWith(ctx, &envconfig.Config{Target: &c, Lookuper: &v})
		if err == nil {
			return c, problems, nil
		}
		if v.last == "" || v.ignored[v.last] { // not the variable's fault, but ours
			return Config{}, nil, fmt.Errorf("config: %w", err)
		}
		v.ignored[v.last] = true
		problems = append(problems, unreadable(v.last, v.value))
	}
}

// variables looks up trimmed values; a blank one counts as not set. It remembers the last it was asked for: when reading fails, that is the one.
type variables struct {
	from    envconfig.Lookuper
	ignored map[string]bool
	last    string
	value   string
}

// Lookup implements envconfig.Lookuper.
func (v *variables) Lookup(name string) (string, bool) {
	value, _ := v.from.Lookup(name)
	v.last, v.value = name, strings.TrimSpace(value)
	return v.value, v.value != "" && !v.ignored[name]
}

func unreadable(name, value string) Problem {
	for _, f := range fields(reflect.ValueOf(Config{})) {
		if f.Name != name {
			continue
		}
		want := "one of: " + f.Description
		switch f.value.Kind() {
		case reflect.Bool:
			want = "true or false"
		case reflect.Int, reflect.Int64:
			if f.value.Type().PkgPath() == "" { // a plain number, not a type with words of its own such as slog.Level
				want = "a whole number"
			}
		case reflect.Float64:
			want = "a number"
		}
		return Problem{Name: name, Wrong: fmt.Sprintf("is %q", value), Set: want}
	}
	return Problem{Name: name, Wrong: "can't be read", Set: "a value that can"}
}

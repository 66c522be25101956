package config

import (
	"fmt"
	"log/slog"
	"reflect"
	"strings"
)

// Variable is an environment variable of a process.
type Variable struct {
	Name        string
	Required    bool
	InCloud     bool // required with STORE=firestore
	Secret      bool // shows nowhere
	Emulator    bool // names a stand-in on this machine, which nothing in the cloud may have
	Default     string
	Description string
}

// Variables are all that a process reads, in the order of Config.
func Variables() []Variable {
	var out []Variable
	for _, f := range fields(reflect.ValueOf(Config{})) {
		out = append(out, f.Variable)
	}
	return out
}

// Markdown is a table of all variables.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| variable | default | what it is |\n|---|---|---|\n")
	for _, v := range Variables() {
		value := "–"
		switch {
		case v.Required:
			value = "**required**"
		case v.InCloud:
			value = "required with `STORE=firestore`"
		case v.Default != "":
			value = "`" + v.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", v.Name, value, v.Description)
	}
	return b.String()
}

// LogValue lists the variables with their values, without secrets.
func (c Config) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, f := range fields(reflect.ValueOf(c)) {
		attrs = append(attrs, slog.Any(f.Name, f.value.Interface()))
	}
	return slog.GroupValue(attrs...)
}

// field is a variable with its value in a Config.
type field struct {
	Variable
	check   string
	choices []string
	value   reflect.Value
}

// fields lists the variables of a struct and of the structs in it.
func fields(v reflect.Value) []field {
	var out []field
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		env, ok := tag.Lookup("env")
		if !ok {
			out = append(out, fields(v.Field(i))...)
			continue
		}
		name, option, _ := strings.Cut(env, ",")
		out = append(out, field{
			Variable: Variable{
				Name: name, Required: tag.Get("need") == "yes", InCloud: tag.Get("need") == "cloud", Secret: secret(v.Field(i).Type()), Emulator: tag.Get("check") == "loopback",
				Default: strings.TrimPrefix(strings.TrimSpace(option), "default="), Description: tag.Get("doc"),
			},
			check: tag.Get("check"), choices: strings.Fields(tag.Get("choices")), value: v.Field(i),
		})
	}
	return out
}

// secret tells whether values of a type are hidden: a Secret, or several.
func secret(t reflect.Type) bool {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t == reflect.TypeFor[Secret]()
}

// texts are the values of a field, as text: none where it is not set. A number is always set, if only to its default.
func (f field) texts() []string {
	switch f.value.Kind() {
	case reflect.Slice:
		out := make([]string, f.value.Len())
		for i := range out {
			out[i] = f.value.Index(i).String()
		}
		return out
	case reflect.String:
		if f.value.Len() > 0 {
			return []string{f.value.String()}
		}
	case reflect.Int, reflect.Int64, reflect.Float64:
		return []string{fmt.Sprint(f.value.Interface())}
	}
	return nil
}

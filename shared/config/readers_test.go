package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/config"
)

// A variable that nobody reads promises those who set it something that does not happen.
func TestEachVariableIsRead(t *testing.T) {
	t.Parallel()
	code := readers(t)
	derived := map[string]string{"RESTORED_AT": "Restored"} // by a method of Config
	var look func(group string, of reflect.Type)
	look = func(group string, of reflect.Type) {
		for field := range of.Fields() {
			env, ok := field.Tag.Lookup("env")
			if !ok {
				look(field.Type.Name(), field.Type)
				continue
			}
			variable, _, _ := strings.Cut(env, ",")
			name := field.Name
			if by, ok := derived[variable]; ok {
				name = by
			}
			// As c.Users.Issuer or, in a function that is handed a group, as c.Table.
			if !regexp.MustCompile(`\b(` + group + `|c)\.` + name + `\b`).MatchString(code) {
				t.Errorf("nothing reads %s, which is %s.%s", variable, group, name)
			}
		}
	}
	look("Config", reflect.TypeFor[config.Config]())
}

// readers is the code of the files that may read a configuration.
func readers(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, root := range []string{"../wiring", "../../functions"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

package functions_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// What SECURITY.md names as shown by a test is a test.
func TestThreatModelNamesTests(t *testing.T) {
	t.Parallel()
	declared := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range function.FindAllStringSubmatch(string(text), -1) {
			declared[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z0-9]\w+|terraform/tests/\S+\.hcl`).FindAllString(string(text), -1)
	if len(named) < 50 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, name := range named {
		if _, err := os.Stat("../" + name); err != nil && !declared[name] {
			t.Errorf("SECURITY.md names %s, which is no test", name)
		}
	}
}

// What a token says of role and plan counts for nothing: the directory does.
func TestClaimsOfRoleAndPlanCountForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	call := func(account, user, method, path string, body any) answer {
		token := w.issuer.Sign(map[string]any{
			"aud": issuertest.UserAudience, "account_id": account, "user_id": user, "role": "super_admin", "roles": []string{"super_admin"}, "plan": "pro_plus", "active": true,
		})
		return w.call(method, path, http.Header{"Authorization": {"Bearer " + token}}, body)
	}
	call(acme, rita, "PUT", "/settings/v1/integration", api.SwitchIntegration{}).problem(403, hire.CodeSuperAdmin)
	call(acme, rita, "GET", "/settings/v1/audit", nil).problem(403, hire.CodeSuperAdmin)
	call(starter, sam, "PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).problem(403, hire.CodePlanUpgrade)
	w.ritaBecomes(func(u *api.DirectoryUser) { u.Active = false })
	call(acme, rita, "POST", "/connect/v1/connect", api.StartConnect{}).problem(403, hire.CodeUserInactive)
	call(acme, rita, "GET", "/threads/v1/candidates/"+cora+"/threads", nil).problem(403, hire.CodeUserInactive)
}

package gocommand

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Run runs the go command in a folder ("" is the current one), with env ("NAME=value") added to this process's environment, and gives what it writes. Its error has what the command says.
func Run(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), cmp.Or(ctx.Err(), err), stderr.String())
	}
	return out, nil
}

// Root is the folder of the module that the current folder is in.
func Root(ctx context.Context) (string, error) {
	out, err := Run(ctx, "", nil, "list", "-m", "-f", "{{.Dir}}")
	return strings.TrimSpace(string(out)), err
}

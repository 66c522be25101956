package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/trakstar/hire-gmail/scripts/gocommand"
	"github.com/trakstar/hire-gmail/scripts/listen"
	"github.com/trakstar/hire-gmail/scripts/questions"
	"github.com/trakstar/hire-gmail/shared/config"
)

// bare is a function with nothing in it: what the framework alone weighs.
const bare = "bare"

const bareFunction = `package function

import (
	"net/http"

	_ "github.com/GoogleCloudPlatform/functions-framework-go/funcframework"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

func init() { functions.HTTP("bare", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }) }
`

func questionTo(name string) (questions.Question, bool) {
	if name == bare {
		return questions.Question{Method: "GET", Path: "/", Status: http.StatusNoContent}, true
	}
	q, ok := questions.Of[name]
	return q, ok
}

// environment of a function in the cloud: what Terraform's tests find it to be given, and made-up secrets. The clients are made, for Google's services at an address where
// nobody answers.
func environment(root, function string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(root, "terraform", "tests", "environment.json"))
	if err != nil {
		return nil, err
	}
	const nobody = "127.0.0.1:1"
	given := map[string]string{}
	if err := json.Unmarshal(text, &given); err != nil {
		return nil, fmt.Errorf("read environment.json: %w", err)
	}
	for _, v := range config.Variables() {
		switch {
		case v.Secret:
			given[v.Name] = strings.Repeat("c", 43) + "=" // long enough for any, and 32 bytes in base64
		case v.Emulator:
			given[v.Name] = nobody
		}
	}
	out := []string{"FUNCTION_TARGET=" + function, "FIRESTORE_EMULATOR_HOST=" + nobody, "PUBSUB_EMULATOR_HOST=" + nobody, "STORAGE_EMULATOR_HOST=" + nobody}
	for name, value := range given {
		out = append(out, name+"="+value)
	}
	return out, nil
}

// starts is how often each program is started; the middle of the times is shown.
const starts = 9

// start is what a process has taken from its start to its first answer.
type start struct {
	took time.Duration
	cpu  time.Duration // of all its threads: what else the machine does lengthens it little
}

func middle(starts []start, of func(start) time.Duration) time.Duration {
	times := make([]time.Duration, len(starts))
	for i, s := range starts {
		times[i] = of(s)
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// check builds each function from its zip and nothing else, starts it, asks it, and shows a table. What is wrong with one does not keep the others from being looked at.
func check(ctx context.Context, root string, names []string, quick bool, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "function\tour packages\tzip\tprogram\tfirst answer\tCPU\tbare with the same clients\tCPU\tratio\tof CPU\t")
	var errs []error
	dir, err := os.MkdirTemp("", "stage-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c := checker{root: root, dir: dir, quick: quick, linked: map[string]string{}}
	for _, name := range append([]string{bare}, names...) {
		row, err := c.checked(ctx, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			fmt.Fprintf(table, "%s\tFAILED\t\t\t\t\t\t\t\t\t\n", name)
			continue
		}
		fmt.Fprintln(table, row)
	}
	return errors.Join(append(errs, table.Flush())...)
}

// checker checks functions.
type checker struct {
	root, dir string
	quick     bool
	linked    map[string]string // programs of nothing but a function's clients, by the list of these
}

func (c checker) checked(ctx context.Context, name string) (row string, err error) {
	s, err := staged(ctx, c.root, name, nil)
	if err != nil {
		return "", err
	}
	program, err := c.build(ctx, name, s)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(program)
	if err != nil {
		return "", err
	}
	programs, names := []string{program}, []string{name}
	if name != bare {
		linked, err := c.clientsOf(ctx, name)
		if err != nil {
			return "", fmt.Errorf("bare with its clients: %w", err)
		}
		programs, names = append(programs, linked), append(names, bare)
	}
	all := make([][]start, len(programs))
	for range starts { // by turns, so that what else the machine does is the same for both
		for i, program := range programs {
			env, err := environment(c.root, names[i])
			if err != nil {
				return "", err
			}
			one, err := ask(ctx, c.dir, program, names[i], env)
			if err != nil {
				return "", err
			}
			all[i] = append(all[i], one)
		}
	}
	took, cpu := func(s start) time.Duration { return s.took }, func(s start) time.Duration { return s.cpu }
	row = fmt.Sprintf("%s\t%d\t%s\t%s\t", name, s.own, size(int64(len(s.zip))), size(info.Size()))
	for _, starts := range all {
		row += fmt.Sprintf("%d ms\t%d ms\t", middle(starts, took).Milliseconds(), middle(starts, cpu).Milliseconds())
	}
	if len(all) == 1 {
		return row + "\t\t\t\t", nil
	}
	for _, of := range []func(start) time.Duration{took, cpu} {
		row += fmt.Sprintf("%.2f\t", float64(middle(all[0], of))/float64(middle(all[1], of)))
	}
	return row, nil
}

// build builds a program in a folder that is removed, and keeps it.
func (c checker) build(ctx context.Context, name string, s source) (string, error) {
	dir, err := os.MkdirTemp(c.dir, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	program, err := build(ctx, dir, s, c.quick)
	if err != nil {
		return "", err
	}
	kept := filepath.Join(c.dir, name)
	return kept, os.Rename(program, kept)
}

// clientsOf builds the program that a function is compared with: the framework with an empty function, and what of other modules our packages in the function import. All of that is
// linked and initialised, and none of ours.
func (c checker) clientsOf(ctx context.Context, name string) (string, error) {
	imports, err := othersImported(ctx, c.root, name)
	if err != nil {
		return "", err
	}
	key := strings.Join(imports, " ")
	if c.linked[key] == "" {
		s, err := staged(ctx, c.root, bare, imports)
		if err != nil {
			return "", err
		}
		if c.linked[key], err = c.build(ctx, name+"-clients", s); err != nil {
			return "", err
		}
	}
	return c.linked[key], nil
}

// staged is the source of a function or, for the bare one, of one that is empty but for imports.
func staged(ctx context.Context, root, name string, imports []string) (source, error) {
	if name != bare {
		return stage(ctx, root, name)
	}
	files := map[string][]byte{"function.go": []byte(bareFunction)}
	if len(imports) > 0 {
		text := "package function\n\nimport (\n"
		for _, i := range imports {
			text += fmt.Sprintf("\t_ %q\n", i)
		}
		files["clients.go"] = []byte(text + ")\n")
	}
	for _, f := range []string{"go.mod", "go.sum"} {
		if err := add(files, root, filepath.Join(root, f)); err != nil {
			return source{}, err
		}
	}
	if err := vendor(ctx, files); err != nil {
		return source{}, err
	}
	packed, digest, err := pack(files)
	return source{function: bare, digest: digest, zip: packed}, err
}

// The buildpack moves the source into a folder of this name, and writes a main package into it that imports the package at its root. (The same source as in stage.)
const (
	sourceFolder = "serverless_function_source_code"
	mainFolder   = "functions.local/app"
)

const mainPackage = `package main

import (
	"log"
	"os"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"

	_ %q
)

func main() {
	if err := funcframework.Start(os.Getenv("PORT")); err != nil {
		log.Fatal(err)
	}
}
`

// build compiles a function from its zip, without any module but those in it and without a network, and gives the program. quick compiles with the same modules as they
// are installed on this machine, where they may be compiled already; of those in the zip it is then only seen that no package is missing.
func build(ctx context.Context, dir string, s source, quick bool) (string, error) {
	app := filepath.Join(dir, sourceFolder)
	if err := unpack(app, s.zip); err != nil {
		return "", err
	}
	module, err := modulePath(ctx, app)
	if err != nil {
		return "", err
	}
	if err := lay(app, map[string][]byte{mainFolder + "/main.go": fmt.Appendf(nil, mainPackage, module)}); err != nil {
		return "", err
	}
	program := filepath.Join(dir, "program")
	vendored := []string{"GOFLAGS=-mod=vendor", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local", "GOMODCACHE=" + filepath.Join(dir, "none")}
	if quick {
		if _, err := gocommand.Run(ctx, app, vendored, "list", "-deps", "./"+mainFolder); err != nil {
			return "", err
		}
		_, err = gocommand.Run(ctx, app, []string{"GOFLAGS=-mod=readonly", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local"}, "build", "-ldflags", "-s -w", "-o", program, "./"+mainFolder)
		return program, err
	}
	// -trimpath is not the buildpack's. It lets one build use what another, in another folder, has compiled.
	_, err = gocommand.Run(ctx, app, vendored, "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "./"+mainFolder)
	return program, err
}

// buildAll builds functions from their zips into a folder, with the modules that this machine has.
func buildAll(ctx context.Context, root string, names []string, folder string, out io.Writer) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		s, err := stage(ctx, root, name)
		if err != nil {
			return err
		}
		if err := buildInto(ctx, s, filepath.Join(folder, name)); err != nil {
			return fmt.Errorf("build %s: %w", name, err)
		}
		fmt.Fprintf(out, "%-14s %3d packages  %s\n", name, s.own, s.file())
	}
	return nil
}

func buildInto(ctx context.Context, s source, file string) error {
	dir, err := os.MkdirTemp("", "stage-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, err := build(ctx, dir, s, true)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o755)
}

func unpack(dir string, packed []byte) error {
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return fmt.Errorf("unpack %s: %w", f.Name, err)
		}
		files[f.Name] = content
	}
	return lay(dir, files)
}

// ask starts a function in an environment, waits for the answer to its question, and ends it again. It tells what that took from the start of the process.
func ask(ctx context.Context, dir, program, name string, env []string) (start, error) {
	q, ok := questionTo(name)
	if !ok {
		return start{}, errors.New("scripts/questions has none to it")
	}
	port, err := listen.FreePort()
	if err != nil {
		return start{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := q.Request(ctx, "http://127.0.0.1:"+port)
	if err != nil {
		return start{}, err
	}
	var said bytes.Buffer
	process := exec.CommandContext(ctx, program)
	process.Dir, process.Env, process.Stdout, process.Stderr = dir, append(slices.Clone(env), "PORT="+port), &said, &said
	begun := time.Now()
	if err := process.Start(); err != nil {
		return start{}, err
	}
	ended := make(chan struct{})
	go func() {
		_ = process.Wait() // it is killed
		close(ended)
	}()
	resp, err := untilAnswered(ctx, req, ended)
	took := time.Since(begun)
	cancel() // which kills it
	<-ended
	if err != nil {
		return start{}, fmt.Errorf("%s %s: %w; it said:\n%s", q.Method, q.Path, err, said.String())
	}
	if resp.StatusCode != q.Status {
		return start{}, fmt.Errorf("%s %s answered %s, want %d; it said:\n%s", q.Method, q.Path, resp.Status, q.Status, said.String())
	}
	return start{took, process.ProcessState.UserTime() + process.ProcessState.SystemTime()}, nil
}

// untilAnswered repeats a request until the process listens.
func untilAnswered(ctx context.Context, req *http.Request, ended <-chan struct{}) (*http.Response, error) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for {
		resp, err := client.Do(req)
		if err == nil {
			return resp, resp.Body.Close()
		}
		select {
		case <-ended:
			return nil, errors.New("it ended before it answered")
		case <-ctx.Done():
			return nil, err
		case <-time.After(time.Millisecond):
		}
	}
}

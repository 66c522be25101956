package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/scripts/gocommand"
)

// source is what a function is deployed from.
type source struct {
	function string
	digest   string // SHA-256 of names and contents
	zip      []byte
	own      int // packages of this module in it
}

// file is the name of its zip. It tells the content, so that the same name is never two things.
func (s source) file() string { return s.function + "-" + s.digest + ".zip" }

// stage puts together what a function is deployed from. The build takes the package at the root of the zip, whose folder may not be named in any other way, and looks at its
// files alone for the framework (https://github.com/GoogleCloudPlatform/buildpacks, cmd/go/functions_framework). So that package is written here, and imports the function's.
func stage(ctx context.Context, root, function string) (source, error) {
	files, own, err := imported(ctx, root, function)
	if err != nil {
		return source{}, fmt.Errorf("stage %s: %w", function, err)
	}
	module, err := modulePath(ctx, root)
	if err != nil {
		return source{}, fmt.Errorf("stage %s: %w", function, err)
	}
	files["function.go"] = rootPackage(module, function)
	if err := vendor(ctx, files); err != nil {
		return source{}, fmt.Errorf("stage %s: %w", function, err)
	}
	packed, digest, err := pack(files)
	if err != nil {
		return source{}, fmt.Errorf("stage %s: %w", function, err)
	}
	return source{function: function, digest: digest, zip: packed, own: own}, nil
}

func rootPackage(module, function string) []byte {
	return fmt.Appendf(nil, `// Package function is what the function %[2]s is built from. Written by scripts/stage.
package function

import (
	_ "github.com/GoogleCloudPlatform/functions-framework-go/funcframework"
	_ "github.com/GoogleCloudPlatform/functions-framework-go/functions"

	_ "%[1]s/functions/%[2]s"
)
`, module, function)
}

// listed is what the go command tells of a package.
type listed struct {
	ImportPath string
	Dir        string
	Module     *struct{ Main bool }
	GoFiles    []string
	EmbedFiles []string
	// What a build might also take. There is none of it here; what is left out in silence would be missed in the cloud.
	CgoFiles, CFiles, SFiles, HFiles, SysoFiles []string
}

// imported collects the files of this module that a function is compiled from, by their path in the module, and how many packages they are. No tests, no data of tests: the
// go command names neither.
func imported(ctx context.Context, root, function string) (map[string][]byte, int, error) {
	out, err := gocommand.Run(ctx, root, []string{"GOOS=linux", "GOARCH=amd64"}, "list", "-deps",
		"-json=ImportPath,Dir,Module,GoFiles,EmbedFiles,CgoFiles,CFiles,SFiles,HFiles,SysoFiles", "./functions/"+function)
	if err != nil {
		return nil, 0, err
	}
	files, own := map[string][]byte{}, 0
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, 0, fmt.Errorf("read what go list says: %w", err)
		}
		if p.Module == nil || !p.Module.Main {
			continue
		}
		own++
		if other := slices.Concat(p.CgoFiles, p.CFiles, p.SFiles, p.HFiles, p.SysoFiles); len(other) > 0 {
			return nil, 0, fmt.Errorf("%s has files that are not plain Go: %s", p.ImportPath, strings.Join(other, ", "))
		}
		for _, name := range slices.Concat(p.GoFiles, p.EmbedFiles) {
			if err := add(files, root, filepath.Join(p.Dir, name)); err != nil {
				return nil, 0, err
			}
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := add(files, root, filepath.Join(root, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, err
		}
	}
	return files, own, nil
}

// othersImported lists the packages of other modules that a function's packages of this module import, sorted.
func othersImported(ctx context.Context, root, function string) ([]string, error) {
	out, err := gocommand.Run(ctx, root, []string{"GOOS=linux", "GOARCH=amd64"}, "list", "-deps", "-json=ImportPath,Module,Imports", "./functions/"+function)
	if err != nil {
		return nil, err
	}
	others, imports := map[string]bool{}, map[string]bool{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Module     *struct{ Main bool } // nil for a package of the standard library
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		if p.Module == nil {
			continue
		}
		if !p.Module.Main {
			others[p.ImportPath] = true
			continue
		}
		for _, i := range p.Imports {
			imports[i] = true
		}
	}
	maps.DeleteFunc(imports, func(i string, _ bool) bool { return !others[i] })
	return slices.Sorted(maps.Keys(imports)), nil
}

func add(files map[string][]byte, root, file string) error {
	name, err := filepath.Rel(root, file)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	files[filepath.ToSlash(name)] = content
	return nil
}

// vendor adds the packages of other modules, as go.mod and go.sum name them. A build in the cloud would otherwise fetch them, and tidy go.mod before.
func vendor(ctx context.Context, files map[string][]byte) error {
	dir, err := os.MkdirTemp("", "stage-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := lay(dir, files); err != nil {
		return err
	}
	if _, err := gocommand.Run(ctx, dir, nil, "mod", "vendor"); err != nil {
		return err
	}
	return filepath.WalkDir(filepath.Join(dir, "vendor"), func(file string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // nothing to vendor
			return nil
		case err != nil || entry.IsDir():
			return err
		}
		return add(files, dir, file)
	})
}

// lay writes files into a folder.
func lay(dir string, files map[string][]byte) error {
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// made is the time of every file in a zip, since the digest knows none.
var made = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// pack makes a zip, and the digest of what is in it: the same for the same files, wherever and whenever it is made.
func pack(files map[string][]byte) (packed []byte, digest string, err error) {
	var out bytes.Buffer
	z, sum := zip.NewWriter(&out), sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Clean(name) != name || strings.HasPrefix(name, "..") {
			return nil, "", fmt.Errorf("%s lies outside", name)
		}
		fmt.Fprintf(sum, "%q %d\n", name, len(files[name]))
		sum.Write(files[name])
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: made}
		h.SetMode(0o644)
		w, err := z.CreateHeader(h)
		if err != nil {
			return nil, "", fmt.Errorf("pack %s: %w", name, err)
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, "", fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, "", fmt.Errorf("pack: %w", err)
	}
	return out.Bytes(), hex.EncodeToString(sum.Sum(nil)), nil
}

func modulePath(ctx context.Context, root string) (string, error) {
	out, err := gocommand.Run(ctx, root, nil, "list", "-m")
	return strings.TrimSpace(string(out)), err
}

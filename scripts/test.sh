#!/usr/bin/env bash
# Runs every check of the project and ends with one line for each suite: ran, failed, or NOT RUN and why.
#
#   ./scripts/test.sh            everything
#   ./scripts/test.sh -h         this text
#
# It installs what it needs where it can: pinned Go tools through the module proxy, Chromium through apt where it may.
# With CI set, a suite that can be had on the machine and is missing counts as a failure.
set -uo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = "-h" ] || [ "${1:-}" = "--help" ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0"
  exit 0
fi

command -v go >/dev/null || { echo "Go is not installed. Get 1.26 or later from https://go.dev/dl/ and run this again." >&2; exit 1; }

summary=()
failed=0
note() { summary+=("$(printf '%-14s %s' "$1" "$2")"); }

# suite NAME COMMAND...: runs one suite and notes how it went.
suite() {
  local name=$1; shift
  echo "== $name"
  local begun=$SECONDS
  if "$@"; then note "$name" "ran ($((SECONDS - begun)) s)"; else note "$name" "FAILED"; failed=1; fi
}

unformatted() {
  local out
  out=$(gofmt -l $(git ls-files '*.go' 2>/dev/null || find . -name '*.go'))
  [ -z "$out" ] && return 0
  echo "not formatted:"; echo "$out"; return 1
}

tool() { go tool -modfile=scripts/tools/go.mod "$@"; }

# Chromium for the browser test.
chromium_path() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! chromium_path >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "== installing Chromium for the browser test"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation; } >/dev/null 2>&1 \
    || echo "Chromium could not be installed"
fi

suite gofmt unformatted
suite "go vet" go vet ./...
suite staticcheck tool staticcheck ./...

# govulncheck needs its database, which is not on every machine.
echo "== govulncheck"
vuln=$(tool govulncheck ./... 2>&1); code=$?
if [ $code = 0 ]; then note govulncheck "ran"
elif grep -qE 'no such host|connection refused|timeout|forbidden|Forbidden|fetching vulnerabilities|vuln.go.dev|lookup ' <<<"$vuln"; then
  note govulncheck "NOT RUN: its database can't be reached from here"
else echo "$vuln"; note govulncheck "FAILED"; failed=1; fi

suite "go test" go test -race -shuffle=on -count=1 ./...

if browser=$(chromium_path); then
  HIRE_BROWSER="$browser" suite "browser test" go test -race -count=1 -tags browser ./scripts/dev/...
else
  note "browser test" "NOT RUN: no Chromium here (apt-get install chromium)"
  [ -n "${CI:-}" ] && failed=1
fi

echo
echo "== summary"
printf '%s\n' "${summary[@]}"
exit $failed

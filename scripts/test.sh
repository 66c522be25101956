#!/usr/bin/env bash
# Runs every check of the project and ends with one line for each suite: ran, failed, or NOT RUN and why.
#
#   ./scripts/test.sh            everything
#   ./scripts/test.sh -h         this text
#
# It installs what it needs where it can: pinned Go tools through the module proxy, Chromium through apt where it may, axe-core through npm. It starts Google's
# emulators where gcloud has them.
# With CI set, a suite that can be had on the machine and is missing counts as a failure.
set -uo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = "-h" ] || [ "${1:-}" = "--help" ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0"
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

# Chromium for the browser tests.
chromium_path() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! chromium_path >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "== installing Chromium for the browser tests"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation; } >/dev/null 2>&1 \
    || echo "Chromium could not be installed"
fi

suite gofmt unformatted
suite "go vet" go vet -tags "emulators browser" ./...
suite staticcheck tool staticcheck -tags "emulators browser" ./...

# govulncheck needs its database, which is not on every machine.
echo "== govulncheck"
vuln=$(tool govulncheck ./... 2>&1); code=$?
if [ $code = 0 ]; then note govulncheck "ran"
elif grep -qE 'no such host|connection refused|timeout|forbidden|Forbidden|fetching vulnerabilities|vuln.go.dev|lookup ' <<<"$vuln"; then
  note govulncheck "NOT RUN: its database can't be reached from here"
else echo "$vuln"; note govulncheck "FAILED"; failed=1; fi

suite licences go run ./scripts/supply

# These play thousands of calls in a world of their own, which is the same on every platform: they run once, and without the race detector, which makes minutes of their
# seconds (RACE=1 ./scripts/soak.sh has it).
long='^TestModel$|^TestUnits$|^TestRecoveryOfAVastMailbox$|^TestOpenAPIRequests$'
# These count, on the store of one machine alone.
counts='^TestGrowth$|^TestAnAccountOf2000IsAs2000Accounts$|^TestANoisyMailbox$'
# These move tens of megabytes or hundreds of mails, or put up a hundred worlds, by which the race detector learns nothing that it does not from one.
large='^TestScenario24_WhatGmailWouldRefuse$|^TestLargeEmailReply$|^TestLargeBodyStays$|^TestLongImportKeepsNothingWaiting$|^TestExportOfAllMail$|^TestUploadThatIsNeverSentIsRemoved$|^TestAttachmentOfAnEarlierMailIsForwarded$|^TestBackfillShowsItsProgress$|^TestBulk_FiveHundred$|^TestPagesCostTheSame$|^TestHostile_|^TestOpenAPIExamples$|^TestOpenAPIIsolation$|^TestExportProgramIsWhole$|^TestOffboardingOf2000Users'
# These are about limits, documents of the contract and a program of ours, above everything that a platform does; other tests move as much and ask as much on the emulators.
alike='^TestScenario24_WhatGmailWouldRefuse$|^TestOpenAPIExamples$|^TestExportProgramIsWhole$'
# go vet has run above. What is in scripts/ mostly starts other programs, and shared/mime has no goroutines: the race detector would make it ten times slower and find nothing.
suite "go test" go test -race -vet=off -shuffle=on -count=1 -timeout 20m -skip "$long|$large|$counts" $(go list ./functions/... ./shared/... | grep -v /shared/mime)
suite scripts go test -vet=off -shuffle=on -count=1 -timeout 20m ./scripts/... ./shared/mime/...

# long_tests runs what the race detector has not seen, with the tag of the emulators, so that the tests are compiled once for here and there.
long_tests() {
  go test -vet=off -count=1 -tags emulators ./functions -run "$long|$large|$counts" -rapid.checks=300 -rapid.nofailfile &&
    go test -vet=off -count=1 -tags emulators ./shared/connection -run "$large"
}
suite "long tests" long_tests

# lint_terraform runs tflint: one that is installed, or where Terraform has what it needs as well, one that Go builds. It brings a thousand packages along, which take minutes on an
# empty cache.
lint_terraform() {
  if command -v tflint >/dev/null; then suite tflint tflint --chdir=terraform --recursive --no-color
  elif [ "$1" = built ]; then suite tflint go tool -modfile=scripts/tools/tflint/go.mod tflint --chdir=terraform --recursive --no-color
  else note tflint "NOT RUN: it is not installed, and Go builds it only where Terraform's registry can be reached; go tool -modfile=scripts/tools/tflint/go.mod tflint --chdir=terraform --recursive"
  fi
}

# terraform_suite checks a copy of terraform/, so that nothing is left in the checkout. The Google provider comes from Terraform's registry, which is not within
# reach of every machine: without it the form alone can be checked.
terraform_suite() {
  local copy out
  suite "terraform fmt" terraform fmt -check -diff -recursive terraform
  copy=$(mktemp -d)
  cp -R terraform/. "$copy" && rm -rf "$copy/.terraform" "$copy/packages"
  if out=$(TF_DATA_DIR="$copy/.data" terraform -chdir="$copy" init -backend=false -input=false -no-color 2>&1); then
    TF_DATA_DIR="$copy/.data" suite terraform terraform_checks "$copy"
    lint_terraform built
  elif grep -q 'Failed to query available provider packages\|Failed to install provider' <<<"$out"; then
    printf '%s\n' "== terraform" "$out" "** terraform validate and terraform test have NOT RUN: Terraform can't get the Google provider here, see above. **"
    note terraform "NOT RUN: the Google provider can't be had from here; only its form was checked"
    lint_terraform installed
  else
    printf '%s\n' "== terraform" "$out"; note terraform "FAILED"; failed=1
  fi
  rm -rf "$copy"
}

# terraform_checks FOLDER: the configuration as a whole, then each of the examples.
terraform_checks() {
  local example
  terraform -chdir="$1" validate -no-color && terraform -chdir="$1" test -no-color || return 1
  for example in dev staging production; do
    terraform -chdir="$1" test -no-color -test-directory=examples/tests -var-file="examples/$example.tfvars" -var=packages=tests/packages || return 1
  done
}

if command -v terraform >/dev/null; then
  terraform_suite
else
  note terraform "NOT RUN: no terraform here (https://developer.hashicorp.com/terraform/install, 1.11 or later)"
  [ -n "${CI:-}" ] && failed=1
fi

# A function from the zip that it is deployed from: built without a network, started, asked. One stands for all here: they are packed alike. It is built with those dependencies
# that the checks above have compiled. "go run ./scripts/stage -check" takes minutes and builds each from nothing but its zip.
suite packaging go run ./scripts/stage -check -quick gmailnotify

# emulator NAME VARIABLE COMMAND...: starts an emulator in a process group of its own, waits until it answers, and sets the variable that clients look at.
emulators=()
emulator() {
  local name=$1 variable=$2 port; shift 2
  port=$(free_port) || return 1
  setsid "$@" --host-port="127.0.0.1:$port" >"$logs/$name.log" 2>&1 &
  emulators+=($!)
  for _ in $(seq 240); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then export "$variable=127.0.0.1:$port"; return 0; fi
    kill -0 "${emulators[-1]}" 2>/dev/null || break
    sleep 0.25
  done
  echo "the $name emulator does not answer:"; tail -5 "$logs/$name.log"
  return 1
}

# free_port finds a port of this machine that nobody answers at.
free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return 0; }
  done
  return 1
}

stop_emulators() { for p in "${emulators[@]}"; do kill -- "-$p" 2>/dev/null; done; rm -rf "$logs"; }

logs=$(mktemp -d)
trap stop_emulators EXIT

# contracts runs the contract suites on every implementation there is, and lists how many cases each has passed. The race detector has seen those without an emulator in "go test".
contracts() {
  if ! go test -vet=off -v -count=1 "$@" -run '^TestContract' ./shared/store/... ./shared/tokens/... ./shared/tasks/... ./shared/events/... ./shared/blobs/... >"$logs/contracts" 2>&1; then
    grep -vE '^ *(=== |--- PASS|PASS)' "$logs/contracts"
    return 1
  fi
  awk '/contract of .* cases$/ { sub(/^.*contract of /, ""); found[++n] = $0 }
       /^ok/ { for (i = 1; i <= n; i++) printf "%-40s %s\n", found[i], $2; n = 0 }' "$logs/contracts" | sort
}

if ! command -v gcloud >/dev/null; then
  note emulators "NOT RUN: no gcloud here (https://cloud.google.com/sdk/docs/install, with the components cloud-firestore-emulator and pubsub-emulator)"
  [ -n "${CI:-}" ] && failed=1
elif emulator firestore FIRESTORE_EMULATOR_HOST gcloud emulators firestore start && emulator pubsub PUBSUB_EMULATOR_HOST gcloud beta emulators pubsub start --project=local; then
  suite contracts contracts -tags emulators
  # The race detector has seen all of this in "go test"; here functions run as processes, which it would only slow down.
  HIRE_PLATFORM=cloud suite emulators go test -vet=off -count=1 -timeout 20m -tags emulators -skip "^TestContract|$long|$counts|$alike" ./shared/store/firestore/... ./shared/events/pubsub/... ./scripts/redrive ./scripts/resync ./scripts/backfill ./scripts/purge ./scripts/walkthrough ./functions
else
  note emulators "NOT RUN: an emulator could not be started"
  [ -n "${CI:-}" ] && failed=1
fi

# typescript_client checks that the client is of the OpenAPI document, compiles it, and runs its tests against a dev program of its own.
typescript_client() {
  local port pid code
  port=$(free_port) && go build -o "$logs/dev" ./scripts/dev || return 1
  "$logs/dev" -addr="127.0.0.1:$port" >"$logs/dev.log" 2>&1 &
  pid=$!
  for _ in $(seq 240); do
    grep -q '^Ready' "$logs/dev.log" && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.25
  done
  (cd shared/api/typescript && HIRE_BASE="http://127.0.0.1:$port" npm test)
  code=$?
  [ $code = 0 ] || tail -5 "$logs/dev.log"
  kill "$pid" 2>/dev/null
  wait "$pid"
  return $code
}

echo "== typescript"
if ! command -v npm >/dev/null; then
  note typescript "NOT RUN: no npm here (https://nodejs.org, Node 20 or later)"
  [ -n "${CI:-}" ] && failed=1
elif npm --prefix shared/api/typescript ci --no-audit --no-fund >"$logs/npm" 2>&1; then
  suite typescript typescript_client
elif grep -qE 'ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN' "$logs/npm"; then
  note typescript "NOT RUN: the registry of npm can't be reached from here"
  [ -n "${CI:-}" ] && failed=1
else
  cat "$logs/npm"; note typescript "FAILED"; failed=1
fi

# The browser tests look at pages with axe-core, too.
if ! browser=$(chromium_path); then
  note browser "NOT RUN: no Chromium here (apt-get install chromium)"
  [ -n "${CI:-}" ] && failed=1
elif ! command -v npm >/dev/null; then
  note browser "NOT RUN: no npm here, which has axe-core (https://nodejs.org)"
  [ -n "${CI:-}" ] && failed=1
elif ! npm ci --prefix scripts/dev/testdata/axe --ignore-scripts --no-audit --no-fund --loglevel=error; then
  note browser "NOT RUN: npm could not install axe-core"
  [ -n "${CI:-}" ] && failed=1
else
  HIRE_BROWSER="$browser" suite browser go test -vet=off -count=1 -timeout 15m -tags browser -run '^(TestFirstFiveMinutes|TestScenario|TestPages)' ./scripts/dev
fi

echo
echo "== summary"
printf '%s\n' "${summary[@]}"
exit $failed

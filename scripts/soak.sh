#!/usr/bin/env bash
# Runs the model test (functions/model_test.go) for long: many runs, each with another seed, in batches with progress. It ends at the first failure, which it
# prints shrunk, with how to see it again; after RUNS runs; or when its time is up.
#
#   ./scripts/soak.sh [RUNS [MINUTES]]     default: 10000 runs, at most 60 minutes
#   ./scripts/soak.sh faults [FLAGS]       an hour's mail pressed into minutes on processes of their own, while functions are killed, Gmail fails and Firestore
#                                          stands still (scripts/soak); faults -h says more
#
#   SEED=n      begin with this seed; default: one from the clock
#   STEPS=n     steps of a run, on average; default: 30
#   RACE=1      with the race detector, some ten times slower
set -uo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in -h | --help) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
if [ "${1:-}" = faults ]; then
  shift
  exec go run ./scripts/soak "$@"
fi
runs=${1:-10000} minutes=${2:-60} seed=${SEED:-$(date +%s)} batch=250

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
go test ${RACE:+-race} -c -o "$folder/model" ./functions || exit 1
cd functions || exit 1

done=0
end=$((SECONDS + minutes * 60))
while [ "$done" -lt "$runs" ] && [ "$SECONDS" -lt "$end" ]; do
  n=$((runs - done < batch ? runs - done : batch))
  "$folder/model" -test.run '^TestModel$' -test.timeout 20m -rapid.checks="$n" -rapid.steps="${STEPS:-30}" -rapid.seed="$seed" -rapid.nofailfile >"$folder/out" 2>&1
  code=$?
  if [ $code != 0 ]; then
    grep -v '\[rapid\] draw' "$folder/out"
    echo "** FAILED after $done runs and those of the batch of seed $seed. To see it again, take the seed that rapid names above:"
    echo "** go test ./functions -run '^TestModel\$' -rapid.nofailfile -rapid.steps=${STEPS:-30} -rapid.checks=1 -rapid.seed=SEED"
    exit $code
  fi
  done=$((done + n)) seed=$((seed + 1000003)) # rapid counts on from a seed by small steps
  printf '%s  %d of %d runs, %d min\n' "$(date +%T)" "$done" "$runs" $((SECONDS / 60))
done
[ "$done" -ge "$runs" ] || echo "The time is up."
echo "$done runs, no failure."

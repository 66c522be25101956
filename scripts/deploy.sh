#!/usr/bin/env bash
# Deploys to an environment: stages the functions, plans, shows the plan and asks, applies, and looks whether every function answers as it should. If one does not, the
# revisions that answered before get the traffic back.
#
#   ./scripts/deploy.sh -e production         terraform/production.tfvars says what
#
#   -e NAME   the environment; terraform/NAME.tfvars must be there
#   -n        dry run: stages and plans, shows what would be deployed, and changes nothing
#   -y        does not ask
#   -d        deploys a work tree that has changes which are not committed
#   -r        begins anew, whatever an earlier run has left
#   -h        this text
#
# Broken off at any time, run it again: it goes on where it was, with the plan that was shown. It refuses a plan that destroys a database, a secret, a bucket, a queue,
# a topic or a subscription, and one whose project is not gcloud's or not the state's. The first deployment has a step of its own: terraform/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; }
say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
refuse() { printf '%s\n' "$*" >&2; exit 1; }

environment='' dry='' yes='' dirty='' anew=''
while getopts 'e:nydrh' flag; do
  case $flag in
    e) environment=$OPTARG ;;
    n) dry=1 ;;
    y) yes=1 ;;
    d) dirty=1 ;;
    r) anew=1 ;;
    h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
if [ $# -gt 0 ] || ! [[ $environment =~ ^[a-z][a-z0-9-]*$ ]]; then usage >&2; exit 2; fi

for tool in go terraform gcloud git; do
  command -v "$tool" >/dev/null || refuse "$tool is not installed"
done
tfvars=terraform/$environment.tfvars
[ -f "$tfvars" ] || refuse "there is no $tfvars: terraform/README.md says how to make it"

if [ -z "$dirty" ] && [ -n "$(git status --porcelain)" ]; then
  refuse "the work tree has changes that are not committed, so nobody could tell later what was deployed. Commit them; -d deploys them all the same."
fi

# What a run leaves for the next one, if it is broken off. A plan has addresses and names in it.
umask 077
# With a trap of its own the script ends after the program that was interrupted, instead of going on to bring something back.
trap 'exit 130' INT TERM
state=$PWD/terraform/.deploy/$environment
[ -z "$anew" ] || rm -rf "$state"
mkdir -p "$state"

# mark STEP: from here on a broken-off run goes on with STEP.
mark() { printf '%s\n' "$1" >"$state/step.new" && mv "$state/step.new" "$state/step"; }
marked() { cat "$state/step" 2>/dev/null || true; }
forget() { rm -rf "$state"; rmdir terraform/.deploy 2>/dev/null || true; }
# told WORD: what the plan says of WORD, a line each.
told() { sed -n "s/^$1 //p" "$state/told"; }
# source_of: what a plan is made of; with another one it is good for nothing.
source_of() { git rev-parse HEAD; git status --porcelain; git diff HEAD | cksum; cksum <"$tfvars"; }

plan() {
  step "staging the functions"
  go run ./scripts/stage
  step "planning"
  local code=0
  terraform -chdir=terraform plan -input=false -detailed-exitcode -out="$state/plan" -var-file="$environment.tfvars" || code=$?
  case $code in
    0 | 2) ;;
    *) refuse "terraform plan failed; nothing was changed" ;;
  esac
  terraform -chdir=terraform show -json "$state/plan" | go run ./scripts/deploy plan >"$state/told"
  source_of >"$state/source"
  printf '%s\n' "$code" >"$state/changes"
}

# check refuses what this script must not do.
check() {
  local project other
  project=$(told project)
  [ "$(told environment)" = "$environment" ] || refuse "$tfvars is of the environment $(told environment)"
  other=$(gcloud config get-value project 2>/dev/null || true)
  [ "$other" = "$project" ] || refuse "$tfvars is of the project $project, and gcloud is set to ${other:-none}: gcloud config set project $project"
  if [ -n "$(told stranger)" ]; then
    refuse "the state is of the project $(told stranger | tr '\n' ' ')and not of $project: terraform -chdir=terraform init -reconfigure -backend-config=bucket=STATE_BUCKET"
  fi
  if [ -n "$(told destroys)" ]; then
    say "The plan destroys what can't be made again:" >&2
    told destroys | sed 's/^/  /' >&2
    refuse "Nothing was changed. If that is meant, apply it by hand: terraform/README.md."
  fi
}

# note_traffic writes down which revisions answer now, of the functions that are to change. What an earlier run that was broken off while applying has written down stays:
# what answers now may be what it has deployed.
note_traffic() {
  local name revisions
  touch "$state/traffic"
  for name in $(told deploys); do
    if grep -q "^$name " "$state/traffic"; then continue; fi
    if revisions=$(gcloud run services describe "$name" --project="$(told project)" --region="$(told region)" --format=json 2>"$state/error" | go run ./scripts/deploy traffic 2>>"$state/error"); then
      printf '%s %s\n' "$name" "$revisions" >>"$state/traffic"
    elif grep -qiE 'cannot find|could not be found|not found' "$state/error"; then
      say "$name is new: there is nothing to go back to"
    else
      cat "$state/error" >&2
      refuse "which revision of $name answers now can't be told, so it could not be gone back to. Nothing was changed."
    fi
  done
}

# bring_back gives the traffic back to the revisions that had it. A revision has its code, its variables and the versions of its secrets, so it is as it was, at once and without a build.
# The next deployment sends all traffic to its own revision again, since all_traffic_on_latest_revision is true. https://cloud.google.com/functions/docs/configuring/traffic-splitting
bring_back() {
  local name revisions failed=''
  if ! [ -s "$state/traffic" ]; then
    forget
    refuse "None of the functions that were deployed was there before, so there is nothing to go back to. Mend what is wrong and run this again."
  fi
  mark back
  step "bringing the previous revisions back"
  while read -r name revisions <&3; do
    say "$name: $revisions"
    gcloud run services update-traffic "$name" --to-revisions="$revisions" --project="$(told project)" --region="$(told region)" --quiet || failed+=" $name"
  done 3<"$state/traffic"
  if [ -n "$failed" ]; then
    refuse "Not brought back:$failed. Run this again once gcloud can be reached: it goes on with that. By hand: gcloud run services update-traffic NAME --to-revisions=REVISION=100, with the revisions in $state/traffic."
  fi
  local project region
  project=$(told project) region=$(told region)
  forget
  refuse "The functions answer as before. What else the plan changed stays changed: queues, rights, indexes. Mend what was wrong and deploy again, or go run ./scripts/doctor -project $project -region $region."
}

# look asks every function, several times: a right that was just granted takes a while to be known everywhere.
look() {
  local try
  step "looking whether the functions answer"
  for try in 1 2 3 4 5; do
    if go run ./scripts/doctor -project "$(told project)" -region "$(told region)" -strict -only functions,environment,addresses,callers,answers; then return 0; fi
    if [ "$try" -lt 5 ]; then
      say "Once more in ${DEPLOY_PAUSE:-20} seconds …"
      sleep "${DEPLOY_PAUSE:-20}"
    fi
  done
  return 1
}

confirm() {
  local answer
  [ -z "$yes" ] || return 0
  printf '\nApply this to %s? Write the name of the project: ' "$(told project)"
  read -r answer || answer=''
  [ "$answer" != "$(told project)" ] || return 0
  [ "$(marked)" != planned ] || { forget; refuse "Nothing was changed."; }
  refuse "Nothing more was changed, of what an earlier run had begun. Run it again to go on."
}

case $(marked) in
  planned)
    if [ "$(source_of)" != "$(cat "$state/source")" ]; then
      refuse "An earlier run has left a plan that was made from something else than what is here now. -r begins anew."
    fi
    if [ -z "$dry" ]; then
      step "going on with the plan of an earlier run; -r begins anew"
      terraform -chdir=terraform show "$state/plan"
    fi
    ;;
  applying) step "an earlier run was broken off while applying; planning the rest" ;;
  applied) step "an earlier run has applied its plan; going on with looking" ;;
  back) step "an earlier run was bringing the previous revisions back" ;;
esac

if [ -n "$dry" ]; then
  [ -z "$(marked)" ] || refuse "An earlier run was broken off ($(marked)): finish it, or begin anew with -r."
  trap forget EXIT
  plan
  check
  note_traffic
  say
  told deploys | sed 's/^/would deploy /'
  told removes | sed 's/^/would remove /'
  sed 's/^\([^ ]*\) /could go back to \1 /' "$state/traffic"
  say "Dry run: nothing was changed."
  exit 0
fi

case $(marked) in
  '' | applying)
    plan
    check
    note_traffic
    [ "$(marked)" = applying ] || mark planned
    ;;
esac

case $(marked) in
  planned | applying)
    check
    if [ "$(cat "$state/changes")" = 0 ]; then
      say "There is nothing to change."
    else
      told deploys | sed 's/^/deploys /'
      told removes | sed 's/^/removes /'
      confirm
      mark applying
      step "applying"
      terraform -chdir=terraform apply -input=false "$state/plan" || { say "terraform apply failed" >&2; bring_back; }
    fi
    mark applied
    ;;
esac

case $(marked) in
  applied) look || bring_back ;;
  back) bring_back ;;
esac

project=$(told project) region=$(told region)
forget
step "deployed"
say "The rest of the project: go run ./scripts/doctor -project $project -region $region"

#!/usr/bin/env bash
# Writes what the product is made of (SBOM, CycloneDX 1.6 as JSON, with licences) to a file: each Go module that the build list of go.mod has, with version, hash and licence.
#
#   ./scripts/sbom.sh [FILE]     default: sbom.json; it is not committed
#
# It is of the whole repository, tests and scripts included. go run ./scripts/supply -sbom DIR writes one for each function, of what it links.
# The tool is pinned in scripts/tools/supply/go.mod.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
exec go tool -modfile=scripts/tools/supply/go.mod cyclonedx-gomod mod -licenses -json -output "${1:-sbom.json}" .

#!/usr/bin/env bash
# Compares Nexus with a direct connection, haproxy and ssh -R on this machine: builds release once, runs everything on loopback.
# Without options: all figures, three rounds, and the report goes to docs/performance.md. With options: those of
# `dotnet run -c Release --project tests/Nexus.Benchmarks -- field`, e.g. `scripts/bench.sh --quick --only down,up --targets nexus,haproxy`.
# With `directory` or `reconnect` first: that command instead, likewise of release builds.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

scripts/publish.sh
dotnet build tests/Nexus.Benchmarks -c Release -v quiet

ulimit -n "$(ulimit -Hn)" # thousands of users
command=field options=("$@")
case ${1-} in
  directory | reconnect) command=$1 options=("${@:2}") ;;
  "") options=(--report docs/performance.md --json artifacts/field.json) ;;
esac
exec dotnet artifacts/bin/Nexus.Benchmarks/release/Nexus.Benchmarks.dll "$command" --artifacts artifacts/release "${options[@]}"

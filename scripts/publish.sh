#!/usr/bin/env bash
# The release: artifacts/release/{edge,hub,mesh,certs}, which need the ASP.NET Core runtime, and artifacts/release/client/nexus,
# which needs nothing. Why in this shape: docs/performance.md, "Release shape". Usage: scripts/publish.sh [RID of the client]
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

case "$(uname -m)" in aarch64 | arm64) machine=arm64 ;; *) machine=x64 ;; esac
rid=${1:-linux-$machine}
release=$PWD/artifacts/release

for service in Edge Hub Mesh Certs; do
  dotnet publish "Nexus.$service" -c Release -v quiet -o "$release/${service,,}"
done

# In a place of its own: what is built for one platform is not what `dotnet build` and the tests use.
dotnet publish Nexus.Client.Cli -c Release -v quiet -r "$rid" -p:SingleFileRelease=true -p:DebugType=none \
  -p:ArtifactsPath="$PWD/artifacts/client-build" -o "$release/client"

[ "$rid" = "linux-$machine" ] || exit 0
# What was trimmed away would be missing where it is used: the command line, YAML, tokens, the checks.
client=$release/client/nexus
"$client" --version
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cat > "$folder/good.yaml" <<'YAML'
backends:
  - name: release
    hostnames: [app.test]
    nexusAddresses: ["wss://hub.test/connect"]
    attestation: {hmacSecret: "0123456789abcdef0123456789abcdef"}
    portMappings: {443: {default: 127.0.0.1:8443}}
YAML
sed 's/portMappings/portMapping/' "$folder/good.yaml" > "$folder/bad.yaml"
"$client" run -c "$folder/good.yaml" --check
status=0
"$client" run -c "$folder/bad.yaml" --check || status=$?
[ "$status" = 1 ] || { echo "A wrong file was not refused: $status" >&2; exit 1; }
status=0
printf 0123456789abcdef > "$folder/token"
words=$("$client" check 1 --server localhost:1 --token-file "$folder/token") || status=$?
[ "$status" = 1 ] && [[ $words == *"Nobody listens at localhost port 1"* ]] || { echo "nexus check: $status: $words" >&2; exit 1; }

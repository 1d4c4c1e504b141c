#!/usr/bin/env bash
# Builds OpenTofu and the AWS schema server from the Go module proxy, and lays out
# a provider mirror. Usage: setup.sh <tools dir>; then: . <tools dir>/env.sh
# Cache <tools dir> (about 130 MB) under the hash of this folder and the schema file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=$(mkdir -p "$1" && cd "$1" && pwd)
TOFU=v1.12.6
VERSION=$(sed -n 's/^ "provider_version": "\(.*\)",$/\1/p' "$here/../aws-provider-schema.json")

if [ ! -x "$tools/tofu" ]; then
  # `go install` refuses a module with replace directives: build inside a copy of its source
  src=$(go mod download -json "github.com/opentofu/opentofu@$TOFU" | sed -n 's/.*"Dir": "\(.*\)",*$/\1/p')
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cp -r "$src/." "$work/" && chmod -R u+w "$work"
  (cd "$work" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X github.com/opentofu/opentofu/version.dev=no' -o "$tools/tofu" ./cmd/tofu)
fi

# the address of the provider, host included, as this tofu spells it
probe=$(mktemp -d)
printf 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n' >"$probe/main.tf"
address=$("$tools/tofu" -chdir="$probe" providers | grep -o '[a-z.]*/hashicorp/aws' | sed -n 1p)
rm -rf "$probe"
dir="$tools/mirror/$address/$VERSION/$(go env GOOS)_$(go env GOARCH)"
mkdir -p "$dir"
(cd "$here" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$dir/terraform-provider-aws_v$VERSION" .)
cp "$here/../aws-provider-schema.json" "$dir/"

printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s/mirror"\n  }\n}\n' "$tools" >"$tools/tofurc"
# shellcheck disable=SC2016 # whoever reads the file expands it
printf 'export PATH="%s:$PATH" TF_CLI_CONFIG_FILE="%s/tofurc" CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1\n' "$tools" "$tools" >"$tools/env.sh"
"$tools/tofu" version | sed -n 1p

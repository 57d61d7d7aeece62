#!/bin/sh
# Makes the secrets that compose.yaml reads, once: `sh deploy/docker/secrets.sh [FOLDER]`.
set -eu
folder=${1:-.km/compose}
umask 077
mkdir -p "$folder"
for name in postgres km_owner km_sanitize km_score km_projector km_query token; do
    [ -s "$folder/$name" ] || head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$folder/$name"
done

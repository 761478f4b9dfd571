#!/bin/sh
# Registers the namespace unless it is there, and ends when it can be used. TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE say where.
set -eu

# until_works COMMAND…: tries once a second; after a minute it says what the last try said, and ends.
until_works() {
  tries=0
  until said="$("$@" 2>&1)"; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
      echo "The Temporal server at $TEMPORAL_ADDRESS is not ready; see docker compose logs temporal. $said" >&2
      exit 1
    fi
    sleep 1
  done
}

until_works temporal operator cluster health
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
# The server's parts hear of a new one within seconds, and not all at once. This is what the worker asks first.
until_works temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE"

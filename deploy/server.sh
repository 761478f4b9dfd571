#!/bin/sh
# The server takes its password from the environment only. It is put there here, so that nobody has to write it into a file of compose.
set -eu
POSTGRES_PWD="$(cat "$POSTGRES_PWD_FILE")"
export POSTGRES_PWD
exec "$@"

#!/bin/sh
# Starts HAProxy as a master with workers, so that USR2 has it take its configuration anew.
set -e

case "$1" in
  -*) set -- haproxy "$@" ;;
esac
if [ "$1" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"

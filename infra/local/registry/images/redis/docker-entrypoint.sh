#!/bin/sh
# Starts Redis as its own user; options alone stand for a server with these options.
set -e

case "$1" in
  -* | *.conf) set -- redis-server "$@" ;;
esac

says_protected_mode() {
  for word in "$@"; do
    case "$word" in --protected-mode) return 0 ;; esac
    if [ -f "$word" ] && grep -q '^ *protected-mode' "$word"; then return 0; fi
  done
  return 1
}

if [ "$1" = redis-server ]; then
  # A container is reached from its network; a password is the caller's to set.
  says_protected_mode "$@" || set -- "$@" --protected-mode no
  if [ "$(id -u)" = 0 ]; then
    find . ! -user redis -exec chown redis '{}' +
    exec setpriv --reuid=redis --regid=redis --init-groups "$@"
  fi
fi
exec "$@"

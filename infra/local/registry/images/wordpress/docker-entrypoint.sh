#!/bin/bash
# Puts WordPress and its configuration into an empty site, and starts the web server.
set -euo pipefail

source=/usr/src/wordpress

copy_files() { # index.php, by which a site is known, comes last; what is there is kept
  find "$source" -mindepth 1 -maxdepth 1 ! -name index.php -exec cp -a -n -t . '{}' +
  cp -a -n "$source/index.php" .
}

write_config() { # with keys of its own for every site
  local line
  while IFS= read -r line; do
    printf '%s\n' "${line//RANDOM/$(head -c 48 /dev/urandom | base64 -w 0)}"
  done <"$source/wp-config-docker.php" >wp-config.php.new
  chown --reference="$source" wp-config.php.new 2>/dev/null || true
  mv wp-config.php.new wp-config.php
}

case "${1:-}" in
  apache2*)
    [ -e index.php ] || copy_files
    if [ ! -s wp-config.php ] && env | grep -q '^WORDPRESS_'; then write_config; fi
    ;;
esac
exec "$@"

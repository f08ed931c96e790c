#!/bin/bash
# Makes the cluster at the first start, as the environment asks for it, and starts PostgreSQL.
set -euo pipefail

fresh=$PGDATA/.fresh # a cluster in the making; what is killed half-way is made anew

setting() { # a variable, the file that <variable>_FILE names, or a default
  local file=${1}_FILE
  if [ -n "${!1:-}" ]; then
    printf '%s' "${!1}"
  elif [ -n "${!file:-}" ]; then
    cat "${!file}"
  else
    printf '%s' "${2:-}"
  fi
}

read_settings() {
  POSTGRES_USER=$(setting POSTGRES_USER postgres)
  POSTGRES_DB=$(setting POSTGRES_DB "$POSTGRES_USER")
  POSTGRES_PASSWORD=$(setting POSTGRES_PASSWORD)
  POSTGRES_INITDB_ARGS=$(setting POSTGRES_INITDB_ARGS)
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
  export POSTGRES_USER POSTGRES_DB
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    echo "Error: set POSTGRES_PASSWORD to the superuser's password" \
      "(or POSTGRES_HOST_AUTH_METHOD=trust to let everybody in)." >&2
    exit 1
  fi
}

make_cluster() {
  local options=(--pgdata="$fresh" --username="$POSTGRES_USER" --encoding=UTF8 --no-sync)
  [ -z "${POSTGRES_INITDB_WALDIR:-}" ] || options+=(--waldir="$POSTGRES_INITDB_WALDIR")
  # The arguments are a command line, with the quotes that its author put there.
  eval "options+=($POSTGRES_INITDB_ARGS)"
  initdb "${options[@]}" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD")
  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -D "$fresh" -C password_encryption)}
  printf '\nhost all all all %s\n' "$method" >>"$fresh/pg_hba.conf"
}

run_scripts() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) psql --dbname "$POSTGRES_DB" --file "$file" ;;
      *.sql.gz) gunzip -c "$file" | psql --dbname "$POSTGRES_DB" ;;
    esac
  done
}

fill_cluster() {
  # Its socket is where nobody looks: the server counts as up when it is the real one.
  pg_ctl -D "$fresh" -w -o "-c listen_addresses='' -c fsync=off -k '$fresh'" start
  (
    export PGHOST=$fresh PGUSER=$POSTGRES_USER
    psql() { command psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password "$@"; }
    [ "$POSTGRES_DB" = postgres ] ||
      psql --dbname postgres --set name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
    run_scripts
  )
  pg_ctl -D "$fresh" -w -m fast stop
}

settle() { # PG_VERSION, by which a cluster is known, comes last
  find "$fresh" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv -t "$PGDATA" '{}' +
  sync -f "$PGDATA"
  mv "$fresh/PG_VERSION" "$PGDATA"
  rmdir "$fresh"
}

case "${1:-}" in -*) set -- postgres "$@" ;; esac
if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" && chmod 700 "$PGDATA"
  find "$PGDATA" /run/postgresql ! -user postgres -exec chown postgres:postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  read_settings
  if [ -d "$fresh" ]; then find "$PGDATA" -mindepth 1 -delete; fi
  make_cluster
  fill_cluster
  settle
fi
unset POSTGRES_PASSWORD
exec "$@"

#!/bin/bash
# Makes the databases at the first start, as the environment asks for them, and starts MariaDB.
set -euo pipefail

data=/var/lib/mysql
fresh=$data/.fresh # databases in the making; what is killed half-way is made anew
socket=$fresh/mysqld.sock

setting() { # MARIADB_<name>, MYSQL_<name>, or the file that <either>_FILE names
  local name file
  for name in "MARIADB_$1" "MYSQL_$1"; do
    file=${name}_FILE
    if [ -n "${!name:-}" ]; then
      printf '%s' "${!name}"
      return
    elif [ -n "${!file:-}" ]; then
      cat "${!file}"
      return
    fi
  done
}

text() { # a value as a literal of SQL
  local value=${1//\\/\\\\}
  printf "'%s'" "${value//\'/\\\'}"
}

name() { # a value as an identifier of SQL
  printf '`%s`' "${1//\`/\`\`}"
}

read_settings() {
  root_password=$(setting ROOT_PASSWORD)
  root_host=$(setting ROOT_HOST)
  database=$(setting DATABASE)
  user=$(setting USER)
  password=$(setting PASSWORD)
  if [ -n "$(setting RANDOM_ROOT_PASSWORD)" ]; then
    root_password=$(head -c 24 /dev/urandom | base64)
    echo "GENERATED ROOT PASSWORD: $root_password"
  elif [ -z "$root_password$(setting ALLOW_EMPTY_ROOT_PASSWORD)$(setting ALLOW_EMPTY_PASSWORD)" ]; then
    echo "Error: set one of MARIADB_ROOT_PASSWORD, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD" \
      "and MARIADB_RANDOM_ROOT_PASSWORD." >&2
    exit 1
  fi
}

write_sql() {
  local host
  echo "DELETE FROM mysql.global_priv WHERE user = 'root' AND host <> 'localhost';"
  echo "DELETE FROM mysql.proxies_priv WHERE host <> 'localhost'; FLUSH PRIVILEGES;"
  echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(text "$root_password");"
  host=$(text "${root_host:-%}")
  if [ "$host" != "'localhost'" ]; then
    echo "CREATE USER 'root'@$host IDENTIFIED BY $(text "$root_password");"
    echo "GRANT ALL ON *.* TO 'root'@$host WITH GRANT OPTION;"
  fi
  [ -z "$database" ] || echo "CREATE DATABASE IF NOT EXISTS $(name "$database");"
  if [ -n "$user" ] && [ -n "$password" ]; then
    echo "CREATE USER $(text "$user")@'%' IDENTIFIED BY $(text "$password");"
    # In a grant, an underscore of the name would stand for any letter.
    [ -z "$database" ] ||
      echo "GRANT ALL ON $(name "${database//_/\\_}").* TO $(text "$user")@'%';"
  fi
}

client() {
  MYSQL_PWD=$root_password mariadb --no-defaults --user=root --socket="$socket" \
    --default-character-set=utf8mb4 ${database:+--database="$database"} "$@"
}

run_scripts() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) client <"$file" ;;
      *.sql.gz) gunzip -c "$file" | client ;;
    esac
  done
}

make_databases() {
  mkdir "$fresh"
  tar -C "$fresh" -xzf /usr/share/mysql/fresh.tar.gz
  # Its socket is where nobody looks: the server counts as up when it is the real one.
  mariadbd --datadir="$fresh" --socket="$socket" --skip-networking &
  local server=$!
  until mariadb-admin --no-defaults --user=root --socket="$socket" --silent ping 2>/dev/null; do
    kill -0 "$server" || exit 1
    sleep 0.05
  done
  write_sql | mariadb --no-defaults --user=root --socket="$socket"
  MYSQL_UNIX_PORT=$socket run_scripts
  kill "$server"
  wait "$server"
}

settle() { # the folder `mysql`, by which databases are known, comes last
  find "$fresh" -mindepth 1 -maxdepth 1 ! -name mysql -exec mv -t "$data" '{}' +
  sync -f "$data"
  mv "$fresh/mysql" "$data"
  rmdir "$fresh"
}

case "${1:-}" in -*) set -- mariadbd "$@" ;; esac
if [ "$1" = mysqld ]; then
  shift
  set -- mariadbd "$@"
fi
if [ "$1" = mariadbd ] && [ "$(id -u)" = 0 ]; then
  find "$data" /run/mysqld ! -user mysql -exec chown mysql:mysql '{}' +
  exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
fi
if [ "$1" = mariadbd ] && [ ! -d "$data/mysql" ]; then
  read_settings
  if [ -d "$fresh" ]; then find "$data" -mindepth 1 -delete; fi
  make_databases
  settle
fi
exec "$@"

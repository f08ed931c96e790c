#!/bin/sh
# Fills the templates of a configuration from the environment, runs what was added, starts nginx.
set -e

fill_templates() {
  names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p')
  find "${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}" -name '*.template' -type f |
    while read -r template; do
      envsubst "$names" <"$template" \
        >"${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}/$(basename "$template" .template)"
    done
}

if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
  [ ! -d "${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}" ] || fill_templates
  for script in /docker-entrypoint.d/*.sh; do
    [ ! -x "$script" ] || "$script"
  done
fi
exec "$@"

#!/bin/sh
# Whether the server answers on its port: it does once everything, InnoDB included, is up.
exec mariadb-admin --protocol=tcp --host=127.0.0.1 --connect-timeout=5 --silent ping

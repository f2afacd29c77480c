#!/bin/sh
# The real programs the tests talk to: MediaWiki, Chromium and Postgres, from Debian. Anywhere else, or not as root, it says what to run.
set -eu

# micro-httpd and php-cgi stand in for the web server that mediawiki asks for: neither starts a service.
PACKAGES="mediawiki micro-httpd php-cgi php-cli php-intl php-mbstring php-sqlite3 php-xml chromium"
# Of Postgres any version will do: the tests make servers of their own.
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || PACKAGES="$PACKAGES postgresql"
LINE="apt-get install --no-install-recommends $PACKAGES"

command -v dpkg >/dev/null 2>&1 || { echo "MediaWiki, browser and Postgres tests skip: they need Debian's packages $PACKAGES"; exit 0; }
# shellcheck disable=SC2086  # a list of words
dpkg -s $PACKAGES >/dev/null 2>&1 && exit 0
[ "$(id -u)" = 0 ] || { echo "MediaWiki, browser and Postgres tests skip; to have them run: sudo $LINE"; exit 0; }

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# No server that runs by itself.
without_server() {
    apt-get install -qq -y --no-install-recommends postgresql-common &&
        sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf || true
}
# shellcheck disable=SC2086
if ! { apt-get update -qq && { [ "${PACKAGES%postgresql}" = "$PACKAGES" ] || without_server; } && timeout 300 apt-get install -qq -y --no-install-recommends $PACKAGES; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "MediaWiki, browser and Postgres tests skip: the packages could not be installed; try: $LINE"
fi

#!/bin/sh
# Removes what install.sh or install-macos.sh installed. Token, settings and state stay, unless with
# --purge. Takes the same options (--user, --dry-run, …).
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
if [ "$(uname -s)" = Darwin ]; then
  exec "$here/install-macos.sh" --uninstall "$@"
fi
exec "$here/install.sh" --uninstall "$@"

#!/bin/sh
# Starts the lmcp of this archive, wherever it was unpacked, also through symlinks to this file.
# Deno keeps compiled code below the user's cache folder; nothing else is written, and where that
# cannot be, nothing is.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
lib=$(CDPATH='' cd -- "$(dirname -- "$self")/../lib" && pwd -P) || exit 1

# These are for this Deno alone: lmcp takes them back before it starts a command.
LMCP_WAS_DENO_DIR=${DENO_DIR-}
LMCP_WAS_DENO_NO_UPDATE_CHECK=${DENO_NO_UPDATE_CHECK-}
cache=${CACHE_DIRECTORY:-${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}}
DENO_DIR=${cache:-/dev/null}/lmcp
DENO_NO_UPDATE_CHECK=1
export LMCP_WAS_DENO_DIR LMCP_WAS_DENO_NO_UPDATE_CHECK DENO_DIR DENO_NO_UPDATE_CHECK

exec "$lib/deno" run --quiet --allow-all --no-config --no-lock --cached-only --no-remote --no-npm \
  --unstable-no-legacy-abort --unstable-lazy-dynamic-imports "$lib/lmcp.js" "$@"

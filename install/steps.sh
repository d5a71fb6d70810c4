# shellcheck shell=sh
# What install.sh and install-macos.sh share: telling what is done (or would be, in a dry run),
# putting the program and its settings in place, the token, and the client configuration at the end.
# Read by those with "."; they set here, LIB, BIN, ETC, DESTDIR and DRY_RUN. Never puts a token on a
# command line or on the terminal.
# shellcheck disable=SC2154

say() { printf '%s\n' "$*"; }
fail() {
  printf 'lmcp install: %s\n' "$*" >&2
  exit 1
}
usage_error() {
  printf 'lmcp install: %s\n' "$*" >&2
  exit 2
}

refuse_token() {
  usage_error "--token must not be given: every user can read a command line; put the token into a file for --token-from"
}

# check_address ADDRESS PORT: what --host and --port said; empty for what they did not.
check_address() {
  case $1 in *[!0-9A-Za-z.:%_-]*) usage_error "--host must be an address: got \"$1\"" ;; esac
  case $2 in *[!0-9]*) usage_error "--port must be a whole number: got \"$2\"" ;; esac
}

# Runs a command, or says in a dry run what it would run. Standard output is the command's own.
run() {
  if [ "$DRY_RUN" = yes ]; then
    say "would run: $*"
  else
    "$@"
  fi
}

# put MODE FILE [OWNER]: FILE is what standard input holds; in place at once, or not at all.
put() {
  if [ "$DRY_RUN" = yes ]; then
    cat >/dev/null
    say "would write: $2 (mode $1)"
    return
  fi
  mkdir -p "$(dirname "$2")"
  (
    umask 077
    cat >"$2.new"
  )
  chmod "$1" "$2.new"
  if [ -n "${3-}" ]; then chown "$3" "$2.new"; fi
  mv -f "$2.new" "$2"
}

# The archive that this script was unpacked with, or the checkout that it is in.
find_source() {
  top=$(CDPATH='' cd -- "$here/.." && pwd -P)
  if [ -n "$NPM_SPEC" ]; then
    SOURCE=npm
  elif [ -x "$top/bin/lmcp" ] && [ -f "$top/lib/lmcp.js" ]; then
    SOURCE=archive
  elif [ -f "$top/scripts/archive/entry.ts" ]; then
    SOURCE=checkout
  else
    fail "must be in an unpacked archive or in a checkout: got $here; or take it from npm with --npm"
  fi
}

# Makes the tree of the program in $1. Tries it before anything that is there is replaced.
make_tree() {
  mkdir -p "$1/bin" "$1/lib"
  case $SOURCE in
    archive)
      # From an installation itself, this is a repair.
      for part in bin lib licenses VERSION LICENSE README.md CHANGELOG.md SECURITY.md; do
        if [ -e "$top/$part" ]; then cp -R "$top/$part" "$1/"; fi
      done
      ;;
    checkout) bundle_checkout "$1" ;;
    npm) install_npm "$1" ;;
  esac
  mkdir -p "$1/install"
  cp -R "$here/." "$1/install/"
  if [ ! -f "$1/install/backends.conf" ]; then
    cp "$here/../examples/backends.conf" "$1/install/backends.conf"
  fi
  chmod -R go+rX,go-w "$1"
  version=$(HOME=$1 XDG_CACHE_HOME=$1/.cache "$1/bin/lmcp" --version </dev/null 2>&1) ||
    {
      rm -rf "$1"
      fail "the program does not run on this machine, and nothing was changed: $version$(musl_advice)"
    }
  rm -rf "$1/.cache"
}

bundle_checkout() {
  deno=$(find_program deno "$HOME/.deno/bin/deno") ||
    fail 'a checkout needs deno on PATH: "npm install --global deno", or take an archive'
  # The program itself, where "deno" is a script that starts it.
  deno=$("$deno" eval --quiet 'console.log(Deno.execPath())')
  (cd "$top" && "$deno" bundle --quiet --platform=deno --output="$1/lib/lmcp.js" \
    scripts/archive/entry.ts) || fail "deno could not bundle the checkout $top"
  cp "$top/scripts/archive/lmcp.sh" "$1/bin/lmcp"
  cp -L "$deno" "$1/lib/deno"
  chmod 755 "$1/bin/lmcp" "$1/lib/deno"
  sed -n 's/^export const VERSION = "\(.*\)";$/\1/p' "$top/src/version.ts" >"$1/VERSION"
  (cd "$top" && cp LICENSE README.md CHANGELOG.md SECURITY.md "$1/")
}

install_npm() {
  npm=$(find_program npm) || fail "--npm needs npm on PATH"
  node=$(find_program node) || fail "--npm needs node on PATH"
  "$node" -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' ||
    fail "--npm needs Node 20 or later: got $("$node" --version)"
  "$npm" install --global --no-fund --no-audit --loglevel=error --prefix "$1" "$NPM_SPEC" ||
    fail "npm could not install $NPM_SPEC"
  script=$(CDPATH='' cd -- "$1/bin" && readlink lmcp) || fail "$NPM_SPEC has no program lmcp"
  rm "$1/bin/lmcp"
  # Named whole, as services have a PATH of their own.
  put 755 "$1/bin/lmcp" <<END
#!/bin/sh
# Starts the lmcp of npm, with the Node that it was installed with.
self=\$0
while [ -L "\$self" ]; do
  link=\$(readlink "\$self")
  case \$link in
    /*) self=\$link ;;
    *) self=\$(dirname "\$self")/\$link ;;
  esac
done
exec "$node" "\$(dirname "\$self")/$script" "\$@"
END
}

find_program() {
  command -v "$1" 2>/dev/null && return
  if [ -n "${2-}" ] && [ -x "$2" ]; then
    printf '%s\n' "$2"
  else
    return 1
  fi
}

musl_advice() {
  for loader in /lib/ld-musl-*; do
    if [ ! -e "$loader" ]; then continue; fi
    printf '\nThis system has musl, and the Deno of the archives needs glibc. Either\n'
    printf '  apk add nodejs npm && install.sh --npm\n'
    printf 'or  apk add deno     and install from a checkout.\n'
  done
}

# The program: a tree of its own below LIB, and a link to it in BIN.
put_program() {
  if [ "$DRY_RUN" = yes ]; then
    say "would install: lmcp from the $SOURCE ${NPM_SPEC:-$top} to $LIB"
    say "would link: $BIN/lmcp"
    return
  fi
  mkdir -p "$(dirname "$DESTDIR$LIB")" "$DESTDIR$BIN"
  rm -rf "$DESTDIR$LIB.new" "$DESTDIR$LIB.old"
  make_tree "$DESTDIR$LIB.new"
  # Whoever runs the old one keeps its files open.
  if [ -d "$DESTDIR$LIB" ]; then mv "$DESTDIR$LIB" "$DESTDIR$LIB.old"; fi
  mv "$DESTDIR$LIB.new" "$DESTDIR$LIB"
  rm -rf "$DESTDIR$LIB.old"
  ln -sf ../lib/lmcp/bin/lmcp "$DESTDIR$BIN/lmcp"
  say "installed $version to $LIB"
}

# put_settings NAME [OWNER]: the settings that come with lmcp, unless there are some.
put_settings() {
  if [ -f "$DESTDIR$ETC/$1" ]; then
    say "kept $ETC/$1"
  else
    put 600 "$DESTDIR$ETC/$1" "${2-}" <"$here/$1"
  fi
}

# set_variable FILE NAME VALUE: in a file of settings.
set_variable() {
  if [ -z "$3" ]; then return; fi
  if [ "$DRY_RUN" = yes ]; then
    say "would set: $2=$3 in $ETC/$1"
    return
  fi
  file=$DESTDIR$ETC/$1
  if grep -q "^[[:space:]]*$2=" "$file"; then
    sed "s|^[[:space:]]*$2=.*|$2=$3|" "$file" | put 600 "$file"
  else
    { cat "$file" && printf '%s=%s\n' "$2" "$3"; } | put 600 "$file"
  fi
}

# variable FILE NAME DEFAULT: what a file of settings says.
variable() {
  said=$(sed -n "s/^[[:space:]]*$2=//p" "$DESTDIR$ETC/$1" 2>/dev/null | tail -n 1 | tr -d "\"'")
  printf '%s\n' "${said:-$3}"
}

# The hosts of a hub: the example, all of it in comments, unless there are some.
put_backends() {
  if [ -f "$DESTDIR$ETC/backends.conf" ]; then
    say "kept $ETC/backends.conf"
    return
  fi
  from=$here/backends.conf
  if [ ! -f "$from" ]; then from=$here/../examples/backends.conf; fi
  sed 's/^[^#]/# &/' "$from" | put 600 "$DESTDIR$ETC/backends.conf" "${1-}"
}

# put_token NAME [OWNER]: the one that is there, that of --token-from, or a new one.
put_token() {
  file=$DESTDIR$ETC/$1
  if [ -f "$file" ]; then
    say "kept the token in $ETC/$1"
    run chmod 600 "$file"
    if [ -n "${2-}" ]; then run chown "$2" "$file"; fi
  elif [ "$DRY_RUN" = yes ]; then
    say "would write: $file, ${TOKEN_FROM:+the token of $TOKEN_FROM}${TOKEN_FROM:-a new token} (mode 600)"
  elif [ -n "$TOKEN_FROM" ]; then
    [ -r "$TOKEN_FROM" ] || fail "--token-from must name a file that can be read: got $TOKEN_FROM"
    token_of "$TOKEN_FROM" | put 600 "$file" "${2-}"
    if [ ! -s "$file" ]; then
      rm -f "$file"
      fail "--token-from must name a file with a token, alone or as .godparticle: got $TOKEN_FROM"
    fi
    say "took over the token of $TOKEN_FROM"
  else
    "$DESTDIR$LIB/bin/lmcp" token 2>/dev/null | head -n 1 | put 600 "$file" "${2-}"
    [ -s "$file" ] || fail "could not mint a token"
    say "minted a token: $ETC/$1"
  fi
}

# The token in a file: that of ".godparticle = TOKEN", as the Lua original has it, or all there is.
token_of() {
  if grep -q '^[[:space:]]*\.godparticle[[:space:]]*=' "$1"; then
    sed -n 's/^[[:space:]]*\.godparticle[[:space:]]*=[[:space:]]*//p' "$1" | tail -n 1 |
      sed 's/[[:space:]]*$//'
  else
    tr -d '[:space:]' <"$1"
  fi
}

# Waits until a server answers at a port, 30 seconds at the most.
wait_until_up() {
  tries=0
  until is_up "$1"; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then return 1; fi
    sleep 0.5 2>/dev/null || sleep 1
  done
}
is_up() {
  if command -v curl >/dev/null 2>&1; then
    [ "$(curl -fsS --max-time 2 --noproxy '*' "http://127.0.0.1:$1/healthz" 2>/dev/null)" = ok ]
  else
    [ "$(wget -q -T 2 -O - "http://127.0.0.1:$1/healthz" 2>/dev/null)" = ok ]
  fi
}

# print_clients SERVICE SETTINGS TOKEN-FILE: how a client is told of the server.
print_clients() {
  name=lmcp-hub
  if [ "$1" = lmcp ]; then name=$(uname -n | sed 's/[.].*//' | tr -c 'A-Za-z0-9_\n-' -); fi
  host=$(variable "$2" LMCP_HOST 127.0.0.1)
  case $host in
    0.0.0.0 | ::) host=$(uname -n) ;;
    *:*) host="[$host]" ;;
  esac
  url=http://$host:$(variable "$2" LMCP_PORT 8080)/mcp
  cat <<END

Clients of $1, at $url
(the token is in $ETC/$3; \${LMCP_TOKEN} stays as it is, the client puts it in):

  claude mcp add --transport http $name $url --header 'Authorization: Bearer \${LMCP_TOKEN}'
  LMCP_TOKEN=\$(cat $ETC/$3) claude

  { "mcpServers": { "$name": { "type": "http", "url": "$url",
    "headers": { "Authorization": "Bearer \${LMCP_TOKEN}" } } } }
END
  if [ "$1" = lmcp-hub ]; then return; fi
  cat <<END

On this machine a client can also start lmcp itself, without a token, as its own user:

  claude mcp add $name -- $BIN/lmcp stdio

  { "mcpServers": { "$name": { "command": "$BIN/lmcp", "args": ["stdio"] } } }
END
}

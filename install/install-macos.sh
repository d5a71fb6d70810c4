#!/bin/sh
# Installs lmcp on macOS as a launchd agent of this user: from the checkout that this is in (needs
# deno), or from npm (--npm, needs Node). Neither Homebrew nor root is needed. Safe to run again: it
# then updates the program, and keeps token and settings. Untested on a Mac.
set -eu
umask 022
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
DRY_RUN=no DESTDIR='' NPM_SPEC='' TOKEN_FROM=''
. "$here/steps.sh"

help() {
  cat <<'END'
Usage: install-macos.sh [OPTIONS]

  --hub                a hub as well, for the hosts in ~/.config/lmcp/backends.conf
  --hub-only           a hub and no server
  --host ADDRESS       address to listen on (127.0.0.1); asks for the token in either case
  --port PORT          port to listen on (8080; the hub has 8081)
  --token-from FILE    take over the token in FILE, alone in it or as ".godparticle = TOKEN"
  --npm[=SPEC]         install the npm package (@lmcp/lmcp) instead of the files here
  --no-start           install, but start nothing
  --dry-run            say what would be done, and do nothing
  --uninstall          remove program and agents; token, settings and state stay
  --purge              with --uninstall: remove those, too
END
}

HUB=no SERVER=yes HOST='' PORT='' START=yes UNINSTALL=no PURGE=no
while [ $# -gt 0 ]; do
  case $1 in
    --hub) HUB=yes ;;
    --hub-only) HUB=yes SERVER=no ;;
    --no-start) START=no ;;
    --dry-run) DRY_RUN=yes ;;
    --uninstall) UNINSTALL=yes ;;
    --purge) PURGE=yes ;;
    --npm) NPM_SPEC=@lmcp/lmcp ;;
    --npm=*) NPM_SPEC=${1#*=} ;;
    --help | -h) help && exit ;;
    --token | --token=*) refuse_token ;;
    --host | --port | --token-from)
      [ $# -ge 2 ] || usage_error "$1 must have a value: got nothing after it"
      case $1 in
        --host) HOST=$2 ;;
        --port) PORT=$2 ;;
        --token-from) TOKEN_FROM=$2 ;;
      esac
      shift
      ;;
    *) usage_error "unknown option $1; --help lists the options" ;;
  esac
  shift
done
check_address "$HOST" "$PORT"

[ "$(uname -s)" = Darwin ] || fail "this is for macOS; on Linux take install.sh"
[ "$(id -u)" != 0 ] || fail "an agent is of a user: run this without sudo"
if [ "$PURGE" = yes ] && [ "$UNINSTALL" = no ]; then usage_error "--purge goes with --uninstall"; fi
LIB=$HOME/.local/lib/lmcp BIN=$HOME/.local/bin ETC=$HOME/.config/lmcp
AGENTS=$HOME/Library/LaunchAgents DOMAIN=gui/$(id -u)

# put_agent AGENT: its property list, with this user's home in it.
put_agent() {
  sed "s|@HOME@|$(printf '%s' "$HOME" | sed 's/&/\\\&amp;/g; s/</\\\&lt;/g; s/|/\\|/g')|g" \
    "$here/launchd/$1.plist" | put 644 "$AGENTS/$1.plist"
}

# start_agent AGENT SETTINGS PORT TOKEN
start_agent() {
  if [ "$START" = no ]; then return; fi
  run mkdir -p "$HOME/Library/Logs"
  stop_agent "$1"
  run launchctl enable "$DOMAIN/$1"
  run launchctl bootstrap "$DOMAIN" "$AGENTS/$1.plist"
  if [ "$DRY_RUN" = yes ]; then return; fi
  port=$(variable "$2" LMCP_PORT "$3")
  wait_until_up "$port" || fail "$1 does not answer on port $port: its log below ~/Library/Logs says why"
  smoke_test "$port" "$ETC/$4" || fail "$1 is up on port $port, but does not take the token in $ETC/$4"
  say "$1 is up on port $port, and takes its token"
}

# A stop is over when launchd has forgotten the agent; it cannot be started before.
stop_agent() {
  launchctl print "$DOMAIN/$1" >/dev/null 2>&1 || return 0
  run launchctl bootout "$DOMAIN/$1" || :
  if [ "$DRY_RUN" = yes ]; then return; fi
  tries=0
  while launchctl print "$DOMAIN/$1" >/dev/null 2>&1 && [ "$tries" -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.5
  done
}

# Asks for the tools as a client does. The header goes by standard input, not by the command line.
smoke_test() {
  printf 'Authorization: Bearer %s\n' "$(cat "$2")" |
    curl -fsS --max-time 10 --noproxy '*' -o /dev/null -H @- -H 'Content-Type: application/json' \
      --data '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' "http://127.0.0.1:$1/mcp"
}

if [ "$UNINSTALL" = yes ]; then
  for agent in lmcp.server lmcp.hub; do
    stop_agent "$agent"
    run rm -f "$AGENTS/$agent.plist"
  done
  run rm -rf "$LIB"
  run rm -f "$BIN/lmcp"
  if [ "$PURGE" = yes ]; then
    run rm -rf "$ETC" "$HOME/.local/state/lmcp" "$HOME/.cache/lmcp"
    run rm -f "$HOME/Library/Logs/lmcp.log" "$HOME/Library/Logs/lmcp-hub.log"
    say "removed lmcp, its settings, token and state; jobs that run still run"
  else
    say "removed lmcp; $ETC and ~/.local/state/lmcp stay (--purge removes them), and jobs run on"
  fi
  exit
fi

find_source
put_program
if [ "$SERVER" = yes ]; then
  put_settings lmcp.env
  set_variable lmcp.env LMCP_HOST "$HOST"
  set_variable lmcp.env LMCP_PORT "$PORT"
  put_token token
  put_agent lmcp.server
  start_agent lmcp.server lmcp.env 8080 token
fi
if [ "$HUB" = yes ]; then
  put_settings lmcp-hub.env
  if [ "$SERVER" = no ]; then
    set_variable lmcp-hub.env LMCP_HOST "$HOST"
    set_variable lmcp-hub.env LMCP_PORT "$PORT"
  fi
  put_backends ""
  put_token hub.token
  put_agent lmcp.hub
  start_agent lmcp.hub lmcp-hub.env 8081 hub.token
fi
if [ "$DRY_RUN" = yes ]; then exit; fi
if [ "$SERVER" = yes ]; then print_clients lmcp lmcp.env token; fi
if [ "$HUB" = yes ]; then print_clients lmcp-hub lmcp-hub.env hub.token; fi

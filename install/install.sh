#!/bin/sh
# Installs lmcp on Linux as a service: from the archive that this is in, from the checkout that this
# is in (needs deno), or from npm (--npm). Safe to run again: it then updates the program, and keeps
# token and settings. See --help; docs/install.md says more.
set -eu
umask 022
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
DRY_RUN=no DESTDIR=${DESTDIR-} NPM_SPEC='' TOKEN_FROM=''
. "$here/steps.sh"

help() {
  cat <<'END'
Usage: install.sh [OPTIONS]

  --system             for the machine (the default for root): /usr/local, /etc/lmcp, systemd
  --user               for this user alone (the default for others): ~/.local, ~/.config/lmcp
  --hub                a hub as well: lmcp-hub, for the hosts in backends.conf
  --hub-only           a hub and no server
  --host ADDRESS       address to listen on (127.0.0.1); asks for the token in either case
  --port PORT          port to listen on (8080; the hub has 8081)
  --token-from FILE    take over the token in FILE, alone in it or as ".godparticle = TOKEN"
  --run-as USER        the system service runs as USER (lmcp, without any rights of its own)
  --npm[=SPEC]         install the npm package (@lmcp/lmcp) instead of the files here
  --prefix DIR         instead of /usr/local or ~/.local; not for --user with a service
  --destdir DIR        install below DIR, for packages and tests; starts nothing
  --no-start           install, but start nothing
  --dry-run            say what would be done, and do nothing
  --uninstall          remove program and services; token, settings and state stay
  --purge              with --uninstall: remove those too, and end all background jobs
END
}

need_value() { [ "$2" -ge 2 ] || usage_error "$1 must have a value: got nothing after it"; }
MODE='' HUB=no SERVER=yes HOST='' PORT='' RUN_AS=lmcp PREFIX='' START=yes UNINSTALL=no PURGE=no
while [ $# -gt 0 ]; do
  case $1 in
    --system | --user) MODE=${1#--} ;;
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
    --host | --port | --token-from | --run-as | --prefix | --destdir)
      need_value "$1" $#
      case $1 in
        --host) HOST=$2 ;;
        --port) PORT=$2 ;;
        --token-from) TOKEN_FROM=$2 ;;
        --run-as) RUN_AS=$2 ;;
        --prefix) PREFIX=$2 ;;
        --destdir) DESTDIR=$2 ;;
      esac
      shift
      ;;
    *) usage_error "unknown option $1; --help lists the options" ;;
  esac
  shift
done

[ "$(uname -s)" = Linux ] || fail "this is for Linux; on macOS take install-macos.sh"
check_address "$HOST" "$PORT"
case $DESTDIR in '' | /*) ;; *) DESTDIR=$PWD/$DESTDIR ;; esac
case $PREFIX in '' | /*) ;; *) usage_error "--prefix must start with /: got \"$PREFIX\"" ;; esac
if [ "$PURGE" = yes ] && [ "$UNINSTALL" = no ]; then usage_error "--purge goes with --uninstall"; fi
if [ -z "$MODE" ]; then
  if [ "$(id -u)" = 0 ]; then MODE=system; else MODE=user; fi
fi
if [ "$MODE" = system ] && [ "$(id -u)" != 0 ] && [ -z "$DESTDIR" ] && [ "$DRY_RUN" = no ]; then
  fail "--system needs root: sudo $0, or --user for this user alone"
fi

if [ "$MODE" = system ]; then
  PREFIX=${PREFIX:-/usr/local}
  ETC=/etc/lmcp UNITS=/etc/systemd/system STATE=/var/lib
  control() { systemctl "$@"; }
else
  [ -n "${HOME-}" ] || fail "HOME must be set"
  PREFIX=${PREFIX:-$HOME/.local}
  ETC=${XDG_CONFIG_HOME:-$HOME/.config}/lmcp UNITS=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
  STATE=${XDG_STATE_HOME:-$HOME/.local/state}
  control() { systemctl --user "$@"; }
fi
LIB=$PREFIX/lib/lmcp BIN=$PREFIX/bin
SERVICES=''
if [ "$SERVER" = yes ]; then SERVICES=lmcp; fi
if [ "$HUB" = yes ]; then SERVICES="$SERVICES lmcp-hub"; fi

# Which service manager there is: systemd, openrc or none. What goes below DESTDIR is for systemd.
MANAGER=none
if [ -n "$DESTDIR" ] || { [ -d /run/systemd/system ] && command -v systemctl >/dev/null; }; then
  MANAGER=systemd
elif [ "$MODE" = system ] && [ -x /sbin/openrc-run ]; then
  MANAGER=openrc
fi
if [ -n "$DESTDIR" ]; then START=no; fi

. "$here/linux.sh"
if [ "$UNINSTALL" = yes ]; then
  uninstall
else
  install_all
fi

# shellcheck shell=sh
# What install.sh does once it knows what is wanted: services of systemd or OpenRC, their users, and
# the way back. Read by install.sh with "."; uses steps.sh and the variables that install.sh set.
# shellcheck disable=SC2153,SC2154

install_all() {
  find_source
  put_program
  owner=
  for service in $SERVICES; do
    make_user "$service"
    put_service "$service"
  done
  for service in $SERVICES; do
    start_service "$service"
  done
  if [ "$MODE" = user ] && [ "$MANAGER" = systemd ] && [ "$START" = yes ]; then
    say "It ends when you log out; to let it run on: loginctl enable-linger"
  fi
  if [ "$DRY_RUN" = yes ]; then return; fi
  for service in $SERVICES; do
    if [ "$service" = lmcp ]; then print_clients lmcp lmcp.env token; fi
    if [ "$service" = lmcp-hub ]; then print_clients lmcp-hub lmcp-hub.env hub.token; fi
  done
}

# The user that a system service runs as; its settings and token belong to it. Sets `owner`.
make_user() {
  owner=
  if [ "$MODE" = user ]; then return; fi
  owner=$1
  if [ "$1" = lmcp ]; then owner=$RUN_AS; fi
  if [ -n "$DESTDIR" ]; then
    owner=
  elif ! id "$owner" >/dev/null 2>&1; then
    [ "$owner" = "$1" ] || fail "--run-as must name a user of this machine: got $owner"
    if command -v useradd >/dev/null; then
      run useradd --system --user-group --home-dir "$STATE/$1" --shell /bin/sh "$1"
    else
      run addgroup -S "$1"
      run adduser -S -D -G "$1" -h "$STATE/$1" -s /bin/sh "$1"
    fi
  fi
  if [ "$MANAGER" != systemd ] && [ "$owner" = "$1" ]; then
    run mkdir -p "$STATE/$1"
    run chown "$1:$1" "$STATE/$1"
    run chmod 700 "$STATE/$1"
  fi
}

# Settings, token and unit of a service.
put_service() {
  if [ "$1" = lmcp ]; then
    put_settings lmcp.env
    set_variable lmcp.env LMCP_HOST "$HOST"
    set_variable lmcp.env LMCP_PORT "$PORT"
    put_token token "$owner"
  else
    put_settings lmcp-hub.env
    # With a server beside it, these are the server's.
    if [ "$SERVER" = no ]; then
      set_variable lmcp-hub.env LMCP_HOST "$HOST"
      set_variable lmcp-hub.env LMCP_PORT "$PORT"
    fi
    put_backends "$owner"
    put_token hub.token "$owner"
  fi
  case $MANAGER in
    systemd) put_unit "$1" ;;
    openrc)
      sed "s|/usr/local/bin/|$BIN/|; s|^command_user=.*|command_user=${owner:-$1}|" \
        "$here/openrc/lmcp" | put 755 "/etc/init.d/$1"
      ;;
    none) say "no service manager that this knows: start \"$BIN/lmcp serve --token-file $ETC/token\" by yours" ;;
  esac
}

put_unit() {
  # A user's folders stay as systemd finds them, unless they are others.
  user_bin=$BIN/ user_etc=$ETC
  if [ "$BIN" = "${HOME-}/.local/bin" ]; then user_bin=%h/.local/bin/; fi
  if [ "$ETC" = "${HOME-}/.config/lmcp" ]; then user_etc=%E/lmcp; fi
  sed -e "s|/usr/local/bin/|$BIN/|" -e "s|%h/.local/bin/|$user_bin|" -e "s|%E/lmcp|$user_etc|g" \
    "$here/systemd/$MODE/$1.service" | put 644 "$DESTDIR$UNITS/$1.service"
  if [ "$1" != lmcp ] || [ "$MODE" = user ]; then return; fi
  drop_in=$DESTDIR$UNITS/lmcp.service.d/run-as.conf
  if [ "$RUN_AS" != lmcp ]; then
    {
      printf '# Written by install.sh --run-as %s.\n' "$RUN_AS"
      # Root without its capabilities is no root.
      if [ "$RUN_AS" = root ]; then sed '/^#/d' "$here/systemd/sudo.conf"; else echo '[Service]'; fi
      printf 'User=%s\n' "$RUN_AS"
    } | put 644 "$drop_in"
  elif [ -f "$drop_in" ]; then
    run rm -f "$drop_in"
  fi
}

start_service() {
  if [ "$START" = no ] || [ "$MANAGER" = none ]; then return; fi
  if [ "$MANAGER" = openrc ]; then
    run rc-update add "$1" default
    run rc-service "$1" restart
  else
    run control daemon-reload
    run control enable --quiet "$1.service"
    # Jobs run on, see KillMode in the unit.
    run control restart "$1.service"
  fi
  if [ "$DRY_RUN" = yes ]; then return; fi
  port=$(variable "$1.env" LMCP_PORT 8080)
  if wait_until_up "$port"; then
    say "$1 is up on port $port"
  else
    fail "$1 does not answer on port $port: \"systemctl status $1\" and \"journalctl -u $1\" say why"
  fi
}

# Removes what install_all made, by what is there: both services, if there are two.
uninstall() {
  for service in lmcp lmcp-hub; do
    stop_service "$service"
    run rm -rf "$DESTDIR$UNITS/$service.service" "$DESTDIR$UNITS/$service.service.d"
    if [ "$MANAGER" = openrc ]; then run rm -f "/etc/init.d/$service"; fi
  done
  if [ "$START" = yes ] && [ "$MANAGER" = systemd ]; then run control daemon-reload; fi
  run rm -rf "$DESTDIR$LIB"
  run rm -f "$DESTDIR$BIN/lmcp"
  if [ "$PURGE" = no ]; then
    say "removed lmcp; $ETC and the state below $STATE stay (--purge removes them), and jobs run on"
    return
  fi
  run rm -rf "$DESTDIR$ETC" "$DESTDIR$STATE/lmcp" "$DESTDIR$STATE/lmcp-hub"
  if [ "$MODE" = system ] && [ -z "$DESTDIR" ]; then
    for service in lmcp lmcp-hub; do
      if ! id "$service" >/dev/null 2>&1; then continue; fi
      if command -v userdel >/dev/null; then run userdel "$service"; else run deluser "$service"; fi
    done
  fi
  say "removed lmcp, its settings, token and state"
}

stop_service() {
  if [ "$START" = no ]; then return; fi
  if [ "$MANAGER" = openrc ] && [ -f "/etc/init.d/$1" ]; then
    run rc-service "$1" stop || :
    run rc-update del "$1" default || :
  elif [ "$MANAGER" = systemd ] && [ -f "$UNITS/$1.service" ]; then
    run control disable --quiet "$1.service" || :
    # Jobs are in the service's control group, so this reaches them as well.
    if [ "$PURGE" = yes ]; then run control kill --signal=SIGTERM "$1.service" || :; fi
    run control stop "$1.service" || :
    if [ "$PURGE" = yes ]; then run control kill --signal=SIGKILL "$1.service" 2>/dev/null || :; fi
  fi
}

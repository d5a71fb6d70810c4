# shellcheck shell=sh
# What the scripts of both packages do once the files are in place: users, tokens, and the client
# configuration. Read with "." by Debian's postinst and Arch's lmcp.install.
# shellcheck disable=SC2034
here=/usr/lib/lmcp/install LIB=/usr/lib/lmcp BIN=/usr/bin ETC=/etc/lmcp
DESTDIR='' DRY_RUN=no TOKEN_FROM='' NPM_SPEC=''
. "$here/steps.sh"

configure_packaged() {
  systemd-sysusers lmcp.conf
  put_token token lmcp
  put_token hub.token lmcp-hub
  # The hub reads its hosts as its own user.
  chown lmcp-hub "$ETC/backends.conf"
}

tell_packaged() {
  print_clients lmcp lmcp.env token
  cat <<END

A hub for the hosts in $ETC/backends.conf: systemctl enable --now lmcp-hub (its token is in
$ETC/hub.token).
END
}

#!/usr/bin/env bash
# Installs what the live tests and the demo need and the machine lacks: install.sh [package...]
# Without root or password-less sudo it prints what to type, and fails only under CI.
set -euo pipefail

packages=("$@")
[ $# -gt 0 ] || packages=(prosody inspircd ngircd openssl python3-slixmpp)
policy=/usr/sbin/policy-rc.d
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps servers, not always in a user's PATH

present() {
  case $1 in
    python3-slixmpp)
      [ -x /usr/bin/python3 ] &&
        /usr/bin/python3 -c 'import importlib.util as i, sys; sys.exit(i.find_spec("slixmpp") is None)'
      ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

find_missing() {
  missing=()
  for package in "${packages[@]}"; do
    present "$package" || missing+=("$package")
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null && as_root true 2>/dev/null
}

# Debian starts a server when it installs one, unless this policy forbids it (invoke-rc.d(8)). It names only the new
# ones; for all others the policy that was there before decides.
hold_services() {
  if [ -e "$policy" ] && [ ! -e "$policy.before" ]; then as_root mv "$policy" "$policy.before"; fi
  as_root tee "$policy" >/dev/null <<EOF
#!/bin/sh
case " ${missing[*]} " in *" \$1 "*) exit 101 ;; esac
if [ -x $policy.before ]; then exec $policy.before "\$@"; fi
EOF
  as_root chmod 755 "$policy"
}

release_services() {
  as_root rm -f "$policy"
  if [ -e "$policy.before" ]; then as_root mv "$policy.before" "$policy"; fi
}

# The servers are run by the tests alone, so the new ones don't start with the machine either.
disable_services() {
  [ -d /run/systemd/system ] || return 0
  for package in "${missing[@]}"; do
    if systemctl is-enabled --quiet "$package" 2>/dev/null; then as_root systemctl disable --quiet "$package"; fi
  done
}

# What apt says is shown only when it fails.
apt_get() {
  local said
  said=$(as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" </dev/null 2>&1) || {
    printf '%s\n' "$said" >&2
    return 1
  }
}

install_missing() (
  echo "Installing ${missing[*]} with apt ..." >&2
  trap release_services EXIT
  hold_services || exit 1
  apt_get update || echo 'The package lists of last time are used.' >&2
  if apt_get install -y --no-install-recommends "${missing[@]}"; then disable_services; fi
)

find_missing
[ ${#missing[@]} -gt 0 ] || exit 0
wanted=("${missing[@]}")
if may_install; then install_missing || true; fi
find_missing
[ ${#missing[@]} -gt 0 ] || exit 0
cat >&2 <<EOF
Not installed: ${missing[*]}. What needs them can't run. On Debian 12, type:
  sudo apt-get update && sudo apt-get install --no-install-recommends ${wanted[*]}
EOF
[ -z "${CI:-}" ]

#!/usr/bin/env bash
# Installs what the live tests and the demo need and the machine lacks: install.sh [package...]
# Without root or password-less sudo it prints what to type, and fails only under CI.
set -euo pipefail

packages=("$@")
[ $# -gt 0 ] ||
  packages=(prosody prosody-modules prosody13 ejabberd inspircd ngircd atheme-services biboumi postgresql openssl
    python3-slixmpp)
policy=/usr/sbin/policy-rc.d
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps servers, not always in a user's PATH

# What is unpacked beside the system's own; installed.ts looks there too.
if [ "$(id -u)" -eq 0 ]; then cache=/var/cache/isthmus-test; else cache=${XDG_CACHE_HOME:-$HOME/.cache}/isthmus-test; fi

present() {
  case $1 in
    prosody13) [ -x "$cache/prosody13/usr/bin/prosody" ] ;;
    gajim-*) [ -x "$cache/$1/usr/bin/gajim" ] ;;
    prosody-modules) [ -d /usr/lib/prosody/modules/mod_privilege ] ;;
    ejabberd) command -v ejabberdctl >/dev/null ;;
    postgresql) compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null ;;
    xvfb) command -v Xvfb >/dev/null ;;
    imagemagick) command -v import >/dev/null ;;
    dbus) command -v dbus-daemon >/dev/null ;;
    libglib2.0-bin) command -v gdbus >/dev/null ;;
    fonts-*) [ -d "/usr/share/doc/$1" ] ;;
    python3-slixmpp)
      [ -x /usr/bin/python3 ] &&
        /usr/bin/python3 -c 'import importlib.util as i, sys; sys.exit(i.find_spec("slixmpp") is None)'
      ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

find_missing() {
  missing=()
  unpack=false
  debians=()
  for package in "${packages[@]}"; do
    if present "$package"; then continue; fi
    case $package in
      prosody13) unpack=true ;;
      gajim-*) debians+=("${package#gajim-}") ;;
      *) missing+=("$package") ;;
    esac
  done
}

complete() {
  [ ${#missing[@]} -eq 0 ] && ! $unpack && [ ${#debians[@]} -eq 0 ]
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null && as_root true 2>/dev/null
}

# Debian starts a server when it installs one, unless this policy forbids it (invoke-rc.d(8)). It names only the new
# ones, and Erlang's epmd, which comes with ejabberd; for all others the policy that was there before decides.
hold_services() {
  if [ -e "$policy" ] && [ ! -e "$policy.before" ]; then as_root mv "$policy" "$policy.before"; fi
  as_root tee "$policy" >/dev/null <<EOF
#!/bin/sh
case " ${missing[*]} epmd " in *" \${1%.*} "*) exit 101 ;; esac
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

# Prosody 13 as Debian's backports have it, and its modules, in a folder, so that 0.12 stays what the system has. Apt
# fetches and checks it with lists of its own, which needs no root; what both versions depend on came with 0.12.
unpack_prosody13() (
  echo 'Unpacking Prosody 13 ...' >&2
  target=$cache/prosody13
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/unpacking.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  mkdir -p lists/partial archives/partial root
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb [signed-by=$keys] http://deb.debian.org/debian bookworm-backports main" >backports.list
  own=(-qq -o "Dir::Etc::SourceList=$work/backports.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work" -o APT::Sandbox::User=)
  apt-get "${own[@]}" update || exit 1
  apt-get "${own[@]}" download prosody prosody-modules || exit 1
  for package in ./*.deb; do dpkg-deb -x "$package" root || exit 1; done
  sed -i "s#='/usr/lib/prosody#='$target/usr/lib/prosody#" root/usr/bin/prosody
  chmod 755 root
  rm -rf "$target"
  mv root "$target"
)

# A Gajim of a later Debian, in a folder with all of that Debian that it needs; only root can make one, and enter it.
bootstrap_gajim() (
  echo "Unpacking Debian's $1 with Gajim, 1 GB ..." >&2
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/unpacking.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  debootstrap --variant=minbase --keyring="$keys" "$1" "$work" http://deb.debian.org/debian >&2 || exit 1
  printf '#!/bin/sh\nexit 101\n' >"$work$policy"
  chmod 755 "$work" "$work$policy"
  # What is mounted for it is gone with the namespace.
  unshare --mount --propagation=private -- sh -c '
    mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$@"' sh "$work" \
    env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends gajim adwaita-icon-theme \
    dbus-x11 fonts-dejavu-core fonts-noto-color-emoji libglib2.0-bin librsvg2-common </dev/null >&2 || exit 1
  rm -rf "$cache/gajim-$1"
  mv "$work" "$cache/gajim-$1"
)

# Only there do the backports fit.
may_unpack() {
  command -v apt-get >/dev/null && grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release
}

find_missing
if complete; then exit 0; fi
wanted=("${missing[@]}")
if [ ${#missing[@]} -gt 0 ] && may_install; then install_missing || true; fi
if $unpack && may_unpack; then unpack_prosody13 || true; fi
for debian in "${debians[@]}"; do
  if [ "$(id -u)" -eq 0 ] && command -v debootstrap >/dev/null; then bootstrap_gajim "$debian" || true; fi
done
find_missing
if complete; then exit 0; fi
if $unpack; then echo "Not unpacked: Prosody 13, of Debian's bookworm-backports. What needs it can't run." >&2; fi
for debian in "${debians[@]}"; do
  echo "Not unpacked: Gajim of Debian's $debian. It needs root, and the package debootstrap." >&2
done
[ ${#missing[@]} -eq 0 ] || cat >&2 <<EOF
Not installed: ${missing[*]}. What needs them can't run. On Debian 12, type:
  sudo apt-get update && sudo apt-get install --no-install-recommends ${wanted[*]}
EOF
[ -z "${CI:-}" ]

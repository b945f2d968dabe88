# What the guest is made of: QEMU and a few tools on this machine, a kernel and a static busybox that
# are unpacked into a cache and not installed. All of it comes from the distribution's packages.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/luciola/guest

need_programs() {
  [ "$(uname -m)" = x86_64 ] || refuse "the guest needs x86-64; this machine is $(uname -m)"
  for program in apt-get apt-cache dpkg-deb flock setpriv truncate; do
    command -v "$program" >/dev/null ||
      refuse "'$program' is not here: the guest is put together from packages of Debian 12"
  done
  PATH=$PATH:/usr/sbin:/sbin
  local missing=()
  command -v qemu-system-x86_64 >/dev/null || missing+=(qemu-system-x86 seabios)
  command -v modprobe >/dev/null || missing+=(kmod)
  command -v cpio >/dev/null || missing+=(cpio)
  [ ${#missing[@]} -eq 0 ] && return
  local install="apt-get install --no-install-recommends ${missing[*]}"
  [ "$(id -u)" -eq 0 ] || refuse "missing here: ${missing[*]}. As root: $install"
  say "installing: ${missing[*]}"
  # shellcheck disable=SC2086 # words
  $install -y -q >&2 || refuse "'$install' failed; if the packages are unknown: apt-get update"
}

# Sets "kernel_root" (with boot/ and lib/modules/), "kernel_release" and "busybox".
need_kernel() {
  local package
  package=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/^ *Depends: //p' | head -n 1)
  [ -n "$package" ] ||
    refuse "apt knows no package linux-image-amd64; the kernel is Debian's. Perhaps: apt-get update"
  unpack "$package"
  kernel_root=$cache/$package
  kernel_release=${package#linux-image-}
  [ -r "$kernel_root/boot/vmlinuz-$kernel_release" ] ||
    refuse "no kernel in $kernel_root; remove that directory and try again"
  if [ ! -s "$kernel_root/lib/modules/$kernel_release/modules.dep" ]; then
    depmod -b "$kernel_root" "$kernel_release"
  fi
  unpack busybox-static
  busybox=$cache/busybox-static/bin/busybox
  [ -x "$busybox" ] || busybox=$cache/busybox-static/usr/bin/busybox
  [ -x "$busybox" ] ||
    refuse "no busybox in $cache/busybox-static; remove that directory and try again"
}

# Fetches a package and unpacks it below the cache, once.
unpack() {
  [ -d "$cache/$1" ] && return
  local parts
  mkdir -p "$cache"
  parts=$(mktemp -d "$cache/unpacking.XXXXXX")
  say "fetching $1 into $cache"
  if ! (cd "$parts" && apt-get download -q "$1" >download.log 2>&1 && dpkg-deb -x ./*.deb root); then
    cat "$parts/download.log" >&2
    rm -rf "$parts"
    refuse "could not fetch or unpack $1; perhaps: apt-get update"
  fi
  mv -T "$parts/root" "$cache/$1" 2>/dev/null || [ -d "$cache/$1" ] || refuse "cannot write $cache/$1"
  rm -rf "$parts"
}

# The first file system of the guest: busybox, the kernel modules that reach this machine's files, and
# the scripts of guest/inside with the job that they are to do.

make_initramfs() {
  local root=$directory/initramfs module
  rm -rf "$root"
  mkdir -p "$root"/{bin,dev,proc,sys,modules,luciola-guest}
  cp "$busybox" "$root/bin/busybox"
  cp "$guest"/inside/* "$root/luciola-guest/"
  mv "$root/luciola-guest/init" "$root/init"
  write_job >"$root/luciola-guest/job"
  for module in virtio_pci 9pnet_virtio 9p overlay; do
    modprobe -d "$kernel_root" -S "$kernel_release" --show-depends "$module" ||
      refuse "the kernel $kernel_release has no module $module"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$directory/modules"
  while read -r module; do
    cp "$module" "$root/modules/"
    printf '/modules/%s\n' "$(basename "$module")" >>"$root/modules/order"
  done <"$directory/modules"
  (cd "$root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$directory/initramfs.gz"
  rm -rf "$root" "$directory/modules"
}

# Shell text that the guest reads: what to run, where, with which environment.
write_job() {
  local name
  printf 'kernel_modules=%q\n' "$kernel_root/lib/modules"
  printf 'working_directory=%q\n' "$PWD"
  printf 'driver=%q\ndrives=%q\n' "$driver" "$drives"
  printf 'command=('
  printf ' %q' "${command[@]}"
  printf ' )\n'
  for name in "${handed_on[@]}"; do
    [ -z "${!name+set}" ] || printf 'export %s=%q\n' "$name" "${!name}"
  done
}

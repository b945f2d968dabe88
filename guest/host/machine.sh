# Starting the machine, following it, ending it.

# Sets "directory", where all files of this run are.
make_directory() {
  if [ -n "$directory" ]; then
    mkdir -p "$directory"
    temporary=
  else
    mkdir -p "$home/target/guest"
    directory=$(mktemp -d "$home/target/guest/run.XXXXXX")
    temporary=yes
  fi
  machine=
  trap end_machine EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  exec 9>"$directory/lock"
  if ! flock -n 9; then
    temporary=
    refuse "a guest runs in $directory already, process $(cat "$directory/pid" 2>/dev/null || echo unknown)"
  fi
}

make_drives() {
  local i
  for ((i = 0; i < drives; i++)); do
    [ -e "$directory/drive$i.img" ] ||
      truncate -s "$drive_size" "$directory/drive$i.img" ||
      refuse "--drive-size '$drive_size' is not a size, or $directory is not writable"
  done
}

# QEMU's words for drive number $1, also for putting it in again.
drive_device() {
  printf 'nvme,id=drive%d,bus=port%d,drive=image%d,serial=LUCIOLA%d,logical_block_size=%d,physical_block_size=%d' \
    "$1" "$1" "$1" "$1" "$sector_bytes" "$sector_bytes"
}

# On a busy machine the emulated timer is too slow for the kernel's check of it.
kernel_options='console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off no_timer_check intel_iommu=on'

start_machine() {
  local i options=()
  rm -f "$directory"/{console,control,monitor.in,monitor.out}
  mkfifo "$directory/monitor.in" "$directory/monitor.out"
  : >"$directory/console"
  : >"$directory/control"
  for ((i = 0; i < drives; i++)); do
    # A port of its own, because drives can be taken out only below a port. QEMU wants commas doubled.
    options+=(
      -device "pcie-root-port,id=port$i,bus=pcie.0,chassis=$((i + 1)),addr=$(printf '%#x' $((i + 8)))"
      -blockdev "driver=raw,node-name=image$i,discard=unmap,file.driver=file,file.filename=${directory//,/,,}/drive$i.img"
      -device "$(drive_device "$i")"
    )
  done
  # Only with 48 bits are addresses of a process good as addresses of a device.
  [ -z "$iommu" ] ||
    options=(-device intel-iommu,intremap=on,caching-mode=on,aw-bits=48 "${options[@]}")
  [ -z "$qmp" ] || options+=(-qmp "unix:${qmp//,/,,},server=on,wait=off")
  # The guest dies with this script, however the script ends.
  setpriv --pdeathsig KILL qemu-system-x86_64 \
    -machine "q35,accel=$accelerator,kernel-irqchip=split" -cpu max -smp "$cpus" -m "$memory_mib" \
    -nodefaults -display none -no-reboot \
    -chardev "file,id=console,path=${directory//,/,,}/console" -serial chardev:console \
    -chardev "file,id=control,path=${directory//,/,,}/control" -serial chardev:control \
    -chardev "pipe,id=monitor,path=${directory//,/,,}/monitor" -mon chardev=monitor,mode=readline \
    -kernel "$kernel_root/boot/vmlinuz-$kernel_release" -initrd "$directory/initramfs.gz" \
    -append "$kernel_options hugepages=$((huge_pages_mib / 2))" \
    -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
    -device virtio-9p-pci,fsdev=host,mount_tag=host \
    "${options[@]}" </dev/null >"$directory/qemu.log" 2>&1 9>&- &
  machine=$!
  # Not a job any more: the shell would tell of its end in its own words.
  disown "$machine"
  echo "$machine" >"$directory/pid"
}

# Shows the console, does what the guest asks for, and ends with the command's exit code.
watch_machine() {
  local line='' part status='' killed_at='' killed=''
  tail -n +1 -f --pid="$machine" -s 0.2 "$directory/console" 9>&- | sed -u 's|\r$||' 9>&- &
  local console=$! deadline=$((SECONDS + timeout_s))
  exec 3<"$directory/control"
  while kill -0 "$machine" 2>/dev/null; do
    if IFS= read -r part <&3; then
      obey "$line$part"
      line=
      continue
    fi
    line+=$part
    if [ -n "$killed_at" ] && [ "$SECONDS" -ge "$killed_at" ]; then
      killed=137
    elif [ "$SECONDS" -ge "$deadline" ]; then
      killed=124
    fi
    [ -z "$killed" ] || kill -9 "$machine" 2>/dev/null || true
    sleep 0.1
  done
  while IFS= read -r part <&3; do
    obey "$line$part"
    line=
  done
  wait "$console" || true
  if [ -n "$status" ]; then
    exit "$status"
  fi
  case $killed in
    124) say "timed out after $timeout_s s; console: $(keep_console)" ;;
    137) say "killed as asked" ;;
    *)
      say "the guest ended without saying how; console: $(keep_console)"
      cat "$directory/qemu.log" >&2
      killed=125
      ;;
  esac
  exit "$killed"
}

# One line from the guest. Sets variables of watch_machine.
obey() {
  local word number
  read -r word number <<<"${1%$'\r'}"
  case $word in
    started) [ -z "$kill_after_s" ] || killed_at=$((SECONDS + kill_after_s)) ;;
    kill) killed_at=$((SECONDS + number)) ;;
    exit) status=$number ;;
    unplug) echo "device_del drive$number" >"$directory/monitor.in" ;;
    plug) echo "device_add $(drive_device "$number")" >"$directory/monitor.in" ;;
    '') ;;
    *) say "the guest asks for something unknown: $1" ;;
  esac
}

# Puts the console where it survives this run, and prints the place.
keep_console() {
  if [ -n "$temporary" ]; then
    cp "$directory/console" "$home/target/guest/console"
    printf '%s' "$home/target/guest/console"
  else
    printf '%s' "$directory/console"
  fi
}

end_machine() {
  if [ -n "$machine" ]; then
    kill -9 "$machine" 2>/dev/null || true
    rm -f "$directory"/{pid,initramfs.gz,monitor.in,monitor.out,control}
  fi
  [ -z "$temporary" ] || rm -rf "$directory"
}

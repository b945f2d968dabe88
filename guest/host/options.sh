# The command line: sets one variable per option and the array "command".

usage() {
  cat <<'TEXT'
Usage: luciola test --guest [OPTION...] [-- COMMAND [ARGUMENT...]]
Boots a QEMU guest with emulated NVMe drives and runs a command in it as root. Without a command:
the guest's self-test and, where LUCIOLA_SPDK_HOME is set, the tests with the tag "guest" of
spdk-bindings and blockstore, in a guest for vfio-pci and in one for uio_pci_generic (or only for
the --driver that is given); then luciola disk, in a guest with an IOMMU and in one without.
  --drives N            NVMe drives (default 2)
  --drive-size SIZE     size of each, as truncate(1) takes it (default 256M)
  --sector-bytes N      512 (default) or 4096
  --driver NAME         what the drives are bound to before the command runs: vfio-pci (default),
                        uio_pci_generic (then the guest has no IOMMU), nvme (the kernel's), none
  --no-iommu            a guest without an IOMMU, with nvme or none too
  --memory-mib N        memory of the guest (default 4096)
  --huge-pages-mib N    of it in huge pages of 2 MiB (default 1024)
  --cpus N              processors (default 2)
  --accelerator NAME    tcg (default; works everywhere) or kvm
  --env NAME            hands an environment variable on to the command; may be repeated
  --dir DIR             keeps drives, console and pid file there; drives that exist are used again
  --qmp SOCKET          QEMU's machine protocol at this unix socket (drives are drive0, drive1, ...)
  --kill-after SECONDS  kills the guest so long after the command has started, as a loss of power
  --power-losses N      kills the guest N times while an engine on a drive is updated, and checks in
                        each boot after it that what was acknowledged is there (no COMMAND)
  --seed N              of --power-losses: how long each load lasts and what it writes
  --timeout SECONDS     gives up after so long (default 1800)
Exit codes: the command's; 2 wrong option or something is missing here; 124 timed out;
125 the guest ended without saying how; 137 killed as asked.
TEXT
}

# The word after an option; refuses when there is none.
value_of() {
  [ $# -ge 2 ] || refuse "$1 wants a value; see --help"
  printf '%s' "$2"
}

number_of() {
  [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || refuse "$1 wants a positive number, not '${2:-}'; see --help"
  printf '%s' "$2"
}

read_options() {
  drives=2 drive_size=256M sector_bytes=512 driver=vfio-pci driver_given='' iommu=yes
  memory_mib=4096 huge_pages_mib=1024 cpus=2
  accelerator=tcg directory='' qmp='' kill_after_s='' timeout_s=1800
  power_losses='' seed=$((SRANDOM % 1000000 + 1))
  handed_on=(PATH HOME JAVA_HOME LUCIOLA_SPDK_HOME)
  command=()
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --) shift && command=("$@") && break ;;
      --drives) drives=$(number_of "$@") ;;
      --drive-size) drive_size=$(value_of "$@") ;;
      --sector-bytes) sector_bytes=$(number_of "$@") ;;
      --driver) driver=$(value_of "$@") driver_given=yes ;;
      --no-iommu) iommu='' && shift && continue ;;
      --memory-mib) memory_mib=$(number_of "$@") ;;
      --huge-pages-mib) huge_pages_mib=$(number_of "$@") ;;
      --cpus) cpus=$(number_of "$@") ;;
      --accelerator) accelerator=$(value_of "$@") ;;
      --env) handed_on+=("$(value_of "$@")") ;;
      --dir) directory=$(value_of "$@") && directory=$(realpath -m -- "$directory") ;;
      --qmp) qmp=$(value_of "$@") && qmp=$(realpath -m -- "$qmp") ;;
      --kill-after) kill_after_s=$(number_of "$@") ;;
      --power-losses) power_losses=$(number_of "$@") ;;
      --seed) seed=$(number_of "$@") ;;
      --timeout) timeout_s=$(number_of "$@") ;;
      *) refuse "unknown option '$1'; a command comes after --. See --help" ;;
    esac
    shift 2
  done
  case $driver in
    vfio-pci | uio_pci_generic | nvme | none) ;;
    *) refuse "--driver knows vfio-pci, uio_pci_generic, nvme and none, not '$driver'" ;;
  esac
  # Drives are given to uio_pci_generic where there is no IOMMU; with one, DPDK would not take them.
  [ "$driver" != uio_pci_generic ] || iommu=
  [ -n "$iommu" ] || [ "$driver" != vfio-pci ] ||
    refuse "--no-iommu: vfio-pci, the default --driver, needs an IOMMU"
  case $sector_bytes in
    512 | 4096) ;;
    *) refuse "--sector-bytes knows 512 and 4096, not '$sector_bytes'" ;;
  esac
  case $accelerator in
    tcg | kvm) ;;
    *) refuse "--accelerator knows tcg and kvm, not '$accelerator'" ;;
  esac
  [ -z "$power_losses" ] || [ ${#command[@]} -eq 0 ] || refuse "--power-losses takes no COMMAND"
  [ "$drives" -le 16 ] || refuse "--drives: the guest has slots for 16"
  [ "$huge_pages_mib" -le $((memory_mib / 2)) ] ||
    refuse "--huge-pages-mib $huge_pages_mib is more than half of --memory-mib $memory_mib"
}

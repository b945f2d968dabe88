# The test suites that run in the guest: compiled here, by Maven, which is not needed in the guest.

suite_modules=(spdk-bindings blockstore)

# Leaves target/guest.classpath in every module; says so and does nothing where there is no SPDK.
compile_suites() {
  if [ -z "${LUCIOLA_SPDK_HOME:-}" ]; then
    say "LUCIOLA_SPDK_HOME is not set: the guest's self-test runs, the tests that drive SPDK do not"
    return
  fi
  [ -d "$LUCIOLA_SPDK_HOME" ] || refuse "LUCIOLA_SPDK_HOME=$LUCIOLA_SPDK_HOME is not a directory"
  LUCIOLA_SPDK_HOME=$(cd "$LUCIOLA_SPDK_HOME" && pwd -P)
  command -v mvn >/dev/null || refuse "Maven is not installed; it compiles the tests"
  say "compiling the tests of ${suite_modules[*]}"
  local modules log=$home/target/guest/compile.log
  modules=$(IFS=, && echo "${suite_modules[*]}")
  mkdir -p "$home/target/guest"
  if ! (cd "$home" && mvn -B -ntp -Pguest -pl "$modules" -am test-compile >"$log" 2>&1); then
    grep -E '^\[(ERROR|WARNING)\]' "$log" | head -n 40 >&2
    refuse "the tests do not compile; the whole log is in $log"
  fi
}

# The guest starts ./luciola as it is: it has no Maven, and its processor is too slow for compiling.
build_launcher() {
  "$home/luciola" --version >/dev/null || refuse "./luciola cannot be built"
}

# Runs the self-test and the suites in a guest for each driver, or for the one of the command line,
# whose options are the arguments, and luciola disk where those drivers are its choice. Does not return.
run_suites() {
  local failed=0 chosen drivers=("$driver") options
  [ -n "$driver_given" ] || drivers=(vfio-pci uio_pci_generic)
  cd "$home"
  for chosen in "${drivers[@]}"; do
    say "a guest with drives on $chosen"
    "$guest/run" "$@" --driver "$chosen" -- "$guest/inside/self-test" || failed=1
  done
  for chosen in "${drivers[@]}"; do
    options=(--drives 2 --driver nvme)
    [ "$chosen" != uio_pci_generic ] || options+=(--no-iommu)
    say "a guest with drives that luciola disk claims for $chosen"
    "$guest/run" "$@" "${options[@]}" -- "$guest/inside/disks" || failed=1
  done
  exit $failed
}

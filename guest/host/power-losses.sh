# Losses of power under write load: the guest is killed again and again while an engine on a drive
# is updated; in each boot after it, what was acknowledged must be there.

longest_load_s=20

# Does not return.
run_power_losses() {
  local round then expected code log options=(
    --driver "$driver" --drives 1 --drive-size "$drive_size" --sector-bytes "$sector_bytes"
    --memory-mib "$memory_mib" --huge-pages-mib "$huge_pages_mib" --cpus "$cpus"
    --accelerator "$accelerator" --timeout "$timeout_s")
  [ -n "${LUCIOLA_SPDK_HOME:-}" ] || refuse "--power-losses needs LUCIOLA_SPDK_HOME: it drives SPDK"
  compile_suites
  RANDOM=$seed
  directory=${directory:-$home/target/guest/power-losses}
  mkdir -p "$directory"
  rm -f "$directory"/{drive*.img,round-*.log}
  : >"$directory/heard"
  say "$power_losses losses of power on $driver, seed $seed, logs in $directory"
  cd "$home"
  for ((round = 1; round <= power_losses + 1; round++)); do
    then=$((RANDOM % longest_load_s + 1)) expected=137
    [ "$round" -le "$power_losses" ] || then=last expected=0
    log=$directory/round-$round.log code=0
    "$guest/run" "${options[@]}" --dir "$directory" -- \
      "$guest/inside/power-loss" "$seed" "$directory/heard" $then >"$log" 2>&1 || code=$?
    if [ $code -ne $expected ]; then
      tail -n 30 "$log" >&2
      say "round $round ended with exit code $code. Repeat: ./luciola test --guest" \
        "--driver $driver --power-losses $power_losses --seed $seed"
      exit 1
    fi
    grep -aE '^(prepared|committed) [0-9]+ [0-9]+\.$' "$log" >>"$directory/heard" || true
    say "round $round: $(grep -aE '^(formatted|verified)' "$log");" \
      "then $(grep -acE '^prepared [0-9]+ [0-9]+\.$' "$log" || true) updates acknowledged ($then)"
  done
  say "nothing that was acknowledged is lost"
  exit 0
}

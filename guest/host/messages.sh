# What the host's scripts say; the guest's console is all that goes to standard output.

say() {
  printf 'guest: %s\n' "$*" >&2
}

# Wrong command line, or something missing here: nothing was started.
refuse() {
  say "$*"
  exit 2
}

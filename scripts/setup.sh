# Sourced by the two commands: finds or gets the pinned Bun, installs the locked dependencies.
# POSIX sh only. Needs ROOT; sets BUN and puts its folder first in PATH. Says what it does; silent when nothing is to do.

say() {
  printf '==> %s\n' "$*"
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Sets BUN to the Bun that package.json names: the one on the PATH, the one in .tools, or a fresh one from npm.
find_bun() {
  bun_version=$(sed -n 's/.*"packageManager": *"bun@\([0-9.]*\)".*/\1/p' "$ROOT/package.json")
  [ -n "$bun_version" ] || fail "package.json names no Bun: expected a line \"packageManager\": \"bun@X.Y.Z\""
  BUN=$(command -v bun 2>/dev/null || true)
  if [ -n "$BUN" ] && is_pinned "$BUN"; then
    return
  fi
  BUN=$ROOT/.tools/bun-$bun_version/bun
  is_pinned "$BUN" || install_bun
}

is_pinned() {
  [ "$("$1" --version 2>/dev/null)" = "$bun_version" ]
}

install_bun() {
  unpacked=$ROOT/.tools/unpacked.$$
  if command -v npm >/dev/null 2>&1; then
    say "Getting Bun $bun_version from npm into .tools/ (once)"
    fetch=fetch_with_npm
  elif command -v bun >/dev/null 2>&1; then
    say "Getting Bun $bun_version into .tools/ with the Bun $(bun --version) on the PATH (once)"
    fetch=fetch_with_bun
  else
    fail "Bun $bun_version is needed, and neither Bun nor npm is on the PATH.
  Get Bun:  curl -fsSL https://bun.sh/install | bash -s bun-v$bun_version
  or npm:   your system's package manager has it as npm or nodejs; then run this command again."
  fi
  mkdir -p "$unpacked" "$ROOT/.tools/bun-$bun_version"
  trap 'rm -rf "$unpacked"' EXIT
  trap 'exit 130' INT TERM
  printf '{"private":true}\n' >"$unpacked/package.json"
  "$fetch" "bun@$bun_version"
  baseline=$(baseline_package)
  if [ -n "$baseline" ]; then
    "$fetch" "$baseline@$bun_version"
  fi
  keep_bun
  rm -rf "$unpacked"
  trap - EXIT INT TERM
}

# Install scripts stay off: npm may block them anyway, and the program lies in the platform's package.
fetch_with_npm() {
  fetch_quietly npm install --prefix "$unpacked" --no-audit --no-fund --ignore-scripts --loglevel=error "$1"
}

fetch_with_bun() {
  fetch_quietly bun add --cwd "$unpacked" --exact --ignore-scripts "$1"
}

fetch_quietly() {
  "$@" >"$unpacked/log" 2>&1 || {
    cat "$unpacked/log" >&2
    fail "Cannot get Bun $bun_version: \"$*\" failed as shown above; is the npm registry reachable?"
  }
}

# The build for x86-64 processors without AVX2, or nothing when the ordinary one runs here.
baseline_package() {
  case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) grep -q avx2 /proc/cpuinfo || echo "@oven/bun-linux-x64-baseline" ;;
  Darwin-x86_64) sysctl -n machdep.cpu.leaf7_features 2>/dev/null | grep -q AVX2 || echo "@oven/bun-darwin-x64-baseline" ;;
  esac
}

# Keeps the first program of the fetched packages that runs on this machine.
keep_bun() {
  for program in "$unpacked"/node_modules/@oven/bun-*-baseline/bin/bun \
    "$unpacked"/node_modules/@oven/bun-*/bin/bun "$unpacked"/node_modules/bun/bin/bun.exe; do
    [ -f "$program" ] || continue
    chmod +x "$program"
    if is_pinned "$program"; then
      mv -f "$program" "$BUN"
      return
    fi
  done
  fail "The npm package bun@$bun_version holds no program that runs on $(uname -s) $(uname -m)"
}

# node_modules carries a stamp of the lock that it was installed from, so that later runs need no network.
install_dependencies() {
  stamp=$ROOT/node_modules/.orion-installed
  wanted=$(printf '%s %s' "$bun_version" "$(cat "$ROOT/package.json" "$ROOT/bun.lock" | cksum)")
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    return
  fi
  say "Installing the locked dependencies"
  (cd "$ROOT" && "$BUN" install --frozen-lockfile --silent) ||
    fail "Cannot install the dependencies of bun.lock; is the npm registry reachable?"
  printf '%s' "$wanted" >"$stamp"
}

find_bun
PATH=$(dirname "$BUN"):$PATH
export PATH
install_dependencies

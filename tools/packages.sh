# shellcheck shell=bash disable=SC2034  # the lists are for those who source this
# Sourced by demo.sh and test.sh: installs the Debian 12 packages that are missing.

# What the library and the command are built from.
build_packages="g++ cmake ninja-build pkg-config libdeflate-dev liburing-dev libssl-dev libconcurrentqueue-dev
  libabsl-dev libcli11-dev libpcap-dev libtomlplusplus-dev libsimdjson-dev zlib1g-dev
  libzstd-dev"

# What the tests and benchmarks need besides.
test_packages="bsdextrautils clang clang-format e2fsprogs libclang-rt-14-dev libgtest-dev libgmock-dev libbenchmark-dev
  libicu-dev mount openssl python3 strace tshark tzdata util-linux valgrind
  xxd"

# install_packages PACKAGE...
install_packages() {
  local missing="" as_root="" package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "this is no Debian; install what these packages have:$missing" >&2
    return 1
  fi
  echo "installing:$missing"
  [ "$(id -u)" -eq 0 ] || as_root="sudo"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086  # a list of words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    $missing >/dev/null
}

# Debian's nodejs and npm, unless the machine has others already.
install_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    install_packages nodejs npm
  fi
}

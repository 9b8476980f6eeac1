#!/usr/bin/env bash
# Installs what is missing, builds with both compilers and runs every test.
#   tools/test.sh          everything, long suites in short doses
#   tools/test.sh --long   long doses: more seeds, longer fuzzing
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh

fuzz_seconds=5
sanitized_seeds=12 # they take ten times as long
# What is simulated has one thread: the thread sanitizer looks at it in long doses only.
threaded="ratelimit_tests io_tests engine_tests"
export SALVO_SIM_SEEDS=${SALVO_SIM_SEEDS:-500}
if [ "${1:-}" = "--long" ]; then
  fuzz_seconds=300
  sanitized_seeds=2000
  threaded="$threaded sim_tests"
  export SALVO_SIM_SEEDS=10000 SALVO_KILLS=1000 SALVO_TSHARK_PDUS=100000
  export SALVO_POWER_CUTS=200 SALVO_JOURNAL_ROWS=10000000
elif [ $# -gt 0 ]; then
  echo "usage: tools/test.sh [--long]" >&2
  exit 2
fi

# shellcheck disable=SC2086
install_packages $build_packages $test_packages
install_node
jobs=$(nproc)

# stage NAME COMMAND...: says what runs and how long it took.
stage() {
  local name=$1 start=$SECONDS
  shift
  echo "== $name"
  "$@"
  echo "== $name: $((SECONDS - start)) s"
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  cmake --preset "$preset" -DSALVO_FUZZ_SECONDS="$fuzz_seconds" >/dev/null
  cmake --build --preset "$preset" -j "$jobs" --target "${@:-all}" -- --quiet
}

# run_programs PRESET FILTER: the programs of its unit tests, each in as many shards as there are
# processors. CTest starts a process a test, and with a sanitizer that is most of their time.
run_programs() {
  local preset=$1 filter=$2 program shard pids pid
  export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp"
  for program in build/"$preset"/tests/*_tests; do
    echo "${program##*/}"
    pids=()
    for ((shard = 0; shard < jobs; ++shard)); do
      SALVO_SIM_SEEDS=$sanitized_seeds GTEST_TOTAL_SHARDS=$jobs GTEST_SHARD_INDEX=$shard \
        "$program" --gtest_brief=1 --gtest_filter="$filter" &
      pids+=("$!")
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
  done
}

# Not by git: the sources may have come as an archive.
check_format() {
  find bench docs engine io pdu ratelimit tests tools \( -name '*.h' -o -name '*.cc' \) \
    -exec clang-format --dry-run --Werror {} +
}

stage "format" check_format
stage "clang, address and undefined behaviour sanitizers: build" build asan unit_tests fuzzers
# Without what takes minutes: a fuzzer or other tests see more there, or it is arithmetic; and release
# runs them.
minutes='Journal.AFlippedBit*:Journal.CutAnywhere*:*AgreesThatNoCutTakesFewerSegments*'
minutes="$minutes:DelimitedProperty.ACutAfterWholeRecords*:Allocation.*:Throttl*.Settles*"
minutes="$minutes:SimulatedCampaign.TheRate*:SimulatedCampaign.ARate*"
stage "clang, address and undefined behaviour sanitizers: test" run_programs asan "-$minutes"
stage "clang, address and undefined behaviour sanitizers: corpora" \
  ctest --preset asan -j "$jobs" -L '^fuzz-replay$'
stage "clang, address and undefined behaviour sanitizers: fuzzers" \
  ctest --preset asan -j "$jobs" -L '^fuzz$'
# What has threads, or runs on them; long tests of octets in one thread do not. The sanitizer does
# not see what the kernel writes through a ring.
# shellcheck disable=SC2086
stage "thread sanitizer: build" build tsan $threaded
lone='Journal*:SessionModel*:MessageSpool*:FindExplanations*:WaitingTable*:*PlainQueueUnder*'
lone="$lone:*PlainMapUnder*:Throttle.Settles*:BudgetCanary*:TlsEngineTest.RecordsCut*"
stage "thread sanitizer: test" run_programs tsan "-$lone"
stage "g++, release: build" build release
# Most of the system tests wait most of the time. CTest's own closing lines come last.
echo "== g++, release: test"
exec ctest --preset release -j "$((2 * jobs))"

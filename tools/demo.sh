#!/usr/bin/env bash
# Installs what is missing, builds Salvo, starts its simulated SMSC and sends a campaign of 100,000
# rows to it over real TCP binds. Exits 0 when every row was accepted.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh

rows=100000

# shellcheck disable=SC2086
install_packages $build_packages
cmake --preset demo >/dev/null
cmake --build --preset demo --target salvo
salvo=build/demo/salvo
work=build/demo/run
rm -rf "$work"
mkdir -p "$work"

awk -v rows="$rows" 'BEGIN {
  print "to,name,parcel"
  for (i = 1; i <= rows; ++i) printf "+49170%07d,Customer %d,DE%08d\n", i, i, i * 37
}' >"$work/campaign.csv"

"$salvo" sim --listen 127.0.0.1:0 --receipts 50ms --ledger "$work/ledger.jsonl" \
  2>"$work/sim.log" &
sim=$!
trap 'kill "$sim" 2>/dev/null || true' EXIT
until grep -q 'listening on' "$work/sim.log" 2>/dev/null; do
  kill -0 "$sim" 2>/dev/null || { cat "$work/sim.log"; exit 1; }
done
address=$(sed -n 's/.*listening on //p' "$work/sim.log")

cat >"$work/account.toml" <<TOML
host = "127.0.0.1"
port = ${address##*:}
system_id = "demo"
password = "demo"
source_addr = "SALVO"
binds = 2
window = 100
rate = 20000 # so that there is something to watch
TOML

set -x
"$salvo" send "$work/campaign.csv" --account "$work/account.toml" \
  --text 'Hello {name}, your parcel {parcel} arrives today.' --stats 1s --results "$work/results.csv" \
  --wait-receipts 10s
{ set +x; } 2>/dev/null

kill -INT "$sim"
wait "$sim"
trap - EXIT
tail -n 1 "$work/sim.log"
echo
echo "The first results ($work/results.csv):"
head -n 4 "$work/results.csv"
echo
accepted=$(awk -F, '$3 == "accepted"' "$work/results.csv" | wc -l)
in_ledger=$(wc -l <"$work/ledger.jsonl")
echo "$accepted of $rows rows accepted; the SMSC's ledger holds $in_ledger."
[ "$accepted" -eq "$rows" ] && [ "$in_ledger" -eq "$rows" ]

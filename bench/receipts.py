#!/usr/bin/env python3
"""Receipts under full load: whether each finds its message, and how fast it is acknowledged.

    SALVO_BINARY=build/release/salvo bench/receipts.py [--rows 1000000] [--rate N]

`salvo sim` answers at once and sends every receipt 5 ms later: 10 % before the answer, 5 % twice, all
of them over another bind than the one that submitted, with decimal ids where the answers had
hexadecimal ones. `salvo send` keeps a journal and results. Every row's state is compared with what
its destination asked for; the simulator measures how long deliver_sm_resp takes, its own waiting
included. Exits with 1 when a row has a wrong state or the 99th percentile is 100 ms or more.
"""

import argparse
import csv
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

SALVO = os.path.abspath(os.environ.get("SALVO_BINARY", "build/release/salvo"))
STATES = {2: "DELIVERED", 3: "EXPIRED", 5: "UNDELIVERABLE", 8: "REJECTED"}
MOST_MS = 100


def state_of(row):
    """Most are delivered."""
    return {7: 3, 8: 5, 9: 8}.get(row % 10, 2)


def start_sim(folder, options):
    flags = ["--magic", "--receipts", options.delay, "--receipt-early", "10%", "--receipt-twice",
             "5%", "--receipt-bind", "other", "--id", "hex", "--receipt-id", "decimal", "--json"]
    sim = subprocess.Popen([SALVO, "sim", "--listen", "127.0.0.1:0", *flags], cwd=folder,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in sim.stderr:
        found = re.search(r"listening on .*:(\d+)$", line)
        if found:
            return sim, int(found.group(1))
    raise SystemExit("the simulator does not start")


def write_inputs(folder, port, options):
    account = [f'host = "127.0.0.1:{port}"', 'system_id = "demo"', 'password = "demo"',
               'source_addr = "SALVO"', f"binds = {options.binds}", f"window = {options.window}"]
    if options.rate:
        account.append(f"rate = {options.rate}")
    with open(os.path.join(folder, "account.toml"), "w", encoding="utf-8") as file:
        file.write("\n".join(account) + "\n")
    text = "x" * 100
    with open(os.path.join(folder, "campaign.csv"), "w", encoding="utf-8") as file:
        file.write("to,text\n")
        file.writelines(f"+4917{row:07d}600{state_of(row)},{text}\n"
                        for row in range(1, options.rows + 1))


class PeakMemory(threading.Thread):
    """The most anonymous memory that a process had, in MiB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most = pid, 0.0
        self.start()

    def run(self):
        while True:
            try:
                with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
                    found = re.search(r"RssAnon:\s*(\d+) kB", file.read())
            except OSError:
                return
            if not found:
                return
            self.most = max(self.most, int(found.group(1)) / 1024)
            time.sleep(0.02)


def wrong_states(folder):
    """Rows, and how many of them have not the state that they should."""
    rows = wrong = 0
    with open(os.path.join(folder, "results.csv"), encoding="utf-8", newline="") as file:
        for result in csv.DictReader(file):
            rows += 1
            wrong += result["receipt_state"] != STATES[state_of(int(result["row"]))]
    return rows, wrong


def measure(folder, options):
    sim, port = start_sim(folder, options)
    try:
        write_inputs(folder, port, options)
        flags = ["--results", "results.csv", "--wait-receipts", "5m", "--json", "--shards",
                 str(options.shards)]
        if options.no_journal:
            flags += ["--sync", "off"]
        send = subprocess.Popen(
            [SALVO, "send", "campaign.csv", "--account", "account.toml", *flags], cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        memory = PeakMemory(send.pid)
        summary = json.loads(send.communicate()[0].splitlines()[-1])
        rows, wrong = wrong_states(folder)
        sim.send_signal(signal.SIGINT)
        counters = json.loads(sim.communicate()[0])
    finally:
        sim.kill()
    return {"rows": rows, "wrong": options.rows - rows + wrong,
            "segments_per_s": summary["segments_per_s"], "elapsed_s": summary["elapsed_s"],
            "receipts": counters["receipts"], "p50_ms": counters["deliver_sm_resp_ms_p50"],
            "p99_ms": counters["deliver_sm_resp_ms_p99"],
            "max_ms": counters["deliver_sm_resp_ms_max"], "anonymous_mib": memory.most}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--binds", type=int, default=2)
    parser.add_argument("--shards", type=int, default=2)
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument("--rate", type=int, default=0, help="segments a second; default no limit")
    parser.add_argument("--delay", default="5ms", help="of receipts")
    parser.add_argument("--no-journal", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salvo-receipts-") as folder:
        result = measure(folder, options)
    print("| rows | wrong state | segments/s | receipts | deliver_sm_resp p50 ms | p99 ms | max ms "
          "| MiB anonymous, most |\n|---|---|---|---|---|---|---|---|")
    print(f"| {result['rows']:,} | {result['wrong']:,} | {result['segments_per_s']:,.0f} "
          f"| {result['receipts']:,} | {result['p50_ms']:.2f} | {result['p99_ms']:.2f} "
          f"| {result['max_ms']:.1f} | {result['anonymous_mib']:.1f} |")
    print(f"{result['elapsed_s']:.1f} s in all", file=sys.stderr)
    return 1 if result["wrong"] or result["p99_ms"] >= MOST_MS else 0


if __name__ == "__main__":
    sys.exit(main())

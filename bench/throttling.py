#!/usr/bin/env python3
"""How well `salvo send` finds the rate that an SMSC allows.

    SALVO_BINARY=build/release/salvo bench/throttling.py [--kind second] [--tps 500] [--no-rate]

Runs `salvo sim --tps N` in each of its three ways of counting, and `salvo send` at twice that rate
(or without one). After the first seconds, which are for settling, it counts in the simulator's
ledger which share of the allowed was accepted and which share of what was sent was refused.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

SALVO = os.path.abspath(os.environ.get("SALVO_BINARY", "build/release/salvo"))
KINDS = ("second", "sliding", "bucket")


def start_sim(folder, kind, options):
    sim = subprocess.Popen(
        [SALVO, "sim", "--listen", "127.0.0.1:0", "--account", "demo:demo", "--tps",
         str(options.tps), "--tps-kind", kind, "--delay", options.delay, "--ledger",
         os.path.join(folder, "ledger.jsonl")], stderr=subprocess.PIPE, text=True)
    for line in sim.stderr:
        found = re.search(r"listening on .*:(\d+)$", line)
        if found:
            return sim, int(found.group(1))
    raise SystemExit("the simulator does not start")


def write_inputs(folder, port, options):
    account = [f'host = "127.0.0.1:{port}"', 'system_id = "demo"', 'password = "demo"',
               'source_addr = "SALVO"', "binds = 2", "window = 50", "registered_delivery = 0"]
    if not options.no_rate:
        account.append(f"rate = {2 * options.tps}")
    with open(os.path.join(folder, "account.toml"), "w", encoding="utf-8") as file:
        file.write("\n".join(account) + "\n")
    # More rows than can be accepted in the time.
    rows = int(options.tps * (options.settle_s + options.measure_s) * 2 + 1000)
    with open(os.path.join(folder, "campaign.csv"), "w", encoding="utf-8") as file:
        file.write("to,text\n")
        file.writelines(f"+{491700000000 + i},Hello\n" for i in range(rows))


def shares(folder, options):
    accepted = refused = 0
    first = None
    with open(os.path.join(folder, "ledger.jsonl"), encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            first = first or line["t_ns"]
            at = (line["t_ns"] - first) / 1e9 - options.settle_s
            if 0 <= at < options.measure_s:
                accepted += line["status"] == 0
                refused += line["status"] != 0
    return {"accepted_share": accepted / (options.tps * options.measure_s),
            "refused_share": refused / max(1, accepted + refused)}


def measure(kind, options):
    with tempfile.TemporaryDirectory(prefix="salvo-throttling-") as folder:
        sim, port = start_sim(folder, kind, options)
        try:
            write_inputs(folder, port, options)
            send = subprocess.Popen(
                [SALVO, "send", "campaign.csv", "--account", "account.toml"], cwd=folder,
                stderr=subprocess.DEVNULL)
            time.sleep(options.settle_s + options.measure_s + 1)
            for _ in range(2):
                send.send_signal(signal.SIGINT)
                time.sleep(0.2)
            send.wait()
        finally:
            sim.kill()
            sim.wait()
        return {"kind": kind, "tps": options.tps, **shares(folder, options)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--tps", type=int, default=500)
    parser.add_argument("--delay", default="20ms", help="of the simulator's answers")
    parser.add_argument("--no-rate", action="store_true", help="an account without a rate")
    parser.add_argument("--settle-s", type=float, default=10)
    parser.add_argument("--measure-s", type=float, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for kind in options.kind or KINDS:
        measured = measure(kind, options)
        if options.json:
            print(json.dumps(measured))
        else:
            print(f"{kind:8} {options.tps} allowed: {measured['accepted_share']:.1%} of it "
                  f"accepted, {measured['refused_share']:.2%} of what was sent refused")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

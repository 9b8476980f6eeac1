#!/usr/bin/env python3
"""What Salvo costs while it has little to do.

    bench/idle.py [--build build/release] [--binds 1000] [--periods 1] [--rounds 3]

1. The CPU of a core that idle binds take: a campaign whose rows have all been sent waits for
   receipts that never come, over so many binds, with enquire_link every 30 s. It is measured once
   all binds are up and quiet, over so many whole periods of enquire_link: each bind asks once in
   any of them, while a shorter time would have all of that or none.
2. The CPU of a core that a campaign of 1,000 segments a second takes, over the same time, without
   receipts. Beside it what a program takes on this machine that only sleeps as long as Salvo does
   at that rate, reads, and sends as much: salvo_floor -e pace. Most of a segment's cost is going to
   sleep, waking up and waking the peer. Medians of so many rounds, one of either in each.
All threads of salvo send together, then each, as the kernel counts their nanoseconds. The peer is
salvo sim on core 1, the sender is on core 0.
"""

import argparse
import collections
import os
import statistics
import subprocess
import sys
import tempfile
import time

import end_to_end

ENQUIRE_LINK_S = 30
RATE = 1000
PAUSE_MS = 8  # of Salvo at that rate, for tokens to gather
TOGETHER = RATE * PAUSE_MS // 1000


def cpu_seconds(pid):
    """What each of its threads has run, by name."""
    seconds = collections.Counter()
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/comm", encoding="ascii") as file:
            name = file.read().strip()
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
            seconds[name] += int(file.read().split()[0]) / 1e9
    return seconds


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon:")) / 1024


def sender(options, folder, *flags):
    command = [f"{options.build}/salvo", "send", f"{folder}/campaign.csv", "--account",
               f"{folder}/account.toml", "--sync", "off", "--style", "basic", "--stats", "1h",
               *flags]
    return subprocess.Popen(end_to_end.pinned(end_to_end.SENDER_CORE, command),
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


def shares_of_a_core(pid, seconds):
    before, start = cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    after, length = cpu_seconds(pid), time.monotonic() - start
    return {name: (after[name] - before[name]) / length for name in after}


def show(what, shares):
    threads = ", ".join(f"{name} {share:.2%}" for name, share in sorted(shares.items()))
    print(f"{what}: {sum(shares.values()):.2%} of a core ({threads})", flush=True)


def wait_for_binds(process, count):
    bound = 0
    for line in process.stderr:
        bound += "bound to" in line
        if bound == count:
            return
    raise SystemExit("the sender ended before all binds were up")


def write_account(folder, port, binds, receipts):
    with open(f"{folder}/account.toml", "w", encoding="ascii") as file:
        file.write(f'host = "127.0.0.1"\nport = {port}\nsystem_id = "bench"\npassword = "bench"\n'
                   f'source_addr = "SALVO"\nregistered_delivery = {int(receipts)}\nbinds = {binds}\n'
                   f'window = 100\nenquire_link = "{ENQUIRE_LINK_S}s"\n'
                   '[reconnect]\nbind_interval = "1ms"\n')


def measure_idle(options, folder, port):
    end_to_end.write_campaign(f"{folder}/campaign.csv", 1)
    write_account(folder, port, options.binds, receipts=True)
    process = sender(options, folder, "--wait-receipts", "1h")
    try:
        wait_for_binds(process, options.binds)
        time.sleep(3)  # what setting up leaves behind is not idling
        shares = shares_of_a_core(process.pid, options.periods * ENQUIRE_LINK_S)
        show(f"{options.binds:,} idle binds, {resident_mib(process.pid):.1f} MiB anonymous", shares)
    finally:
        process.kill()
        process.wait()


def measure_slow(options, folder, port):
    seconds = options.periods * ENQUIRE_LINK_S
    end_to_end.write_campaign(f"{folder}/campaign.csv", RATE * (seconds + 10))
    write_account(folder, port, 1, receipts=False)
    process = sender(options, folder, "--rate", str(RATE), "--results", f"{folder}/results.csv")
    try:
        wait_for_binds(process, 1)
        time.sleep(1)
        return shares_of_a_core(process.pid, seconds)
    finally:
        process.kill()
        process.wait()


def measure_floor(options, port):
    floor = end_to_end.run_program([f"{options.build}/bench/salvo_floor", "-p", port, "-e", "pace",
                                    "-i", PAUSE_MS, "-w", TOGETHER, "-s", ENQUIRE_LINK_S])
    return floor.rate * floor.cpu_ns / 1e9


def measure_low_rate(options, folder, port):
    campaigns, floors = [], []
    for _ in range(options.rounds):
        campaigns.append(measure_slow(options, folder, port))
        floors.append(measure_floor(options, port))
    campaigns.sort(key=lambda shares: sum(shares.values()))
    show(f"a campaign of {RATE:,} segments a second", campaigns[len(campaigns) // 2])
    print(f"the floor of that, {TOGETHER} segments every {PAUSE_MS} ms: "
          f"{statistics.median(floors):.2%} of a core")
    if options.rounds > 1:
        totals = ", ".join(f"{sum(shares.values()):.2%}" for shares in campaigns)
        print(f"least to most: {totals}; floors {', '.join(f'{x:.2%}' for x in sorted(floors))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--binds", type=int, default=1000)
    parser.add_argument("--periods", type=int, default=1, help="of enquire_link, 30 s each")
    parser.add_argument("--rounds", type=int, default=3, help="of the low rate and its floor")
    options = parser.parse_args()
    if os.cpu_count() < 2:
        sys.exit("idle.py: needs two cores")
    command = [f"{options.build}/salvo", "sim", "--listen", "127.0.0.1:0", "--account",
               "bench:bench", "--account", "floor:secret"]
    with tempfile.TemporaryDirectory(prefix="salvo-idle-") as folder:
        with end_to_end.peer(command, r"listening on .*:(\d+)", "stderr") as found:
            port = int(found.group(1))
            measure_idle(options, folder, port)
            measure_low_rate(options, folder, port)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What Salvo costs while it has little to do.

    bench/idle.py [--build build/release] [--binds 1000] [--seconds 30]

1. The CPU of a core that idle binds take: a campaign whose rows have all been sent waits for
   receipts that never come, over so many binds, with enquire_link every 30 s.
2. The CPU of a core that a campaign of 1,000 segments a second takes.
The peer is salvo sim on core 1, the sender is on core 0.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

import end_to_end


def cpu_seconds(pid):
    """User and system time of all its threads."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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


def share_of_a_core(pid, seconds):
    before, start = cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_seconds(pid) - before) / (time.monotonic() - start)


def wait_for_binds(process, count):
    bound = 0
    for line in process.stderr:
        bound += "bound to" in line
        if bound == count:
            return
    raise SystemExit("the sender ended before all binds were up")


def write_account(folder, port, binds):
    with open(f"{folder}/account.toml", "w", encoding="ascii") as file:
        file.write(f'host = "127.0.0.1"\nport = {port}\nsystem_id = "bench"\npassword = "bench"\n'
                   f'source_addr = "SALVO"\nregistered_delivery = 1\nbinds = {binds}\n'
                   'window = 100\n[reconnect]\nbind_interval = "1ms"\n')


def measure_idle(options, folder, port):
    end_to_end.write_campaign(f"{folder}/campaign.csv", 1)
    write_account(folder, port, options.binds)
    process = sender(options, folder, "--wait-receipts", "1h")
    try:
        wait_for_binds(process, options.binds)
        time.sleep(2)  # what setting up leaves behind is not idling
        share = share_of_a_core(process.pid, options.seconds)
        print(f"{options.binds:,} idle binds: {share:.2%} of a core, "
              f"{resident_mib(process.pid):.1f} MiB anonymous")
    finally:
        process.kill()
        process.wait()


def measure_slow(options, folder, port, rate=1000):
    end_to_end.write_campaign(f"{folder}/campaign.csv", int(rate * (options.seconds + 10)))
    write_account(folder, port, 1)
    process = sender(options, folder, "--rate", str(rate), "--results", f"{folder}/results.csv")
    try:
        wait_for_binds(process, 1)
        time.sleep(1)
        print(f"a campaign of {rate:,} segments a second: "
              f"{share_of_a_core(process.pid, options.seconds):.2%} of a core")
    finally:
        process.kill()
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--binds", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    if os.cpu_count() < 2:
        sys.exit("idle.py: needs two cores")
    command = [f"{options.build}/salvo", "sim", "--listen", "127.0.0.1:0", "--account",
               "bench:bench"]
    with tempfile.TemporaryDirectory(prefix="salvo-idle-") as folder:
        with end_to_end.peer(command, r"listening on .*:(\d+)", "stderr") as found:
            port = int(found.group(1))
            measure_idle(options, folder, port)
            measure_slow(options, folder, port)


if __name__ == "__main__":
    main()

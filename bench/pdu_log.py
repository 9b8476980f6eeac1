#!/usr/bin/env python3
"""What the PDU log holds, and what it costs the sender.

    bench/pdu_log.py [--build build/release] [--rows 2000000] [--rounds 5] [--window 100]

Alternated in one run, `rounds` times in turn, salvo send of a CSV file against salvo_sink:
    off    without a log, as fast as it can
    auto   with a PDU log that samples where all would be too much, the default
    all    with one that is to hold every PDU, and drops what it has no time for
    paced  with one that is to hold every PDU, at --rate messages a second

Every log is read: its Write and Read lines are counted, and what it says it lacks. Together they must
be all PDUs that there were. Texts of 100 octets, one bind; the sender and its log on core 0, the peer
on core 1, or --free for wherever the kernel puts them. --log-folder is where the log is written.

Prints Markdown: the median of segments a second over the whole life of the process, the log's end
included, and its share of that without a log; the CPU; and of the round with the fewest lines, what
the log has. Ends with 1 when a log does not add up, when a paced one is not complete, or when one
that is not leaves less than --least of the speed.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import end_to_end

# bind_transceiver, unbind, and their answers.
OTHER_PDUS = 4


class Log:
    """What the lines of a PDU log say."""

    def __init__(self, path):
        self.octets = os.path.getsize(path)
        self.pdus = self.dropped = self.sampled_out = 0
        with open(path, "rb") as file:
            for line in file:
                self._add(line.split(b") ", 1)[1])

    def _add(self, what):
        if what.startswith((b"Write ", b"Read ")):
            self.pdus += 1
        elif what.startswith(b"DROPPED "):
            self.dropped += int(what.split()[1])
        elif what.startswith(b"TOTAL "):
            self.sampled_out += int(re.search(rb"sampled_out:(\d+)", what).group(1))


class Sample:
    def __init__(self, rate, cpu_ns, log):
        self.rate = rate
        self.cpu_ns = cpu_ns
        self.log = log


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.log_path = os.path.join(options.log_folder or folder, f"pdu-{os.getpid()}.log")
        end_to_end.write_account(f"{folder}/account.toml", options.port, options.window)
        self.log_flags = ["--pdu-log", self.log_path, "--log-rotate", "0"]
        self.runs = {
            "off": (options.rows, []),
            "auto": (options.rows, self.log_flags),
            "all": (options.rows, [*self.log_flags, "--pdu-log-sample", "all"]),
            "paced": (options.rate * options.seconds,
                      [*self.log_flags, "--pdu-log-sample", "all", "--rate", str(options.rate)]),
        }

    def run(self, name):
        rows, flags = self.runs[name]
        command = [f"{self.options.build}/salvo", "send", f"{self.folder}/campaign.csv",
                   "--account", f"{self.folder}/account.toml", "--results",
                   f"{self.folder}/results.csv", "--limit", str(rows), "--sync", "off", "--json",
                   "--stats", "1h", *flags]
        if not self.options.free:
            command = end_to_end.pinned(end_to_end.SENDER_CORE, command)
        with end_to_end.peer([f"{self.options.build}/bench/salvo_sink", "-p", self.options.port],
                             r"listening", "stdout"):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            started = time.monotonic()
            done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True)
            took = time.monotonic() - started
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            sys.exit(done.stderr)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        log = None
        if flags:
            log = Log(self.log_path)
            os.remove(self.log_path)
            self.check(name, rows, log, json.loads(done.stdout.splitlines()[-1]))
        return Sample(rows / took, cpu / rows * 1e9, log)

    def check(self, name, rows, log, summary):
        there_were = 2 * rows + OTHER_PDUS
        if log.pdus + log.dropped + log.sampled_out != there_were:
            sys.exit(f"{name}: {log.pdus} lines, {log.dropped} dropped, {log.sampled_out} sampled "
                     f"out do not make {there_were} PDUs")
        reported = [summary[f"pdus_{what}"] for what in ("logged", "dropped", "sampled_out")]
        if reported != [log.pdus, log.dropped, log.sampled_out]:
            sys.exit(f"{name}: the log and the report do not agree: {reported}")


def show(name, samples, base):
    rate = statistics.median(sample.rate for sample in samples)
    cpu = statistics.median(sample.cpu_ns for sample in samples)
    least = min((sample.log for sample in samples if sample.log), key=lambda log: log.pdus,
                default=None)
    log = (f"{least.pdus:,} | {least.sampled_out:,} | {least.dropped:,} | "
           f"{least.octets / 1e6:,.0f}" if least else "- | - | - | -")
    print(f"| {name} | {rate:,.0f} | {rate / base:.2f} | {cpu:,.0f} | {log} |")
    return rate / base


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument("--rate", type=int, default=50_000, help="messages a second, of paced")
    parser.add_argument("--seconds", type=int, default=5, help="of each run of paced")
    parser.add_argument("--least", type=float, default=0.75, help="share of the speed")
    parser.add_argument("--free", action="store_true", help="do not pin to cores")
    parser.add_argument("--folder", help="where the campaign is; default a temporary one")
    parser.add_argument("--log-folder", help="where the log is; default beside the campaign")
    parser.add_argument("--port", type=int, default=27751, help="for salvo_sink")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salvo-bench-", dir=options.folder) as folder:
        end_to_end.write_campaign(f"{folder}/campaign.csv",
                                  max(options.rows, options.rate * options.seconds))
        bench = Bench(options, folder)
        samples = {name: [] for name in bench.runs}
        for _ in range(options.rounds):
            for name, taken in samples.items():
                taken.append(bench.run(name))
    print("| run | segments/s, median | of off | CPU ns/message | lines | sampled out | dropped | "
          "MB |\n|---|---|---|---|---|---|---|---|")
    base = statistics.median(sample.rate for sample in samples["off"])
    shares = {name: show(name, taken, base) for name, taken in samples.items()}
    if any(sample.log.dropped or sample.log.sampled_out for sample in samples["paced"]):
        sys.exit("a paced log is not complete")
    if min(shares["auto"], shares["all"]) < options.least:
        sys.exit(f"a log leaves less than {options.least:.0%} of the speed")


if __name__ == "__main__":
    main()

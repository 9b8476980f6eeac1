#!/usr/bin/env python3
"""How evenly `salvo send` spends a rate.

    bench/pacing.py [--build build/release] [--rates 1000,50000,500000] [--seconds 10] [--rounds 3]

For each rate a campaign of so many seconds goes to salvo_sink: journal at level process, results on,
one bind, window 1000. Prints in Markdown, medians of the rounds:
    used      segments that left, of what the rate allows in the time from the first to the last
    most      the most that left within any 10 ms, of rate x 10 ms + burst (also 10 ms of the rate);
              1 is the limit, told by the microseconds of submitted_at in the results
    off       99 % left at most so long before or after their places in the even schedule that fits
              best, by submitted_at
    late      from a segment's place in the rate's even schedule to when the kernel had it, as Salvo
              counts it
    CPU       of a core, that salvo send used
The sender is on core 0, the sink on core 1. Wants both idle.
"""

import argparse
import csv
import datetime
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

import end_to_end

WINDOW = 1000
INTERVAL_US = 10_000


class Round:
    """What one campaign did."""

    def __init__(self, summary, times, rate, cpu_share):
        span_s = (times[-1] - times[0]) / 1e6
        self.used = (len(times) - 1) / (span_s * rate)
        self.most = most_within(times, INTERVAL_US) / (rate * 0.01 + max(1, rate * 0.01))
        self.off_us = off_schedule(times, rate)
        self.late_us = [summary[name] for name in ("late_us_p50", "late_us_p99", "late_us_max")]
        self.cpu_share = cpu_share


def most_within(times, interval):
    """The most of the sorted `times` that lie within less than `interval`."""
    most = first = 0
    for index, at in enumerate(times):
        while at - times[first] >= interval:
            first += 1
        most = max(most, index - first + 1)
    return most


def off_schedule(times, rate):
    """How far 99 % of the `times` are at most from places 1 / rate apart."""
    shifts = [at - index * 1e6 / rate for index, at in enumerate(times)]
    middle = statistics.median(shifts)
    return sorted(abs(shift - middle) for shift in shifts)[len(shifts) * 99 // 100]


def microseconds(text):
    day_time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int(day_time.timestamp()) * 1_000_000 + day_time.microsecond


def submitted_at(path):
    with open(path, encoding="ascii", newline="") as file:
        return sorted(microseconds(row["submitted_at"]) for row in csv.DictReader(file))


def run(options, folder, rate):
    end_to_end.write_campaign(f"{folder}/campaign.csv", int(rate * options.seconds))
    end_to_end.write_account(f"{folder}/account.toml", options.port, WINDOW)
    command = [f"{options.build}/salvo", "send", f"{folder}/campaign.csv", "--account",
               f"{folder}/account.toml", "--rate", rate, "--results", f"{folder}/results.csv",
               "--journal", f"{folder}/journal", "--again", "--json", "--stats", "1h"]
    sink = end_to_end.peer([f"{options.build}/bench/salvo_sink", "-p", options.port],
                           r"listening", "stdout")
    with sink:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(end_to_end.pinned(end_to_end.SENDER_CORE, command), check=True,
                              capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    summary = json.loads(done.stdout.splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times = submitted_at(f"{folder}/results.csv")
    return Round(summary, times, rate, cpu / summary["elapsed_s"])


def show(rate, rounds):
    def median(field):
        return statistics.median(field(one) for one in rounds)

    late = [median(lambda one, i=i: one.late_us[i]) / 1000 for i in range(3)]
    print(f"| {rate:,} | {median(lambda one: one.used):.2%} | {median(lambda one: one.most):.2f} | "
          f"{median(lambda one: one.off_us) / 1000:.3f} | "
          f"{late[0]:.3f} | {late[1]:.3f} | {late[2]:.3f} | "
          f"{median(lambda one: one.cpu_share):.1%} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--rates", default="1000,50000,500000")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=27751, help="for salvo_sink")
    options = parser.parse_args()
    if os.cpu_count() < 2:
        sys.exit("pacing.py: needs two cores")
    print("| rate | used | most in 10 ms, of the limit | off p99 ms | late p50 ms | p99 ms | max ms | "
          "CPU |\n|---|---|---|---|---|---|---|---|")
    for rate in map(int, options.rates.split(",")):
        rounds = []
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory(prefix="salvo-pacing-") as folder:
                rounds.append(run(options, folder, rate))
        show(rate, rounds)


if __name__ == "__main__":
    main()

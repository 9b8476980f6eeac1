#!/usr/bin/env python3
"""Instructions a message, counted by callgrind, against the baseline of the compiler.

    bench/instructions.py [--program build/release/bench/salvo_hot_path] [--update]

Time depends on the machine and on its mood; the number of instructions does not. Each path of
salvo_hot_path is run under callgrind with two numbers of messages; the difference is what the
messages cost, without the start and the end. Fails when a path has grown by more than 5 % over
bench/instructions.json; what has shrunk by as much wants a new baseline (--update), so that the
next growth is seen.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

PATHS = {
    "campaign, journal": ["campaign", "journal"],
    "campaign": ["campaign"],
    "library": ["library"],
}
FEW, MANY = 5_000, 15_000
MOST_GROWTH = 0.05
BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.json")


def count(program, messages, path):
    """All instructions of one run."""
    with tempfile.TemporaryDirectory(prefix="salvo-instructions-") as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + os.path.join(folder, "out"),
             "--collect-atstart=no", "--toggle-collect=*SendCampaign*",
             "--toggle-collect=*SendFromMemory*", program, str(messages), *path],
            capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{program} under valgrind ended with {done.returncode}:\n{done.stderr}")
    return int(found.group(1))


def compiler_of(program):
    """The compiler and its major version, as the program itself says."""
    done = subprocess.run([program, "compiler"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/release/bench/salvo_hot_path")
    parser.add_argument("--update", action="store_true", help="make what is counted the baseline")
    options = parser.parse_args()

    with open(BASELINE, encoding="ascii") as file:
        baselines = json.load(file)
    compiler = compiler_of(options.program)
    counted = {name: (count(options.program, MANY, path) - count(options.program, FEW, path))
               / (MANY - FEW) for name, path in PATHS.items()}
    if options.update:
        baselines[compiler] = {name: round(cost) for name, cost in counted.items()}
        with open(BASELINE, "w", encoding="ascii") as file:
            json.dump(baselines, file, indent=2, sort_keys=True)
            file.write("\n")
    baseline = baselines.get(compiler)
    if baseline is None:
        sys.exit(f"bench/instructions.json has no baseline of {compiler}: add one with --update")
    grown = False
    print(f"instructions a message, {compiler}\n")
    print("| path | counted | baseline | growth |\n|---|---|---|---|")
    for name, cost in counted.items():
        growth = cost / baseline[name] - 1
        grown = grown or growth > MOST_GROWTH
        print(f"| {name} | {cost:,.0f} | {baseline[name]:,} | {growth:+.1%} |")
    if grown:
        sys.exit(f"\na path has grown by more than {MOST_GROWTH:.0%}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Runs the table of docs/reliability.md, or rows of it, and writes its numbers.

    tests/reliability/run.py                 all rows, each command once; passes when every row does
    tests/reliability/run.py 13 18           these rows
    tests/reliability/run.py --print 13      how they are run by hand
    tests/reliability/run.py --long --write  in long doses, and the numbers into the document
    tests/reliability/run.py --check         that the table names tests that exist; runs none

As root, like tools/test.sh, after a release build. A command that runs no test, or skips one, has failed.
"""

import argparse
import datetime
import glob
import os
import re
import subprocess
import sys
import tempfile
import time

import fault_table

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
DOCUMENT = os.path.join(ROOT, fault_table.DOCUMENT)
# As tools/test.sh has them, and of tshark one that is known.
DOSES = {"SALVO_SIM_SEEDS": "500", "SALVO_TSHARK_PDUS": "20000"}
LONG_DOSES = {"SALVO_SIM_SEEDS": "10000", "SALVO_KILLS": "1000", "SALVO_POWER_CUTS": "200",
              "SALVO_JOURNAL_ROWS": "10000000", "SALVO_TSHARK_PDUS": "100000"}
FUZZ_SECONDS, LONG_FUZZ_SECONDS = 5, 300
BEGIN, END = "<!-- numbers -->", "<!-- end of numbers -->"
SHOWN_LINES = 40  # of what failed


class Result:
    def __init__(self, command, code, output, seconds):
        self.command = command
        self.output = output
        self.seconds = seconds
        self.tests, self.fault = judge(command, code, output)


def judge(command, code, output):
    """How many tests ran, and what is wrong: "" when all is well."""
    if command.is_replay:
        found = re.search(r"^(\d+) inputs$", output, re.MULTILINE)
    elif command.is_python:
        found = re.search(r"^Ran (\d+) tests? in ", output, re.MULTILINE)
    else:
        found = re.search(r"^\[=+\] (\d+) tests? from .* ran\.", output, re.MULTILINE)
    tests = int(found.group(1)) if found else 0
    if code != 0:
        return tests, f"ended with {code}"
    if tests == 0:
        return tests, "ran no test"
    if re.search(r"^\[  SKIPPED \]|^(OK|FAILED) \(.*(skipped|expected failures)=", output, re.MULTILINE):
        return tests, "skipped a test"
    return tests, ""


class Runner:
    def __init__(self, tests, doses):
        self.tests = tests
        self.doses = doses
        self.results = {}  # {text of the command: Result}

    def run(self, command):
        """Runs it, once however many rows name it."""
        if command.text not in self.results:
            variables, words = self.tests.shell(command)
            started = time.monotonic()
            done = subprocess.run(words, cwd=ROOT, env={**os.environ, **self.doses, **variables},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="replace", check=False)
            self.results[command.text] = Result(command, done.returncode, done.stdout,
                                                time.monotonic() - started)
            return self.results[command.text], True
        return self.results[command.text], False

    def run_row(self, row):
        """Whether all of its commands passed."""
        passed = True
        for command in row.commands:
            result, is_new = self.run(command)
            verdict = "pass" if not result.fault else f"FAIL ({result.fault})"
            took = f"{result.seconds:7.1f} s" if is_new else "  as above"
            print(f"{row.number:>3}  {took}  {verdict:4}  {result.tests:4} tests  {command.text}",
                  flush=True)
            if result.fault and is_new:
                print("\n".join(result.output.splitlines()[-SHOWN_LINES:]))
            passed = passed and not result.fault
        return passed


def shell_line(tests, command):
    variables, words = tests.shell(command)
    shown = [f"{name}={value}" for name, value in variables.items()
             if name == "SALVO_BINARY" or name == "SALVO_SEND_KEPT" and "kept" in command.program]
    quoted = [re.sub(r"^(--gtest_filter=)(.*)$", r"\1'\2'", word) for word in words]
    return " ".join(shown + quoted)


def fuzz(build, seconds):
    """[(target, executions, inputs of the corpus)] of each fuzzer that is built; None where one failed."""
    figures = []
    for program in sorted(glob.glob(os.path.join(ROOT, build, "tests/fuzz/*_fuzz"))):
        target = os.path.basename(program)[:-len("_fuzz")]
        seeds = os.path.join(ROOT, "tests/fuzz/corpus", target)
        with tempfile.TemporaryDirectory() as found:
            done = subprocess.run([program, f"-max_total_time={seconds}", "-print_final_stats=1",
                                   f"-artifact_prefix={program}-", found, seeds],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="replace", check=False)
            executions = re.search(r"^stat::number_of_executed_units: +(\d+)", done.stdout, re.MULTILINE)
            corpus = len(os.listdir(found)) + len(os.listdir(seeds))
        if done.returncode != 0 or not executions:
            print("\n".join(done.stdout.splitlines()[-SHOWN_LINES:]))
            figures.append((target, None, corpus))
        else:
            figures.append((target, int(executions.group(1)), corpus))
        print(f"fuzz {target}: {figures[-1][1]} executions", flush=True)
    return figures


def sum_of(pattern, results):
    """Of the number that the pattern finds in all outputs, each command counted once."""
    return sum(int(found.replace(",", "")) for result in results
               for found in re.findall(pattern, result.output, re.MULTILINE))


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = re.findall(r"^model name\s*: (.*)$", file.read(), re.MULTILINE)
    with open("/proc/meminfo", encoding="ascii") as file:
        kibibytes = int(re.search(r"^MemTotal: +(\d+)", file.read(), re.MULTILINE).group(1))
    return f"{os.cpu_count()} x {names[0] if names else os.uname().machine}, {kibibytes / 2**20:.1f} GiB"


def commit():
    """The one that is checked out; None outside of git."""
    done = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=10",
                           "--exclude=*"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def numbers(rows, passed, runner, fuzzed, fuzz_seconds, seconds):
    """The section of the document, as lines."""
    results = list(runner.results.values())
    kills = sum_of(r": (\d+) kills", results)
    cuts = sum_of(r": (\d+) power cuts", results)
    seeds = sum_of(r"^  seeds +(\d+)$", results)
    lines = [
        "| what | |", "|---|---|",
        f"| date | {datetime.date.today().isoformat()} |",
        f"| commit | {commit() or 'unknown'} |",
        f"| kernel | {os.uname().sysname} {'.'.join(os.uname().release.split('.')[:2])} |",
        f"| machine | {machine()} |",
        f"| rows passing / total | {passed} / {len(rows)} |",
        f"| tests run, each once | {sum(result.tests for result in results):,} |",
        f"| kill -9 iterations | {kills:,} |",
        f"| power cuts of an ext4 | {cuts:,} |",
        f"| simulated seeds of `Faults` | {seeds:,}, {faults_struck(results):,} faults struck, "
        "short reads and writes among them |",
        f"| random PDUs that tshark read | {int(runner.doses['SALVO_TSHARK_PDUS']):,} |",
        f"| journal read again | {large_journal(results)} |"]
    for target, executions, corpus in fuzzed:
        said = "FAILED" if executions is None else f"{executions:,} executions in {fuzz_seconds} s"
        lines.append(f"| fuzz: {target} | {said}, {corpus:,} inputs |")
    if not fuzzed:
        lines.append("| fuzz | no fuzzer was built |")
    lines.append(f"| all of it | {seconds / 60:.0f} minutes |")
    return lines


def faults_struck(results):
    """What the simulated world counted in its table of faults; it has other tables, too."""
    tables = [table for result in results
              for table in re.findall(r"^faults\n((?:  .*\n)*)", result.output, re.MULTILINE)]
    return sum(int(count) for table in tables
               for count in re.findall(r" (\d+)$", table, re.MULTILINE))


def large_journal(results):
    for result in results:
        found = re.search(r"^salvo status: ([\d,]+ rows), .* octets of journal, (.*)$", result.output,
                          re.MULTILINE)
        if found:
            return f"{found.group(1)}: {found.group(2)}"
    return "not run"


def write_numbers(lines):
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + "\n\n" + "\n".join(lines) + "\n\n" + END + after)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="rows; all without any")
    parser.add_argument("--build", default="build/release", help="default %(default)s")
    parser.add_argument("--fuzz-build", default="build/fuzz", help="where fuzzers are, if any are built; "
                        "default %(default)s")
    parser.add_argument("--fuzz-seconds", type=int, help="for each; default 5, with --long 300")
    parser.add_argument("--long", action="store_true", help="doses as those of tools/test.sh --long")
    parser.add_argument("--write", action="store_true", help="rewrites the numbers of the document")
    parser.add_argument("--print", action="store_true", help="the commands in full; runs none")
    parser.add_argument("--check", action="store_true", help="that each names a test; runs none")
    options = parser.parse_args()
    if options.write and options.numbers:
        parser.error("--write is of the whole table")
    return options


def main():
    options = parse_arguments()
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    tests = fault_table.Tests(ROOT, os.path.relpath(os.path.realpath(os.path.join(ROOT, options.build)),
                                                    ROOT))
    found = list(fault_table.complaints(text, tests))
    for complaint in found:
        print(complaint)
    if found or options.check:
        return 1 if found else 0
    rows = fault_table.read_rows(text)
    unknown = set(options.numbers) - {row.number for row in rows}
    if unknown:
        print(f"no row {', '.join(sorted(unknown))}")
        return 2
    rows = [row for row in rows if not options.numbers or row.number in options.numbers]
    if options.print:
        for row in rows:
            for command in row.commands:
                print(f"{row.number:>3}  {shell_line(tests, command)}")
        return 0
    return run_all(rows, tests, options)


def run_all(rows, tests, options):
    started = time.monotonic()
    doses = LONG_DOSES if options.long else DOSES
    runner = Runner(tests, {name: os.environ.get(name, dose) for name, dose in doses.items()})
    failed = [row.number for row in rows if not runner.run_row(row)]
    fuzz_seconds = options.fuzz_seconds or (LONG_FUZZ_SECONDS if options.long else FUZZ_SECONDS)
    fuzzed = [] if options.numbers else fuzz(options.fuzz_build, fuzz_seconds)
    broken = [target for target, executions, _ in fuzzed if executions is None]
    seconds = time.monotonic() - started
    print(f"{len(rows) - len(failed)} of {len(rows)} rows pass, in {seconds:.0f} s"
          + (f"; failed: {', '.join(failed + broken)}" if failed or broken else ""))
    if options.write:
        write_numbers(numbers(rows, len(rows) - len(failed), runner, fuzzed, fuzz_seconds, seconds))
    return 1 if failed or broken else 0


if __name__ == "__main__":
    sys.exit(main())

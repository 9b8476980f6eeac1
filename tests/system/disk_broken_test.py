"""A disk that breaks, loses power, refuses or is somebody else's while a journal is on it.

SALVO_POWER_CUTS sets how often the power of an ext4 fails (6), SALVO_TEST_SEED when; both are printed.
"""

import collections
import os
import random
import re
import shutil
import unittest

import support
from disk_case import Disk

POWER_CUTS = int(os.environ.get("SALVO_POWER_CUTS", "6"))
SEED = int(os.environ.get("SALVO_TEST_SEED", str(random.randrange(1 << 32))))
BINDS = 2
WINDOW = 20


class BrokenDisk(Disk):
    def wait_for_sim(self):
        support.wait_until(lambda: not support.connections_to(self.smsc.port),
                           "the SMSC to have closed the dead connections")

    def test_a_disk_that_fails_ends_the_campaign_in_order(self):
        rows = 3500  # all read at once: it is the records that the disk does not take
        self.mount_ext4()
        words = self.prepare(rows, "--delay", "5ms", binds=BINDS, window=WINDOW)
        process = self.start_inside(*words, "--rate", 1000)
        support.wait_until(lambda: self.ledger_lines() > 1000, "the first second")
        self.break_disk()
        self.assertEqual(process.wait(), 14, process.stderr)
        self.assertRegex(process.stderr, r"(?m)^the journal: cannot \w+ 'disk/j/run-.*Input/output error$")
        self.wait_for_sim()
        results = self.results()
        taken = self.taken()
        self.assertEqual(set(taken.values()), {1})
        outcomes = collections.Counter(result["outcome"] for result in results)
        # What came when it could not be kept any more is not shown as a result.
        self.assertLessEqual(set(outcomes), {"accepted", "unknown", "unsent"})
        self.assertGreater(outcomes["accepted"], 1000 - BINDS * WINDOW)
        for result in results:
            if result["outcome"] == "accepted":
                self.assertEqual(taken["+" + result["to"].lstrip("+")], 1)
        shown = collections.Counter("+" + result["to"].lstrip("+") for result in results
                                    if result["outcome"] != "unsent")
        self.assertEqual(set(taken) - set(shown), set(), "sent, and said to be unsent")
        self.assertLess(len(taken), rows)

    def test_what_the_disk_had_not_when_the_power_failed_was_neither_sent_nor_shown(self):
        rng = random.Random(SEED)
        totals = collections.Counter()
        self.mount_ext4()
        while totals["cuts"] < POWER_CUTS:
            on_unknown = rng.choice(("hold", "hold", "resend"))
            words = self.prepare(4000, "--delay", rng.choice(("0", "5ms", "uniform:1ms,20ms")),
                                 binds=BINDS, window=WINDOW)
            unknown = self.cut_power_until_the_end(
                rng, (*words, "--rate", 3000, "--sync", "power"), on_unknown, totals)
            self.check_ledgers(unknown, on_unknown)
            totals["rows"] += len(self.numbers)
            totals["unknown"] += len(unknown)
            self.smsc.end()
            for name in ("ledger.jsonl", "results.csv"):
                os.remove(self.path(name))
            # Or the next cut brings it back.
            self.must_inside("sh", "-c", "rm -r disk/j && sync disk")
        print(f"seed {SEED}: {totals['cuts']} power cuts, {totals['rows']} rows, "
              f"{totals['unknown']} unknown, none lost, doubled only where that was asked for")

    def cut_power_until_the_end(self, rng, send, on_unknown, totals):
        """Sends, and goes on after each cut, up to three of them; rows that were unknown."""
        resume = (support.SALVO, "resume", "disk/j", "--on-unknown", on_unknown)
        unknown = set()
        command = send
        for cuts in range(1, 1 + rng.randint(1, 3)):
            before = self.ledger_lines()
            wanted = 0 if rng.random() < 0.25 else rng.randint(1, 2000)
            process = self.start_inside(*command)
            support.wait_until(lambda: process.popen.poll() is not None or
                               self.ledger_lines() - before >= wanted, "rows to be sent")
            self.break_disk()
            self.assertIn(process.wait(), (0, 9, 13, 14), f"seed {SEED}\n{process.stderr}")
            self.wait_for_sim()
            self.mount_anew()
            totals["cuts"] += 1
            status = self.salvo("status", "disk/j", "--json")
            self.assertIn(status.code, (0, 10), f"seed {SEED}\n{status.stderr}")
            command = send if status.code == 10 else resume
            unknown.update(status.messages[-1]["unknown_rows"] if status.code == 0 else [])
            self.assertLessEqual(len(unknown), cuts * BINDS * WINDOW, f"seed {SEED}")
        process = self.run_inside(*command)
        self.assertIn(process.code, (0, 9, 13), f"seed {SEED}\n{process.stderr}")
        unknown.update(self.status_inside()["unknown_rows"])
        return unknown

    def check_ledgers(self, unknown, on_unknown):
        where = f"seed {SEED}"
        taken = self.taken()
        doubled = {row for row, number in enumerate(self.numbers, 1) if taken[number] > 1}
        self.assertLessEqual(doubled, unknown if on_unknown == "resend" else set(), where)
        results = self.results()
        self.assert_accounted(len(self.numbers), results)
        for result in results:
            if result["outcome"] == "accepted":
                self.assertGreaterEqual(taken["+" + result["to"].lstrip("+")], 1, where)
            else:
                self.assertEqual(result["outcome"], "unknown", where)
                self.assertIn(int(result["row"]), unknown, where)

    def test_a_disk_that_can_only_be_read_is_named_and_goes_on_when_it_can_be_written(self):
        self.mount("64m")
        words = self.prepare(2000)
        process = self.start_inside(*words, "--rate", 1000)
        support.wait_until(lambda: self.ledger_lines() > 200, "the first rows")
        process.signal(support.signal.SIGTERM)
        self.assertEqual(process.wait(), 7, process.stderr)
        before = self.ledger_lines()
        self.must_inside("mount", "-o", "remount,ro", self.DISK)
        self.assert_fails(self.salvo("resume", "disk/j"), 14, "disk/j", "Read-only file system")
        self.assertEqual(self.ledger_lines(), before)
        self.must_inside("mount", "-o", "remount,rw", self.DISK)
        done = self.salvo("resume", "disk/j")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_all_taken_once()

    def test_a_journal_of_somebody_else_is_named(self):
        self.stopped()
        before = self.ledger_lines()
        salvo = shutil.copy(support.SALVO, self.path("salvo"))
        os.chmod(self.folder, 0o777)
        # Nothing is forbidden to root.
        process = support.Process(["setpriv", "--reuid", "65534", "--clear-groups", salvo, "resume",
                                   "campaign.csv.journal"], cwd=self.folder)
        self.addCleanup(process.end)
        self.assert_fails(support.Finished(process), 14, "campaign.csv.journal",
                          "Permission denied")
        self.assertEqual(self.ledger_lines(), before)

    def test_nothing_is_sent_unless_the_directories_are_on_the_disk(self):
        """Each fsync of a run fails in turn, until one is reached that the run does not have."""
        sim = self.sim()
        self.campaign([("+491700000001", "x")])
        self.account(sim.port)
        for number in range(1, 20):
            log = self.path("calls")
            process = support.Process(
                ["strace", "-f", "-y", "-qq", "-o", log, "-e", "trace=fsync", "-e",
                 f"inject=fsync:error=EIO:when={number}", support.SALVO, "send", "campaign.csv",
                 "--account", "account.toml", "--sync", "power"],
                cwd=self.folder, env={"ASAN_OPTIONS": "detect_leaks=0"})
            self.addCleanup(process.end)
            code = process.wait()
            with open(log, encoding="utf-8") as file:
                calls = re.findall(r"fsync\(\d+<(.*)>\) += (-?\d)", file.read())
            if all(result == "0" for _, result in calls):
                break
            self.assertEqual(code, 14, f"fsync {number}: {process.stderr}")
            self.assertIn("Input/output error", process.stderr)
            self.assertEqual(self.ledger_lines(), 0, f"fsync {number} of {calls[-1][0]}")
            shutil.rmtree(self.path("campaign.csv.journal"), ignore_errors=True)
        self.assertEqual(code, 0, process.stderr)
        self.assertEqual(self.ledger_lines(), 1)
        synced = [os.path.realpath(path) for path, _ in calls]
        folder = os.path.realpath(self.folder)
        self.assertIn(os.path.join(folder, "campaign.csv.journal"), synced)
        self.assertIn(folder, synced, "the directory that the new one is in")


if __name__ == "__main__":
    unittest.main()

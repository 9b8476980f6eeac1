"""What is promised to outlast a loss of power is on the disk before it is relied on: strace looks."""

import os
import re
import signal
import unittest

import support
from resume_test import JOURNAL, RESULTS, Resume

CALL = re.compile(r"\b(fsync|fdatasync)\(\d+<([^>]*)>|\b(rename)\(\"([^\"]*)\"")


class Syncs(Resume):
    def calls(self, *arguments, code=0, shell=None):
        """What salvo synced and renamed, in that order, as 'fsync campaign.csv.journal'."""
        traced = ["strace", "-f", "-y", "-o", self.path("trace"), "-e",
                  "trace=fsync,fdatasync,rename", support.SALVO, *map(str, arguments)]
        if shell is not None:
            traced = ["sh", "-c", shell + ' | "$@"', "sh", *traced]
        process = support.Process(traced, cwd=self.folder)
        self.addCleanup(process.end)
        done = support.Finished(process)
        self.assertEqual(done.code, code, done.stderr)
        with open(self.path("trace"), encoding="utf-8") as file:
            found = [CALL.search(line) for line in file]
        return [f"{call[1] or call[3]} {self.relative(call[2] or call[4])}" for call in found if call]

    def relative(self, path):
        folder = os.path.realpath(self.folder)
        return os.path.relpath(os.path.join(folder, path), folder)

    def assert_in_order(self, calls, *wanted):
        rest = iter(calls)
        for call in wanted:
            self.assertTrue(any(call == found for found in rest), f"no '{call}' in its place: {calls}")

    def few(self, count=5, **keys):
        self.numbers = support.numbers(count)
        self.campaign((number, "x") for number in self.numbers)
        sim = self.sim("--receipts", "10ms")
        self.account(sim.port, **keys)
        return sim

    def test_a_journal_is_there_before_it_is_listed_and_its_campaign_is_known(self):
        self.few()
        calls = self.calls("send", "campaign.csv", "--account", "account.toml", "--sync", "power")
        self.assert_in_order(calls, f"fsync {JOURNAL}", f"fdatasync {JOURNAL}/runs",
                             f"fsync {JOURNAL}", "fsync .")
        self.assert_in_order(calls, f"fdatasync {JOURNAL}/campaign.json.new",
                             f"rename {JOURNAL}/campaign.json.new", f"fsync {JOURNAL}",
                             f"fdatasync {JOURNAL}/campaign.json")

    def test_what_a_pipe_brings_is_kept_before_it_is_sent(self):
        self.few()
        calls = self.calls("send", "-", "--account", "account.toml", "--sync", "power", "--journal",
                           "j", shell="cat campaign.csv")
        whole = calls.index("rename j/input.part")
        self.assertGreaterEqual(calls[:whole].count("fdatasync j/input.part"), 2, calls)
        self.assertEqual((calls[whole - 1], calls[whole + 1]), ("fdatasync j/input.part", "fsync j"))

    def test_results_with_receipts_are_whole_before_they_replace_those_without(self):
        self.few(registered_delivery=1)
        calls = self.calls("send", "campaign.csv", "--account", "account.toml", "--results", RESULTS,
                           "--wait-receipts", "10s")
        self.assert_in_order(calls, f"fdatasync {RESULTS}.receipts", f"rename {RESULTS}.receipts")
        self.assertEqual({result["receipt_state"] for result in self.results()}, {"DELIVERED"})

    def test_what_a_killed_sender_wrote_is_synced_before_it_is_relied_on(self):
        sim = self.sim("--delay", "30s")
        process = self.begin(sim, "--sync", "power", window=3)
        support.wait_until(lambda: self.ledger_lines() == 3, "a window of rows")
        process.signal(signal.SIGKILL)
        process.wait()
        name = os.path.basename(self.journal_files()[0])
        sim.signal(signal.SIGKILL)
        sim.wait()
        self.sim(port=sim.port)
        calls = self.calls("resume", JOURNAL, code=13)
        self.assert_in_order(calls, f"fdatasync {JOURNAL}/{name}", f"fdatasync {JOURNAL}/runs")


if __name__ == "__main__":
    unittest.main()

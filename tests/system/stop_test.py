"""Ctrl-C: once drains and counts the rest, twice leaves at once."""

import signal
import subprocess
import unittest

import support

ROWS = 5000


class Stop(support.Case):
    def start_slowly(self, sim, *flags, **keys):
        campaign = self.campaign((number, "x") for number in support.numbers(ROWS))
        process = self.start("send", campaign, "--account", self.account(sim.port, **keys),
                             "--rate", 500, "--results", self.path("results.csv"), "--json",
                             "--stats", "100ms", *flags)
        support.wait_until(lambda: self.ledger_lines() >= 100, "the first rows")
        return process

    def check_rest(self, process, code=7):
        self.assertEqual(process.wait(), code, process.stderr)
        results = self.results()
        self.assert_accounted(ROWS, results)
        accepted = [result for result in results if result["outcome"] == "accepted"]
        unsent = [result for result in results if result["outcome"] == "unsent"]
        self.assertEqual(len(accepted) + len(unsent), ROWS)
        self.assertEqual(len(accepted), self.ledger_lines())
        self.assertGreater(len(unsent), 0)
        self.assertIn(f"{len(unsent):,} rows are left", process.stderr)
        return accepted

    def test_once_finishes_what_is_under_way_and_counts_the_rest(self):
        sim = self.sim("--delay", "50ms")
        process = self.start_slowly(sim)
        process.signal(signal.SIGINT)
        process.wait_for("stopping: finishing what is under way")
        self.check_rest(process)
        sim.signal(signal.SIGINT)
        sim.wait()
        self.assertIn("1 unbind,", sim.stderr)

    def test_a_termination_is_the_same(self):
        process = self.start_slowly(self.sim())
        process.signal(signal.SIGTERM)
        self.check_rest(process)

    def test_twice_leaves_at_once(self):
        sim = self.sim("--delay", "30s")
        campaign = self.campaign((number, "x") for number in support.numbers(100))
        process = self.start("send", campaign, "--account", self.account(sim.port))
        support.wait_until(lambda: self.ledger_lines() >= 10, "a window of rows")
        process.signal(signal.SIGINT)
        process.wait_for("stopping: finishing what is under way")
        self.assertIsNone(process.popen.poll())
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(5), 130, process.stderr)

    def test_once_while_nobody_can_be_reached(self):
        sim = self.sim()
        process = self.start_slowly(sim, reconnect__initial="30s")
        sim.signal(signal.SIGKILL)
        process.wait_for("next attempt in")
        process.signal(signal.SIGINT)
        self.assertIn(process.wait(10), (7,), process.stderr)
        self.assert_accounted(ROWS)

    def test_once_before_anybody_was_reached(self):
        sim = self.sim()
        sim.signal(signal.SIGSTOP)
        self.campaign((number, "x") for number in support.numbers(ROWS))
        process = self.start("send", "campaign.csv", "--account", self.account(sim.port),
                             "--stats", "100ms", "--results", self.path("results.csv"))
        process.wait_for("binds 0/1")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 7, process.stderr)
        self.assert_accounted(ROWS)

    def test_once_does_not_wait_for_a_pipe_that_stays_open(self):
        sim = self.sim()
        process = self.start("send", "-", "--account", self.account(sim.port), "--results",
                             self.path("results.csv"), stdin=subprocess.PIPE)
        process.popen.stdin.write(b"to,text\n+491700000001,a\n+491700000002,half a r")
        process.popen.stdin.flush()
        support.wait_until(lambda: self.ledger_lines() == 1, "the first row")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 7, process.stderr)
        self.assertEqual([result["outcome"] for result in self.results()], ["accepted"])


if __name__ == "__main__":
    unittest.main()

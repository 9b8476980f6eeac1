"""Ctrl-C: once drains and counts the rest, twice leaves at once."""

import glob
import os
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

    def is_pending(self, process, number):
        with open(f"/proc/{process.popen.pid}/status", encoding="ascii") as file:
            masks = [int(line.split()[1], 16) for line in file if line.startswith("ShdPnd")]
        return bool(masks[0] >> (number - 1) & 1)

    def waits_to_write(self, process):
        """Whether any thread of it waits for room in a pipe."""
        for path in glob.glob(f"/proc/{process.popen.pid}/task/*/wchan"):
            with open(path, encoding="ascii") as file:
                if "pipe_write" in file.read():
                    return True
        return False

    def start_unread(self, sim, *flags, rows=ROWS, name="results.csv"):
        """A campaign whose results nobody reads: the pipe that they fill, and the sender."""
        os.mkfifo(self.path(name))
        reader = os.open(self.path(name), os.O_RDONLY | os.O_NONBLOCK)
        campaign = self.campaign((number, "x") for number in support.numbers(rows))
        process = self.start("send", campaign, "--account", self.account(sim.port, window=1000),
                             "--results", self.path(name), *flags)
        return process, reader

    def read_rows(self, reader):
        os.set_blocking(reader, True)
        with os.fdopen(reader, encoding="ascii") as file:
            return [line.split(",") for line in file]

    def assert_unbound(self, sim):
        support.wait_until(lambda: support.connections_to(sim.port) == 0, "the end of the binds")
        sim.signal(signal.SIGINT)
        sim.wait()
        self.assertIn("1 unbind,", sim.stderr)

    def test_once_while_nobody_reads_the_results_unbinds_and_waits_for_the_reader(self):
        rows = 100_000
        sim = self.sim()
        process, reader = self.start_unread(sim, rows=rows)
        support.wait_until(lambda: self.waits_to_write(process), "a full pipe")
        for times in (1, 2, 3):
            process.signal(signal.SIGHUP)
            process.wait_for(f"(?s)(read the account file anew.*){{{times}}}")
        process.signal(signal.SIGINT)
        process.wait_for("stopping: finishing what is under way")
        self.assert_unbound(sim)
        process.wait_for("the results wait for whoever reads them .again to leave at once.")
        self.assertIsNone(process.popen.poll())
        results = self.read_rows(reader)
        self.assertEqual(process.wait(), 7, process.stderr)
        self.assertEqual(sorted(int(row[0]) for row in results[1:]), list(range(1, rows + 1)))
        self.assertEqual(sum(row[2] == "accepted" for row in results[1:]), self.ledger_lines())

    def test_twice_while_nobody_reads_the_results_leaves_at_once(self):
        process, reader = self.start_unread(self.sim(), rows=100_000)
        self.addCleanup(os.close, reader)
        support.wait_until(lambda: self.waits_to_write(process), "a full pipe")
        process.signal(signal.SIGINT)
        process.wait_for("stopping: finishing what is under way")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process.stderr)

    def test_results_that_nobody_reads_are_waited_for_when_all_is_sent(self):
        sim = self.sim()
        process, reader = self.start_unread(sim, rows=1500)
        support.wait_until(lambda: self.ledger_lines() == 1500, "all rows")
        self.assert_unbound(sim)
        process.wait_for("the results wait for whoever reads them$")
        process.signal(signal.SIGINT)
        process.wait_for("the results wait for whoever reads them .again to leave at once.")
        self.assertEqual(len(self.read_rows(reader)), 1501)
        self.assertEqual(process.wait(), 0, process.stderr)

    def test_a_reader_that_leaves_ends_the_campaign_in_order(self):
        sim = self.sim()
        process, reader = self.start_unread(sim, rows=100_000)
        support.wait_until(lambda: self.waits_to_write(process), "a full pipe")
        os.close(reader)
        self.assertEqual(process.wait(), 14, process.stderr)
        self.assertIn("stopping: the results cannot be written", process.stderr)
        self.assertIn("cannot write the results file", process.stderr)
        self.assert_unbound(sim)

    def test_signals_cost_a_slow_reader_of_results_nothing(self):
        sim = self.sim()
        os.mkfifo(self.path("results.csv"))
        reader = os.open(self.path("results.csv"), os.O_RDONLY | os.O_NONBLOCK)
        campaign = self.campaign((number, "x") for number in support.numbers(ROWS))
        process = self.start("send", campaign, "--account", self.account(sim.port), "--results",
                             self.path("results.csv"), "--rate", 2000)

        for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGINT, signal.SIGHUP):
            support.wait_until(lambda: self.waits_to_write(process), "a full pipe")
            process.signal(number)
            support.wait_until(lambda: not self.is_pending(process, number), "a signal taken")
        os.set_blocking(reader, True)
        with os.fdopen(reader, encoding="ascii") as file:
            rows = [line.split(",") for line in file]
        self.assertIn(process.wait(), (0, 7), process.stderr)
        self.assertEqual(sorted(int(row[0]) for row in rows[1:]), list(range(1, ROWS + 1)))
        self.assertEqual({len(row) for row in rows}, {13})

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
        self.assertIn("the pipe had not ended", process.stderr)
        self.assertNotIn("salvo resume", process.stderr)


if __name__ == "__main__":
    unittest.main()

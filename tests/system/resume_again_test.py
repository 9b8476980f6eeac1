"""A campaign whose journal is there already: sent once more, or refused and told how to go on."""

import fcntl
import os
import re
import shlex
import struct
import unittest

import support
from resume_test import JOURNAL, RESULTS, ROWS, Resume


class Again(Resume):
    def send_once_more(self, *flags):
        # The tests' environment has SALVO_AGAIN: here it is about the flag.
        process = self.start("send", "campaign.csv", "--account", "account.toml", *flags,
                             env={"SALVO_AGAIN": "false"})
        return support.Finished(process)

    def test_a_finished_campaign_wants_to_be_asked_for(self):
        sim = self.sim()
        self.assertEqual(self.begin(sim, rows=20).wait(), 0)
        done = self.send_once_more()
        self.assert_fails(done, 2, "says that this campaign was sent", "--again")
        self.assert_all_taken_once()
        done = self.send_once_more("--again")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(set(self.taken().values()), {2})
        self.assertEqual(len(self.journal_files()), 1)
        self.assertEqual(len(self.journal_files(JOURNAL + ".1")), 1, "the earlier one is kept")

    def test_a_finished_campaign_that_somebody_is_at_is_not_moved_away(self):
        sim = self.sim()
        self.assertEqual(self.begin(sim, rows=20).wait(), 0)
        with open(self.path(JOURNAL + "/lock"), "r+b") as lock:
            whole = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            fcntl.fcntl(lock, fcntl.F_OFD_SETLK, whole)
            done = self.send_once_more("--again")
            self.assert_fails(done, 11, "is in use by another process")
        self.assertFalse(os.path.exists(self.path(JOURNAL + ".1")))

    def test_an_unfinished_campaign_is_not_begun_anew(self):
        self.stopped()
        before = self.ledger_lines()
        for flags in ((), ("--again",)):
            done = self.send_once_more(*flags)
            self.assert_fails(done, 2, "was not finished", f"go on with: salvo resume {JOURNAL}")
        self.assertEqual(self.ledger_lines(), before)

    def test_a_campaign_that_is_being_sent_is_in_use(self):
        process = self.begin(self.sim())
        support.wait_until(lambda: self.ledger_lines() >= 20, "the first rows")
        for flags in ((), ("--again",)):
            self.assert_fails(self.send_once_more(*flags), 11, "is in use by another process")
        self.assertEqual(process.wait(), 0, process.stderr)

    def test_the_journal_of_another_campaign_is_named_as_that(self):
        sim = self.sim()
        self.campaign([("+491700000001", "x")], name="other.csv")
        for begin in (lambda: self.begin(sim, rows=20).wait(), lambda: self.stop(self.begin(sim))):
            begin()
            process = self.start("send", "other.csv", "--account", "account.toml", "--journal",
                                 JOURNAL, env={"SALVO_AGAIN": "false"})
            self.assert_fails(support.Finished(process), 2,
                              f"the journal '{JOURNAL}' is of another campaign, 'campaign.csv': "
                              "name another with --journal")

    def test_hints_can_be_typed(self):
        sim = self.sim()
        self.account(sim.port)
        self.campaign(((number, "x") for number in support.numbers(ROWS)), name="spring offer.csv")
        journal = "spring offer.csv.journal"
        self.stop(self.start("send", "spring offer.csv", "--account", "account.toml", "--rate", 500))
        hint = re.search("^go on with: salvo (.*)$", self.status(journal=journal).stdout,
                         re.MULTILINE)[1]
        self.assertEqual(shlex.split(hint), ["resume", journal])
        done = support.Finished(self.start(*shlex.split(hint)))
        self.assertEqual(done.code, 0, done.stderr)

    def test_a_begun_campaign_whose_runs_are_gone_is_not_sent_once_more(self):
        sim = self.sim()
        self.assertEqual(self.begin(sim, rows=20).wait(), 0)
        for path in [self.path(f"{JOURNAL}/runs"), *self.journal_files()]:
            os.remove(path)
        for command in ("status", "resume", "receipts"):
            done = support.Finished(self.start(command, JOURNAL))
            self.assert_fails(done, 14, f"{JOURNAL}' has lost what its runs wrote",
                              "what was sent cannot be told any more")
        self.assert_all_taken_once()

    def test_what_runs_wrote_is_not_taken_for_another_campaigns(self):
        self.stopped()
        before = self.ledger_lines()
        os.remove(self.path(f"{JOURNAL}/campaign.json"))
        self.campaign(((number, "y") for number in support.numbers(ROWS)), name="other.csv")
        for campaign in ("other.csv", "campaign.csv"):
            done = support.Finished(self.start("send", campaign, "--account", "account.toml",
                                               "--journal", JOURNAL))
            self.assert_fails(done, 14, f"'{JOURNAL}' has lost its 'campaign.json'",
                              "name another with --journal")
        self.assertEqual(self.ledger_lines(), before)

    def test_names_that_are_taken_are_passed_over_whatever_has_them(self):
        sim = self.sim()
        self.assertEqual(self.begin(sim, rows=3).wait(), 0)
        os.symlink(f"{JOURNAL}.1", self.path(f"{JOURNAL}.1"))
        os.symlink("nowhere", self.path(f"{JOURNAL}.2"))
        self.write(f"{JOURNAL}.3", "a file")
        done = self.send_once_more("--again")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(len(self.journal_files(JOURNAL + ".4")), 1)

    def test_a_record_that_cannot_be_read_is_not_taken_for_none(self):
        sim = self.sim()
        self.assertEqual(self.begin(sim, rows=3).wait(), 0)
        record = self.path(f"{JOURNAL}/campaign.json")
        os.rename(record, self.path("record"))
        os.symlink("campaign.json", record)
        reason = f"{JOURNAL}/campaign.json': Too many levels of symbolic links"
        self.assert_fails(self.send_once_more("--again"), 14, "cannot read '", reason)
        for command in ("resume", "status", "receipts"):
            self.assert_fails(support.Finished(self.start(command, JOURNAL)), 14, reason)
        os.remove(record)
        os.mkdir(record)
        self.assert_fails(support.Finished(self.start("status", JOURNAL)), 14,
                          f"cannot read '{JOURNAL}/campaign.json': Is a directory")
        self.assert_all_taken_once()

    def test_results_are_on_the_disk_before_they_take_the_place_of_the_earlier_ones(self):
        self.stopped()
        with open(self.path(RESULTS), "rb") as file:
            before = file.read()
        process = support.Process(
            ["strace", "-f", "-o", self.path("trace"), "-P", self.path(RESULTS + ".kept"), "-e",
             "inject=fdatasync,fsync:error=EIO", support.SALVO, "resume", JOURNAL], cwd=self.folder)
        self.addCleanup(process.end)
        done = support.Finished(process)
        self.assertEqual(done.code, 14, done.stderr)
        self.assertIn("cannot write the results file '", done.stderr)
        self.assertIn("Input/output error", done.stderr)
        with open(self.path(RESULTS), "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertFalse(os.path.exists(self.path(RESULTS + ".kept")))
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})

    def test_a_start_that_failed_leaves_nothing_in_the_way(self):
        sim = self.sim()
        self.campaign((number, "x") for number in support.numbers(3))
        self.account(sim.port)
        send = ("send", "campaign.csv", "--account", "account.toml")
        done = support.Finished(self.start(*send, "--results", "nowhere/results.csv"))
        self.assert_fails(done, 14, "nowhere/results.csv")
        done = support.Finished(self.start(*send, "--results", RESULTS))
        self.assertEqual(done.code, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()

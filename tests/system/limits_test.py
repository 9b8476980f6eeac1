"""Limits of the machine are named, and whatever they end, nothing is lost by it."""

import collections
import os
import shutil
import unittest

import support

WINDOW = 50
MEBIBYTE = 1 << 20


class Limits(support.Case):
    def limited(self, *limits, arguments, as_nobody=False):
        """Runs salvo under limits of prlimit. Some are not for root."""
        who = ["setpriv", "--reuid", "65534", "--clear-groups"] if as_nobody else []
        process = support.Process([*who, "prlimit", *limits, self.salvo, *arguments], cwd=self.folder)
        self.addCleanup(process.end)
        return support.Finished(process)

    def setUp(self):
        super().setUp()
        self.salvo = support.SALVO

    def test_too_little_locked_memory_is_named(self):
        self.salvo = shutil.copy(support.SALVO, self.path("salvo"))
        self.campaign([("491700000001", "Hello")])
        os.chmod(self.account(1), 0o644)
        os.chmod(self.folder, 0o777)
        done = self.limited("--memlock=0", as_nobody=True, arguments=(
            "send", "campaign.csv", "--account", "account.toml", "--sync", "off"))
        self.assert_fails(done, 12, "the limit of locked memory is too low", "ulimit -l")

    def test_too_few_files_are_named_and_more_of_them_are_enough(self):
        sim = self.sim()
        self.account(sim.port)
        codes = {}
        for files in range(4, 40):
            number = f"+4917{files:08}"
            self.campaign([(number, "x")])
            done = self.limited(f"--nofile={files}", arguments=(
                "send", "campaign.csv", "--account", "account.toml", "--journal", f"j{files}"))
            codes[files] = done.code
            if done.code == 0:
                break
            self.assertIn(done.code, (2, 3, 4, 12, 14, 127), f"{files}: {done.stderr}")
            # At 127 the libraries were not even found.
            self.assertRegex(done.stderr, "Too many open files|cannot open shared object file")
        self.assertEqual(codes[max(codes)], 0, codes)
        self.assertIn(True, [code not in (0, 127) for code in codes.values()], codes)

    def test_without_memory_it_ends_and_the_next_run_goes_on(self):
        """From what is too little to begin with to what is enough."""
        rows = 20_000
        sim = self.sim("--delay", "1ms")
        account = self.account(sim.port, window=WINDOW, binds=2)
        unknown = 0
        codes = []
        self.numbers = []
        for step, mebibytes in enumerate(range(24, 72, 4)):
            numbers = support.numbers(rows, 491700000000 + step * rows)
            self.numbers += numbers
            self.campaign((number, "x" * 100) for number in numbers)
            journal = f"j{mebibytes}"
            send = ("send", "campaign.csv", "--account", account, "--journal", journal)
            codes.append(self.limited(f"--as={mebibytes * MEBIBYTE}", arguments=send).code)
            support.wait_until(lambda: not support.connections_to(sim.port), "the dead connections")
            begun = os.path.exists(self.path(journal) + "/campaign.json")
            command = ("resume", journal) if begun else send
            process = self.start(*command)
            self.assertIn(process.wait(), (0, 9, 13), f"{mebibytes} MiB: {process.stderr}")
            status = self.start("status", journal, "--json")
            self.assertEqual(status.wait(), 0, status.stderr)
            counts = support.Finished(status).summary
            self.assertEqual(counts["accepted"] + counts["unknown"], rows)
            self.assertLessEqual(counts["unknown"], 2 * WINDOW)
            unknown += counts["unknown"]
        taken = collections.Counter("+" + line["dest"] for line in self.ledger())
        self.assertEqual([number for number, times in taken.items() if times > 1], [])
        self.assertGreaterEqual(len(taken) + unknown, len(self.numbers))
        self.assertNotEqual(set(codes), {0}, "none was too little")


if __name__ == "__main__":
    unittest.main()

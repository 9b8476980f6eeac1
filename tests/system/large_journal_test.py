"""A journal of very many rows is read again in little memory.

SALVO_JOURNAL_ROWS sets how many (1,000,000); what it took is printed.
"""

import os
import subprocess
import time
import unittest

import support

ROWS = int(os.environ.get("SALVO_JOURNAL_ROWS", "1000000"))


class LargeJournal(support.Case):
    def run_measured(self, *arguments):
        """What it says, its exit code, the most memory it had in MiB, its time in seconds."""
        started = time.monotonic()
        with subprocess.Popen([support.SALVO, *arguments], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, preexec_fn=support.die_with_parent) as process:
            text = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        return text, process.returncode, usage.ru_maxrss / 1024, time.monotonic() - started

    def test_is_read_in_little_memory(self):
        sim = self.sim(ledger=os.devnull)
        with open(self.path("campaign.csv"), "w", encoding="ascii") as file:
            file.write("to,text\n")
            file.writelines(f"{491700000000 + row},x\n" for row in range(ROWS))
        account = self.account(sim.port, window=1000, binds=2)
        process = self.start("send", "campaign.csv", "--account", account)
        self.assertEqual(process.wait(600), 0, process.stderr)
        octets = sum(entry.stat().st_size for entry in os.scandir(self.path("campaign.csv.journal")))
        for command in ("status", "resume"):
            text, ended, mebibytes, seconds = self.run_measured(command, "campaign.csv.journal")
            self.assertEqual(ended, 0)
            # Half an octet a row, and what any sender has.
            self.assertLess(mebibytes, 40 + ROWS / 2 / 2**20)
            if command == "status":
                self.assertIn(f"{ROWS:,} accepted, 0 rejected, 0 unknown, 0 begun", text)
            print(f"salvo {command}: {ROWS:,} rows, {octets:,} octets of journal, {mebibytes:.1f} MiB, "
                  f"{seconds:.2f} s")


if __name__ == "__main__":
    unittest.main()

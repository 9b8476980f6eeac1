"""The journal of a campaign that comes through a pipe: what it brings is kept, and read again."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import unittest

import support
from resume_test import RESULTS, Resume

ROWS = 600


class Pipe(Resume):
    """What a pipe brings is kept."""

    def begin_pipe(self, sim, *flags, rows=ROWS, rate=500):
        self.numbers = support.numbers(rows)
        self.account(sim.port)
        return self.start("send", "-", "--account", "account.toml", "--rate", rate, "--journal", "j",
                          "--results", RESULTS, *flags, stdin=subprocess.PIPE)

    def bring(self, process, octets, end=True):
        process.popen.stdin.write(octets)
        process.popen.stdin.flush()
        if end:
            process.popen.stdin.close()

    def text(self):
        rows = "".join(f"{number},x\n" for number in self.numbers)
        return f"to,text\n{rows}".encode()

    def test_a_stopped_one_is_finished(self):
        for pack in (bytes, gzip.compress):
            with self.subTest(pack):
                sim = self.sim()
                process = self.begin_pipe(sim, rows=300)
                self.bring(process, pack(self.text()))
                self.stop(process, lines=20)
                done = self.resume(journal="j")
                self.assertEqual(done.code, 0, done.stderr)
                self.assertNotIn("had not ended", done.stderr)
                self.assertEqual(self.outcomes(), {"accepted": 300})
                self.assert_all_taken_once()
                sim.signal(signal.SIGINT)
                sim.wait()
                shutil.rmtree(self.path("j"))
                os.remove(self.path("ledger.jsonl"))
                os.remove(self.path(RESULTS))

    def test_one_that_stays_open_is_not_waited_for_when_no_account_is_left(self):
        self.account(self.sim().port, password="wrong")
        process = self.start("send", "-", "--account", "account.toml", "--journal", "j",
                             stdin=subprocess.PIPE)
        self.bring(process, b"to,text\n", end=False)
        self.assertEqual(process.wait(), 5, process.stderr)
        self.assertEqual(json.loads(self.status("--json", journal="j").stdout)["state"], "stopped")

    def test_one_that_is_idle_when_it_is_stopped_has_a_rest(self):
        process = self.begin_pipe(self.sim())
        self.bring(process, b"to,text\n+491700000001,x\n+4917", end=False)
        support.wait_until(lambda: self.ledger_lines() == 1, "the first row")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7, process.stderr)
        self.assertIn("the pipe had not ended: what it still had to bring was not read\n"
                      "go on with: salvo resume j\n", process.stderr)
        done = self.resume(journal="j")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertNotIn("go on with", done.stderr)
        self.assertEqual(json.loads(self.status("--json", journal="j").stdout)["state"], "finished")

    def test_what_a_dead_sender_had_read_is_sent(self):
        for pack in (bytes, gzip.compress):
            with self.subTest(pack):
                sim = self.sim()
                process = self.begin_pipe(sim, rows=300)
                whole = self.text()
                # Octets that cannot be packed well, so that the packed ones break off in the middle.
                piece = pack(whole)[:-7]
                self.bring(process, piece, end=False)
                support.wait_until(lambda: self.ledger_lines() >= 20, "the first rows")
                process.signal(signal.SIGKILL)
                process.wait()
                status = json.loads(self.status("--json", journal="j").stdout)
                self.assertEqual((status["input_octets"], status["input_ended"], status["state"]),
                                 (len(piece), False, "begun"))
                self.assertIn("it has not ended", self.status(journal="j").stdout)
                done = self.resume("--on-unknown", "resend", journal="j")
                self.assertEqual(done.code, 0, done.stderr)
                self.assertIn("the pipe had not ended", done.stderr)
                rows = len(self.results())
                self.assertIn(rows, (299, 300))  # of a packed one all text may have come
                self.numbers = self.numbers[:rows]
                self.assertEqual(self.outcomes(), {"accepted": rows})
                self.assertEqual(set(self.taken()), set(self.numbers))
                self.assertEqual(done.stderr.count("go on with"), 0)
                sim.signal(signal.SIGINT)
                sim.wait()
                shutil.rmtree(self.path("j"))
                os.remove(self.path("ledger.jsonl"))
                os.remove(self.path(RESULTS))

    def test_a_named_pipe(self):
        sim = self.sim()
        self.numbers = support.numbers(300)
        self.account(sim.port)
        os.mkfifo(self.path("fifo"))
        process = self.start("send", "fifo", "--account", "account.toml", "--rate", 300,
                             "--journal", "j", "--results", RESULTS)
        with open(self.path("fifo"), "wb") as fifo:
            fifo.write(self.text())
        self.stop(process, lines=20)
        os.remove(self.path("fifo"))
        done = self.resume(journal="j")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": 300})
        self.assert_all_taken_once()

    def test_bad_rows_of_what_has_no_name_of_its_own(self):
        self.account(self.sim().port)
        with open(self.path("campaign.csv"), "w", encoding="ascii") as file:
            file.write("to,text\n491700000001,x\nnobody,x\n")
        for name in ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "//dev/./fd/0"):
            with self.subTest(name), open(self.path("campaign.csv"), "rb") as campaign:
                process = self.start("send", name, "--account", "account.toml", stdin=campaign)
                self.assertEqual(process.wait(), 6, process.stderr)
                self.assertIn("bad rows are in 'salvo.rejects.csv'", process.stderr)
                self.assertIn("no journal: a pipe cannot be read again", process.stderr)
                os.remove(self.path("salvo.rejects.csv"))
        self.assertFalse(os.path.exists("/dev/stdin.journal"))

    def test_bad_rows_of_a_named_pipe(self):
        self.account(self.sim().port)
        os.mkfifo(self.path("fifo"))
        process = self.start("send", "fifo", "--account", "account.toml")
        with open(self.path("fifo"), "wb") as fifo:
            fifo.write(b"to,text\n491700000001,x\nnobody,x\n")
        self.assertEqual(process.wait(), 6, process.stderr)
        self.assertIn("bad rows are in 'salvo.rejects.csv'", process.stderr)

    def test_what_was_kept_is_lost(self):
        sim = self.sim()
        process = self.begin_pipe(sim)
        self.bring(process, self.text())
        self.stop(process, lines=20)
        os.remove(self.path("j/input"))
        self.assert_fails(self.resume(journal="j"), 3, "has lost what the pipe brought")

    def test_a_bad_header_is_in_nobodys_way(self):
        sim = self.sim()
        process = self.begin_pipe(sim)
        self.bring(process, b"nonsense\n")
        self.assert_fails(support.Finished(process), 3, "has no column 'to'")
        process = self.begin_pipe(sim, rows=5)
        self.bring(process, self.text())
        self.assertEqual(process.wait(), 0, process.stderr)

    def test_it_is_the_owners_alone(self):
        process = self.begin_pipe(self.sim(), rows=5)
        self.bring(process, self.text())
        self.assertEqual(process.wait(), 0, process.stderr)
        for name in os.listdir(self.path("j")):
            self.assertEqual(os.stat(self.path("j/" + name)).st_mode & 0o7777, 0o600, name)
        with open(self.path("j/input"), "rb") as file:
            self.assertEqual(file.read(), self.text())


if __name__ == "__main__":
    unittest.main()

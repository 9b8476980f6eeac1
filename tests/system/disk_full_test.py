"""A disk that is full while a campaign is sent, and has room again when it goes on."""

import json
import unittest

import support
from disk_case import RESULTS, Disk


class DiskFull(Disk):
    """The journal is on a small disk."""

    def fill(self, rows=40_000, results=RESULTS, **keys):
        return self.run_inside(*self.prepare(rows, results=results, **keys))

    def check_stop(self, done):
        self.assertEqual(done.code, 14, done.stderr)
        self.assertRegex(done.stderr, r"(?m)^(\S+ )?the journal: .*No space left on device")
        self.assertNotRegex(done.stderr, "(?m)^/0:")
        outcomes = self.outcomes()
        self.assertEqual(set(outcomes), {"accepted", "unsent"})
        self.assertEqual(outcomes["accepted"], self.ledger_lines())
        status = self.salvo("status", "disk/j", "--json")
        self.assertEqual(status.code, 0, status.stderr)
        status = json.loads(status.stdout)
        self.assertEqual((status["accepted"], status["unknown"]), (outcomes["accepted"], 0))
        self.assertEqual(status["state"], "stopped")

    def check_end(self, done):
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": len(self.numbers)})
        self.assert_all_taken_once()

    def test_sending_stops_in_order_and_goes_on_with_more_room(self):
        self.mount("256k")
        self.check_stop(self.fill())
        before = self.ledger_lines()
        done = self.salvo("resume", "disk/j")
        self.assertEqual(done.code, 14, done.stderr)
        self.assertIn("No space left on device", done.stderr)
        self.assertEqual(self.ledger_lines(), before)
        grown = self.run_inside("mount", "-o", "remount,size=64m", "disk")
        self.assertEqual(grown.code, 0, grown.stderr)
        self.check_end(self.salvo("resume", "disk/j"))

    def test_an_ext4_without_room_is_no_different(self):
        self.mount_ext4()
        left_kib = int(self.must_inside("df", "--output=avail", "-k", self.DISK).split()[1])
        self.must_inside("fallocate", "-l", f"{left_kib - 400}KiB", "disk/filler")
        self.check_stop(self.fill(binds=2))
        self.must_inside("rm", "disk/filler")
        self.check_end(self.salvo("resume", "disk/j"))

    def lines_on_disk(self):
        return [line.split(",") for line in self.run_inside("cat", "disk/r.csv").stdout.splitlines()]

    def test_no_line_of_results_runs_into_another(self):
        self.mount("1536k")
        done = self.fill(rows=20_000, results="disk/r.csv")
        self.assertEqual(done.code, 14, done.stderr)
        self.assertIn("cannot write the results file 'disk/r.csv': No space left", done.stderr)
        lines = self.lines_on_disk()
        self.assertEqual({len(line) for line in lines[:-1]}, {13})
        self.assertEqual(self.run_inside("mount", "-o", "remount,size=64m", "disk").code, 0)
        done = self.salvo("resume", "disk/j")
        self.assertEqual(done.code, 0, done.stderr)
        lines = self.lines_on_disk()
        self.assertEqual({len(line) for line in lines}, {13})
        self.assertEqual(sorted(int(line[0]) for line in lines[1:]), list(range(1, 20_001)))
        self.assert_all_taken_once()

    def test_a_copy_on_a_larger_disk_goes_on(self):
        self.mount("320k")
        self.check_stop(self.fill(binds=2))
        copied = self.run_inside("cp", "-a", "disk/j", "copy")
        self.assertEqual(copied.code, 0, copied.stderr)
        self.check_end(self.salvo("resume", "copy"))

    def test_no_room_for_what_a_pipe_brings(self):
        self.mount("512k")
        sim = self.sim()
        self.account(sim.port, window=20)
        rows = 20_000
        self.numbers = support.numbers(rows)
        self.write("pipe.csv", "to,text\n" + "".join(f"{n},{'x' * 40}\n" for n in self.numbers))
        done = self.run_inside("sh", "-c", 'cat pipe.csv | "$@"', "sh", support.SALVO, "send", "-",
                               "--account", "account.toml", "--journal", "disk/j", "--results", RESULTS)
        self.assertEqual(done.code, 14, done.stderr)
        self.assertRegex(done.stderr, "No space left on device")
        status = json.loads(self.salvo("status", "disk/j", "--json").stdout)
        self.assertEqual((status["state"], status["input_ended"]), ("stopped", False))
        self.assertEqual(self.run_inside("mount", "-o", "remount,size=64m", "disk").code, 0)
        done = self.salvo("resume", "disk/j")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("the pipe had not ended", done.stderr)
        sent = len(self.results())
        self.assertLess(sent, rows)
        self.numbers = self.numbers[:sent]
        self.check_end(done)

    def test_without_room_for_the_first_octet_nothing_is_sent(self):
        self.mount("4k")
        done = self.fill(rows=10)
        self.assert_fails(done, 14, "No space left on device")
        self.assertEqual(self.ledger_lines(), 0)


if __name__ == "__main__":
    unittest.main()

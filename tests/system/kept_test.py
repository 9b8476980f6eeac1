"""A program that keeps its messages in a journal is killed again and again.

What Submit took is sent, once, or known to be unknown; the program needs to remember nothing.
SALVO_KILLS and SALVO_SEED: how often, and which times. The program is docs/send_kept.cc.
"""

import collections
import os
import random
import re
import signal
import time
import unittest

import support

SEND_KEPT = os.path.abspath(os.environ["SALVO_SEND_KEPT"])
KILLS = int(os.environ.get("SALVO_KILLS", "15"))
SEED = int(os.environ.get("SALVO_SEED", str(time.time_ns())))
FIRST = 491700000000
A_RUN = 4000


class Kept(support.Case):
    def run_program(self, port, first, count):
        process = support.Process([SEND_KEPT, str(port), "j", str(first), str(count)],
                                  cwd=self.folder)
        self.addCleanup(process.end)
        return process

    def test_what_was_taken_is_not_lost(self):
        rng = random.Random(SEED)
        # The simulator's own password: the program has no secret.
        sim = self.start("sim", "--listen", "127.0.0.1:0", "--account", "demo:demo", "--ledger",
                         self.path("ledger.jsonl"), "--delay", "uniform:1ms,20ms")
        port = int(sim.wait_for(r"listening on .*:(\d+)$").group(1))
        kept = set()
        told = set()
        first = FIRST
        for _ in range(KILLS):
            process = self.run_program(port, first, A_RUN)
            process.wait_for(r" kept$", stream="stdout")
            time.sleep(rng.uniform(0, 0.3))
            process.signal(signal.SIGKILL)
            process.wait()
            kept |= self.keys(process, "kept")
            told |= self.keys(process, "accepted")
            first += A_RUN
            support.wait_until(lambda: not support.connections_to(port), "the SMSC to notice")
        process = self.run_program(port, first, 0)
        self.assertEqual(process.wait(), 0, process.stderr)
        told |= self.keys(process, "accepted")
        taken = collections.Counter(int(line["dest"]) for line in self.ledger())
        unknown = self.keys(process, "unknown")
        where = f"seed {SEED}"
        self.assertGreater(len(kept), 0)
        self.assertEqual([key for key in kept if key not in taken and key not in unknown], [], where)
        self.assertEqual([key for key, times in taken.items() if times > 1], [], where)
        self.assertLessEqual(told, set(taken), where)
        print(f"seed {SEED}: {KILLS} kills, {len(kept)} messages kept, {len(taken)} taken, "
              f"{len(unknown)} unknown, none lost, none twice")

    def keys(self, process, word):
        return {int(key) for key in re.findall(rf"^(\d+) {word}$", process.stdout, re.MULTILINE)}


if __name__ == "__main__":
    unittest.main()

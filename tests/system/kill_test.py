"""A sender that is killed again and again, while recovering too, loses nothing and doubles nothing.

Three ledgers are compared: the campaign, what salvo says of it, and what the SMSC took. The SMSC
reads the dead connections to their end before it is asked. SALVO_KILLS sets how many kills there are
(50), SALVO_TEST_SEED when they come; both are printed.
"""

import collections
import json
import os
import random
import signal
import unittest

import support

KILLS = int(os.environ.get("SALVO_KILLS", "50"))
SEED = int(os.environ.get("SALVO_TEST_SEED", str(random.randrange(1 << 32))))
ROWS = 4000
WINDOW = 20


class Kill(support.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.kills = 0
        self.totals = collections.Counter()

    def kill_soon(self, process):
        """Kills the sender after a while; False when it had ended before."""
        recovering = self.random.random() < 0.3
        after = self.random.uniform(0.001, 0.05 if recovering else 0.5)
        try:
            process.popen.wait(after)
            return False
        except support.subprocess.TimeoutExpired:
            process.signal(signal.SIGKILL)
            process.wait()
            self.kills += 1
            return True

    def unknown_rows(self):
        process = self.start("status", "campaign.csv.journal", "--json")
        code = process.wait()
        if code == 10:  # killed before there was a journal
            return None
        self.assertEqual(code, 0, process.stderr)
        return json.loads(process.stdout)["unknown_rows"]

    def send_to_the_end(self, account, binds, on_unknown):
        """Begins a campaign and goes on with it until it is finished; rows that were unknown."""
        send = ("send", "campaign.csv", "--account", account, "--results", "results.csv",
                "--sync", self.sync)
        resume = ("resume", "campaign.csv.journal", "--on-unknown", on_unknown)
        unknown = set()
        command = send
        kills_before = self.kills
        while self.kill_soon(self.start(*command)):
            self.wait_for_sim()
            known = self.unknown_rows()
            command = send if known is None else resume
            unknown.update(known or [])
            kills = self.kills - kills_before
            self.assertLessEqual(len(unknown), kills * binds * WINDOW, f"seed {SEED}")
        process = self.start(*resume)
        self.assertIn(process.wait(), (0, 9, 13), process.stderr)
        unknown.update(self.unknown_rows())
        return unknown

    def wait_for_sim(self):
        """Until the SMSC has read what the dead sender left in its sockets, and closed them."""
        support.wait_until(lambda: not support.connections_to(self.port),
                           "the SMSC to have closed the dead connections")

    def test_three_ledgers_agree(self):
        campaigns = 0
        while self.kills < KILLS:
            on_unknown = self.random.choice(("hold", "hold", "resend"))
            self.sync = self.random.choice(("process", "process", "power"))
            binds = self.random.randint(1, 3)
            sim = self.sim("--delay", self.random.choice(("0", "5ms", "uniform:1ms,20ms")))
            self.port = sim.port
            numbers = support.numbers(ROWS)
            texts = ("short", "y" * 400)
            self.campaign((number, self.random.choice(texts)) for number in numbers)
            account = self.account(sim.port, window=WINDOW, binds=binds, rate=6000)
            unknown = self.send_to_the_end(account, binds, on_unknown)
            sim.signal(signal.SIGINT)
            self.assertEqual(sim.wait(), 0)
            self.check_segments(numbers, unknown, on_unknown)
            campaigns += 1
            for name in ("ledger.jsonl", "results.csv"):
                os.remove(self.path(name))
            support.shutil.rmtree(self.path("campaign.csv.journal"))
        print(f"seed {SEED}: {self.kills} kills in {campaigns} campaigns of {ROWS} rows: "
              f"{dict(self.totals)}, 0 lost, doubled only where that was asked for")

    def check_segments(self, numbers, unknown, on_unknown):
        """The ledger has a line a segment: each is looked at as one of its row."""
        lines = self.ledger()
        rows = {number.lstrip("+"): row for row, number in enumerate(numbers, 1)}
        times = collections.Counter((line["dest"], line["message_hex"]) for line in lines
                                    if line["status"] == 0)
        taken = collections.Counter()
        doubled = set()
        for (dest, _), count in times.items():
            taken[dest] += 1
            if count > 1:
                doubled.add(rows[dest])
        results = self.results()
        self.assert_accounted(len(numbers), results)
        for result in results:
            row, dest = int(result["row"]), result["to"].lstrip("+")
            where = f"row {row}, seed {SEED}"
            self.totals[result["outcome"]] += 1
            if result["outcome"] == "accepted":
                self.assertEqual(taken[dest], int(result["segments"]), f"lost: {where}")
            else:
                self.assertEqual((result["outcome"], row in unknown), ("unknown", True), where)
        self.totals["doubled"] += len(doubled)
        if on_unknown == "hold":
            self.assertEqual(doubled, set(), f"seed {SEED}")
        self.assertLessEqual(doubled, unknown, f"seed {SEED}")


if __name__ == "__main__":
    unittest.main()

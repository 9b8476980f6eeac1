"""Rates hold: never above by more than the burst, never below by more than a hundredth.

The times are those at which the simulator saw each segment. A machine that has other things to do
can bunch them; then a run is measured again, a few times at most: what is wrong is wrong each time.
"""

import unittest

import support

RATE = 10_000
SECONDS = 3
MOST_RUNS = 4
TEN_SEGMENTS = "x" * (153 * 9 + 100)


class Rate(support.Case):
    def measure(self, text, segments, binds, shards):
        """Faults of one run at RATE."""
        rows = RATE * SECONDS // segments
        ledger = f"ledger-{self.next_run}.jsonl"
        self.next_run += 1
        sim = self.sim(ledger=ledger)
        campaign = self.campaign((number, text) for number in support.numbers(rows))
        done = self.send(campaign, "--account", self.account(sim.port, binds=binds, window=500),
                         "--rate", RATE, "--shards", shards)
        self.assertEqual(done.code, 0, done.stderr)
        times = [line["t_ns"] for line in self.ledger(ledger)]
        self.assertEqual(len(times), rows * segments)
        faults = []
        most = support.most_in_a_second(times)
        if most > RATE * 1.01:
            faults.append(f"{most} segments in a second")
        used = (len(times) - 1) / ((max(times) - min(times)) / 1e9)
        if used < RATE * 0.99:
            faults.append(f"{used:.0f} segments a second used")
        return faults

    def check(self, text="x" * 100, segments=1, binds=1, shards=1):
        self.next_run = 1
        for _ in range(MOST_RUNS):
            faults = self.measure(text, segments, binds, shards)
            if not faults:
                return
        self.assertEqual(faults, [])

    def test_one_bind(self):
        self.check()

    def test_four_binds_on_two_shards(self):
        self.check(binds=4, shards=2)

    def test_texts_of_ten_segments(self):
        self.check(text=TEN_SEGMENTS, segments=10, binds=4, shards=2)

    def test_seven_a_second_over_four_binds(self):
        sim = self.sim()
        campaign = self.campaign((number, "x") for number in support.numbers(78))
        done = self.send(campaign, "--account", self.account(sim.port, binds=4), "--rate", 7)
        self.assertEqual(done.code, 0, done.stderr)
        times = sorted(line["t_ns"] for line in self.ledger())
        in_ten_seconds = sum(1 for at in times if at - times[0] < 10_000_000_000)
        self.assertAlmostEqual(in_ten_seconds, 70, delta=1)

    def test_the_rate_of_an_account_holds_like_that_of_the_run(self):
        sim = self.sim()
        campaign = self.campaign((number, "x") for number in support.numbers(61))
        done = self.send(campaign, "--account", self.account(sim.port, binds=3, rate=20))
        self.assertEqual(done.code, 0, done.stderr)
        times = [line["t_ns"] for line in self.ledger()]
        self.assertAlmostEqual((max(times) - min(times)) / 1e9, 3, delta=0.1)

    def test_the_rate_of_a_bind_holds_for_each(self):
        sim = self.sim()
        # Rows so long that they are not handed to one bind at once.
        rows = [(number, "x", "y" * 2000) for number in support.numbers(60)]
        campaign = self.campaign(rows, header=("to", "text", "note"))
        done = self.send(campaign, "--account", self.account(sim.port, binds=2, bind_rate=10))
        self.assertEqual(done.code, 0, done.stderr)
        by_bind = {}
        for line in self.ledger():
            by_bind.setdefault(line["bind"], []).append(line["t_ns"])
        self.assertEqual(len(by_bind), 2)
        for times in by_bind.values():
            self.assertLessEqual(support.most_in_a_second(times), 11)

    def test_the_variable_sets_the_rate(self):
        sim = self.sim()
        campaign = self.campaign((number, "x") for number in support.numbers(31))
        done = self.send(campaign, "--account", self.account(sim.port), env={"SALVO_RATE": "20"})
        self.assertEqual(done.code, 0, done.stderr)
        times = [line["t_ns"] for line in self.ledger()]
        self.assertAlmostEqual((max(times) - min(times)) / 1e9, 1.5, delta=0.1)

    def test_a_flag_comes_before_the_variable(self):
        sim = self.sim()
        campaign = self.campaign((number, "x") for number in support.numbers(100))
        done = self.send(campaign, "--account", self.account(sim.port), "--rate", 1000,
                         env={"SALVO_RATE": "1"})
        self.assertEqual(done.code, 0, done.stderr)
        times = [line["t_ns"] for line in self.ledger()]
        self.assertLess((max(times) - min(times)) / 1e9, 1)


class WithheldAnswer(support.Case):
    """One answer that never comes costs one slot of the window and no more."""

    WINDOW = 10
    ROWS = 1000
    DELAY_MS = 10

    def rate_of(self, numbers, code, ledger):
        sim = self.sim("--magic", "--delay", f"{self.DELAY_MS}ms", ledger=ledger)
        campaign = self.campaign((number, "x") for number in numbers)
        done = self.send(campaign, "--account",
                         self.account(sim.port, window=self.WINDOW, response_timeout="3s"),
                         "--json")
        self.assertEqual(done.code, code, done.stderr)
        times = [line["t_ns"] for line in self.ledger(ledger)]
        self.assertEqual(len(times), self.ROWS)
        return done.summary, self.ROWS / ((max(times) - min(times)) / 1e9)

    def test_one_of_ten(self):
        numbers = support.numbers(self.ROWS)
        _, all_answered = self.rate_of(numbers, 0, "one.jsonl")
        numbers[10] = "+491700007000"
        summary, one_withheld = self.rate_of(numbers, 13, "two.jsonl")
        self.assertEqual((summary["accepted"], summary["unknown"]), (self.ROWS - 1, 1))
        share = (self.WINDOW - 1) / self.WINDOW
        # A little less for the machine's own business.
        self.assertGreater(one_withheld, all_answered * share * 0.95)


if __name__ == "__main__":
    unittest.main()

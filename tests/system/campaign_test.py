"""Whole campaigns: every row arrives once, every row has a result, memory stays small."""

import os
import unittest

import support


class Campaign(support.Case):
    def test_a_hundred_thousand_rows_arrive_exactly_once(self):
        rows = 100_000
        sim = self.sim()
        numbers = support.numbers(rows)
        texts = [f"Message {i} ".ljust(100, "x") for i in range(rows)]
        campaign = self.campaign(zip(numbers, texts))
        done = self.send(campaign, "--account", self.account(sim.port, window=100), "--results",
                         self.path("results.csv"), "--json")
        self.assertEqual(done.code, 0, done.stderr)
        ledger = self.ledger()
        self.assertEqual(len(ledger), rows)
        self.assertEqual({"+" + line["dest"]: bytes.fromhex(line["message_hex"]).decode("ascii")
                          for line in ledger},
                         dict(zip(numbers, texts)))
        self.assertEqual({line["status"] for line in ledger}, {0})

        results = self.results()
        self.assert_accounted(rows, results)
        ids = {line["dest"]: line["message_id"] for line in ledger}
        for result in results:
            self.assertEqual(result["outcome"], "accepted")
            self.assertEqual(result["message_ids"], ids[result["to"].lstrip("+")])
        self.assertEqual(os.stat(self.path("results.csv")).st_mode & 0o777, 0o600)

        summary = done.summary
        self.assertEqual(summary["message_type"], "summary")
        self.assertLessEqual(support.SUMMARY_KEYS, summary.keys())
        self.assertEqual((summary["rows"], summary["accepted"], summary["segments"]),
                         (rows, rows, rows))

    def test_memory_does_not_grow_with_the_campaign(self):
        rows = 300_000
        sim = self.sim()
        text = "x" * 100
        campaign = self.campaign((number, text) for number in support.numbers(rows))
        process = self.start("send", campaign, "--account", self.account(sim.port, window=1000),
                             "--results", self.path("results.csv"))
        self.assertLess(support.most_memory_kib(process), 128 * 1024)
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assertEqual(self.ledger_lines(), rows)


if __name__ == "__main__":
    unittest.main()

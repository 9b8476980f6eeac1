"""Receipts from outside: whatever way the SMSC sends them, every row ends in its right state."""

import collections
import json
import os
import signal
import threading
import unittest

import receipts_case
import support
from receipts_case import JOURNAL, SEED, STATES


class Receipts(receipts_case.Case):
    def run_campaign(self, *flags, count=300, tables=(), **keys):
        sim = self.smsc(*flags)
        self.rows(count)
        self.receipts_account(sim.port, *tables, **keys)
        done = self.send_and_wait()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(done.summary["receipts_waiting"], 0, done.stderr)
        self.assert_states()
        return done, self.counters(sim)

    def test_every_style_is_understood(self):
        for style in ("canonical", "text", "tlv", "payload", "data_sm", "unmarked", "loose", "ucs2"):
            with self.subTest(style):
                tables = ("[receipts]", "unmarked = true") if style == "unmarked" else ()
                self.run_campaign("--receipt-style", style, tables=tables)

    def test_ids_are_found_however_they_are_written(self):
        for form, receipt in (("hex", "decimal"), ("dec", "hex"), ("hex", "upper"),
                              ("hex", "stripped"), ("dec", "padded"), ("uuid", "upper")):
            with self.subTest(f"{form} and {receipt}"):
                self.run_campaign("--id", form, "--receipt-id", receipt, count=1000)

    def test_ids_are_found_in_a_form_that_is_said(self):
        self.run_campaign("--id", "hex", "--receipt-id", "decimal", count=1000,
                          tables=("[receipts]", 'id_resp = "hex"', 'id_receipt = "decimal"'))

    def test_early_twice_intermediate_and_on_another_bind(self):
        done, counters = self.run_campaign(
            "--receipt-early", "50%", "--receipt-twice", "30%", "--receipt-intermediate", "30%",
            "--receipt-bind", "other", "--delay", "uniform:1ms,20ms", count=1000)
        self.assertEqual(counters["receipts"], counters["receipts_acknowledged"])
        segments = done.summary["segments"]
        self.assertGreater(counters["receipts"], 1.4 * segments)
        self.assertEqual(done.summary["delivered"] + done.summary["undelivered"], segments)

    def test_what_memory_has_no_room_for_is_matched_from_the_journal(self):
        sim = self.smsc("--id", "hex", "--receipt-id", "decimal", "--receipt-early", "20%")
        self.rows(600)
        self.receipts_account(sim.port)
        done = self.send_and_wait("--max-waiting-receipts", 20, wait="2s")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_states()
        self.assertEqual(done.summary["receipts_waiting"], 0, done.stderr)
        segments = done.summary["segments"]
        self.assertEqual(done.summary["delivered"] + done.summary["undelivered"], segments)

    def test_a_further_run_counts_those_of_the_runs_before(self):
        sim = self.smsc()
        self.rows(50)
        self.receipts_account(sim.port)
        sent = self.send_and_wait()
        self.assertEqual(sent.code, 0, sent.stderr)
        self.assertGreater(sent.summary["delivered"] * sent.summary["undelivered"], 0, f"seed {SEED}")
        again = support.Finished(self.start("resume", JOURNAL, "--json"))
        self.assertEqual(again.code, 0, again.stderr)
        for key in ("delivered", "undelivered", "receipts_waiting"):
            self.assertEqual(again.summary[key], sent.summary[key], f"{key}, seed {SEED}")

    def test_a_short_dose_of_the_bench(self):
        """bench/receipts.py in small: everything at once, two shards."""
        sim = self.smsc("--receipt-early", "10%", "--receipt-twice", "5%", "--receipt-bind", "other",
                        "--id", "hex", "--receipt-id", "decimal", delay="5ms")
        self.rows(20_000)
        self.receipts_account(sim.port, binds=4, window=100)
        done = self.send_and_wait("--shards", 2)
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_states()
        counters = self.counters(sim)
        self.assertEqual(counters["receipts"], counters["receipts_acknowledged"])

    def test_what_is_still_under_way_has_its_latest_state(self):
        sim = self.smsc("--receipt-intermediate", "100%", delay="60s")
        self.campaign([(number, "x") for number in support.numbers(3)])
        self.receipts_account(sim.port)
        # The intermediate ones come after half of that time: none here, within a second.
        done = self.send_and_wait(wait="1s")
        self.assertEqual((done.code, done.summary["receipts_waiting"]), (0, 3), done.stderr)
        self.assertIn(f"collect the rest with: salvo receipts {JOURNAL}", done.stderr)
        self.assertEqual({result["receipt_state"] for result in self.results()}, {""})
        self.counters(sim)
        os.remove(self.path("results.csv"))
        sim = self.smsc("--receipt-intermediate", "100%", delay="4s")
        self.receipts_account(sim.port)
        self.send_and_wait(wait="3s")
        self.assertEqual({result["receipt_state"] for result in self.results()}, {"ENROUTE"})

    def test_ctrl_c_ends_the_wait_in_order(self):
        sim = self.smsc(delay="60s")
        self.rows(100)
        self.receipts_account(sim.port)
        process = self.start("send", "campaign.csv", "--account", "account.toml", "--results",
                             "results.csv", "--wait-receipts", "10m", "--stats", "100ms")
        process.wait_for(r"receipts 0 delivered, 0 undelivered, \d+ waiting, binds 2/2")
        support.wait_until(lambda: self.ledger_lines() >= 100, "all rows")
        process.wait_for(r"^campaign\.csv: receipts ")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assertIn("no longer waiting for receipts", process.stderr)
        self.assertEqual(self.status_json()["state"], "finished")
        self.assertEqual(self.counters(sim)["unbinds"], 2)

    def test_json_lines_are_filled_too(self):
        sim = self.smsc("--receipt-style", "loose")
        self.rows(300)
        self.receipts_account(sim.port)
        done = self.send("campaign.csv", "--account", "account.toml", "--results",
                         "results.jsonl", "--wait-receipts", "30s")
        self.assertEqual(done.code, 0, done.stderr)
        results = self.ledger("results.jsonl")
        self.assert_states(results)
        self.assertEqual({result["message_type"] for result in results}, {"result"})

    def test_a_pipe_of_json_lines_gets_a_line_for_each_receipt(self):
        sim = self.smsc()
        self.rows(200)
        self.receipts_account(sim.port)
        os.mkfifo(self.path("pipe.jsonl"))
        lines = []

        def read():
            with open(self.path("pipe.jsonl"), encoding="utf-8") as pipe:
                lines.extend(json.loads(line) for line in pipe)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        done = self.send("campaign.csv", "--account", "account.toml", "--results", "pipe.jsonl",
                         "--wait-receipts", "30s", "--json")
        self.assertEqual(done.code, 0, done.stderr)
        reader.join(support.DEADLINE_S)
        kinds = collections.Counter(line["message_type"] for line in lines)
        self.assertEqual(kinds, {"result": 200, "receipt": done.summary["segments"]})
        for line in lines:
            if line["message_type"] == "receipt":
                self.assertEqual(line["receipt_state"], STATES[self.states[line["row"]]])


if __name__ == "__main__":
    print(f"seed {SEED}")
    unittest.main()

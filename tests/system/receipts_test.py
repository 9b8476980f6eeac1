"""Receipts from outside: whatever way the SMSC sends them, every row ends in its right state."""

import collections
import json
import os
import random
import signal
import threading
import unittest

import support

SEED = int(os.environ.get("SALVO_TEST_SEED", str(random.randrange(1 << 32))))
STATES = {2: "DELIVERED", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIVERABLE", 8: "REJECTED"}
JOURNAL = "campaign.csv.journal"


class Receipts(support.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    def rows(self, count):
        """Rows to destinations that say what their receipt will be; the states, by row."""
        self.states = {row: self.random.choice(list(STATES)) for row in range(1, count + 1)}
        self.campaign((f"+4917{row:07d}600{state}", self.random.choice(("short", "y" * 400)))
                      for row, state in self.states.items())

    def smsc(self, *flags, delay="20ms", **options):
        return self.sim("--magic", "--receipts", delay, "--json", *flags, **options)

    def receipts_account(self, port, *tables, **keys):
        path = self.account(port, **{"registered_delivery": 1, "binds": 2, "window": 50, **keys})
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in tables)
        return path

    def send_and_wait(self, *flags, wait="30s"):
        return self.send("campaign.csv", "--account", "account.toml", "--results", "results.csv",
                         "--wait-receipts", wait, "--json", *flags)

    def collect(self, *flags, journal=JOURNAL):
        return support.Finished(self.start("receipts", journal, "--json", *flags))

    def status_json(self):
        done = support.Finished(self.start("status", JOURNAL, "--json"))
        self.assertEqual(done.code, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_states(self, results=None):
        """Every row has the state that its destination asked for, and a time."""
        results = self.results() if results is None else results
        self.assert_accounted(len(self.states), results)
        for result in results:
            state = self.states[int(result["row"])]
            where = f"row {result['row']}, seed {SEED}"
            self.assertEqual(result["receipt_state"], STATES[state], where)
            self.assertRegex(result["receipt_at"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")

    def counters(self, sim):
        sim.signal(signal.SIGINT)
        self.assertEqual(sim.wait(), 0)
        return json.loads(sim.stdout)

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

    def send_without_wait(self, *flags, count=500, results="results.csv", delay="2s", **keys):
        sim = self.smsc(*flags, delay=delay)
        self.rows(count)
        self.receipts_account(sim.port, **keys)
        done = self.send("campaign.csv", "--account", "account.toml", "--results", results)
        self.assertEqual(done.code, 0, done.stderr)
        return sim

    def test_receipts_are_collected_later(self):
        sim = self.send_without_wait("--receipt-bind", "other")
        waiting = self.status_json()["receipts_waiting"]
        self.assertGreater(waiting, 0)
        done = self.collect("--wait", "30s")
        self.assertEqual((done.code, done.summary["receipts_waiting"]), (0, 0), done.stderr)
        self.assertEqual(done.summary["delivered"] + done.summary["undelivered"], waiting)
        self.assert_states()
        status = self.status_json()
        self.assertEqual((status["receipts_waiting"], status["state"]), (0, "finished"))
        # All are in: nobody is asked again.
        self.counters(sim)
        done = self.collect()
        self.assertEqual((done.code, done.summary["receipts"]), (0, 0), done.stderr)
        self.assert_states()

    def test_a_transceiver_collects_them_too(self):
        self.send_without_wait(count=50)
        done = self.collect("--wait", "30s", "--transceiver")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("as transceiver", done.stderr)
        self.assert_states()

    def test_some_are_still_outstanding(self):
        self.send_without_wait(count=20, delay="60s")
        done = self.collect("--wait", "300ms")
        self.assertEqual(done.code, 7, done.stderr)
        self.assertGreater(done.summary["receipts_waiting"], 0)
        self.assertIn("still outstanding", done.stderr)

    def test_nobody_answers_and_nobody_is_let_in(self):
        sim = self.send_without_wait(count=20, delay="60s")
        with open(self.path("account.toml"), encoding="utf-8") as file:
            text = file.read()
        self.write("account.toml", text.replace(support.PASSWORD, "wrong"))
        self.assertEqual(self.collect("--wait", "1s").code, 5)
        self.write("account.toml", text)
        self.counters(sim)
        self.assertIn(self.collect("--wait", "300ms").code, (4, 7))

    def test_what_is_no_journal_and_what_is_in_use(self):
        self.assert_fails(support.Finished(self.start("receipts", "nowhere")), 10, "nowhere")
        self.send_without_wait(count=20, delay="60s")
        first = self.start("receipts", JOURNAL, "--wait", "10m")
        first.wait_for("as receiver")
        self.assert_fails(support.Finished(self.start("receipts", JOURNAL)), 11)
        first.signal(signal.SIGINT)
        self.assertEqual(first.wait(), 7, first.stderr)

    def test_after_a_kill_receipts_are_collected_and_the_rest_is_sent(self):
        sim = self.smsc("--delay", "1ms", delay="1s")
        self.rows(3000)
        self.receipts_account(sim.port)
        process = self.start("send", "campaign.csv", "--account", "account.toml", "--results",
                             "results.csv", "--rate", 2000, "--wait-receipts", "1m")
        support.wait_until(lambda: self.ledger_lines() > 2000, "a part of the rows")
        process.signal(signal.SIGKILL)
        process.wait()
        done = self.collect("--wait", "20s")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.status_json()["receipts_waiting"], 0)
        resumed = support.Finished(self.start("resume", JOURNAL))
        self.assertIn(resumed.code, (0, 13), resumed.stderr)
        results = self.results()
        self.assert_accounted(len(self.states), results)
        for result in results:
            if result["outcome"] == "accepted":
                self.assertEqual(result["receipt_state"],
                                 STATES[self.states[int(result["row"])]], f"{result}, seed {SEED}")
        outcomes = collections.Counter(result["outcome"] for result in results)
        self.assertEqual(set(outcomes) - {"accepted", "unknown"}, set())
        self.assertLessEqual(outcomes["unknown"], 2 * 50)

    def test_killed_while_it_waited(self):
        sim = self.smsc(delay="1s")
        self.rows(500)
        self.receipts_account(sim.port)
        process = self.start("send", "campaign.csv", "--account", "account.toml", "--results",
                             "results.csv", "--wait-receipts", "1m", "--stats", "50ms")
        process.wait_for(r"^campaign\.csv: receipts ")
        process.signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(self.collect("--wait", "20s").code, 0)
        resumed = support.Finished(self.start("resume", JOURNAL))
        self.assertEqual(resumed.code, 0, resumed.stderr)
        self.assert_states()

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

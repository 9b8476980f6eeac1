"""salvo plan, as people and scripts call it; and whether a real run takes what it says."""

import json
import os
import unittest

from support import Case, Finished, numbers

BENCH = {"message_type": "summary", "schema": 1, "cases": [
    {"window": window, "binds": 1, "text_octets": 100, "tls": False, "journal": journal,
     "segments_per_s": rate, "cpu_ns": 2000.0, "sync_us": 500.0, "delay_ms": 0.0, "noisy": False}
    for window, journal, rate in ((10, "process", 20000.0), (100, "process", 90000.0),
                                  (100, "power", 30000.0))]}


class Plan(Case):
    def plan(self, *arguments):
        return Finished(self.start("plan", *arguments))

    def planned(self, *arguments, code=0):
        done = self.plan(*arguments, "--json")
        self.assertEqual(done.code, code, done.stderr)
        self.assertEqual(len(done.messages), 1)
        self.assertEqual((done.summary["message_type"], done.summary["schema"]), ("plan", 1))
        return done.summary

    def test_little_s_law_gives_window_and_end(self):
        plan = self.planned("--messages", 1000000, "--rate", 1000, "--rtt", "80ms",
                            "--start", "2026-11-20 09:00")
        self.assertEqual(plan["bottleneck"], "rate")
        self.assertEqual(plan["needs"]["places"], 80)
        self.assertTrue(plan["finish"].startswith("2026-11-20T09:16:40"), plan["finish"])

    def test_people_get_a_table(self):
        done = self.plan("--messages", 5000, "--rtt", "200ms", "--window", 10, "--binds", 1)
        self.assertEqual((done.code, done.stderr), (0, ""))
        self.assertIn("bottleneck   the window: 50 a second", done.stdout)

    def test_the_account_says_what_is_fixed_and_flags_say_what_if(self):
        account = self.account(2775, rate=500, window=20, binds=2, registered_delivery=1)
        arguments = ("--messages", 1000, "--account", account, "--rtt", "100ms")
        plan = self.planned(*arguments)
        self.assertEqual(plan["limits"], {"window": 400, "rate": 500})
        self.assertEqual(plan["receipts_per_s"], 400)
        self.assertEqual(self.planned(*arguments, "--window", 50)["bottleneck"], "rate")

    def test_a_deadline_that_is_missed_is_exit_code_8(self):
        arguments = ("--messages", 1000000, "--rate", 10, "--rtt", "80ms",
                     "--start", "2026-11-20 09:00", "--hours", "09:00-17:00", "--deadline")
        missed = self.planned(*arguments, "2026-11-21 17:00", code=8)
        self.assertEqual(missed["deadline_missed_by"], ["rate"])
        self.assertEqual(missed["deadline_sending_s"], 16 * 3600)
        self.assertAlmostEqual(missed["deadline_needs"]["segments_per_s"], 17.36, places=2)
        self.assertEqual(self.plan(*arguments, "2026-11-21 17:00").code, 8)

    def test_a_campaign_is_counted_as_a_dry_run_counts_it(self):
        to = numbers(30)
        rows = [(number, "x" * 200 if i % 3 == 0 else "Привет") for i, number in enumerate(to)]
        campaign = self.campaign(rows + [("nobody", "text")])
        account = self.account(2775)
        dry = self.send(campaign, "--account", account, "--dry-run", "--json").messages[0]
        done = self.plan(campaign, "--account", account, "--rtt", "10ms", "--json")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("1 bad row", done.stderr)
        self.assertEqual((done.summary["messages"], done.summary["segments"]),
                         (dry["rows"], dry["segments"]))
        # A plan is a look: only the dry run wrote the bad rows down.
        os.remove(campaign + ".rejects.csv")
        self.plan(campaign, "--account", account, "--rtt", "10ms")
        self.assertFalse(os.path.exists(campaign + ".rejects.csv"))

    def test_a_machine_that_was_measured_is_a_limit(self):
        bench = self.write("bench.json", json.dumps(BENCH) + "\n")
        arguments = ("--messages", 1000000, "--rate", 1000000, "--rtt", "10ms", "--from", bench)
        plan = self.planned(*arguments)
        self.assertEqual((plan["bottleneck"], plan["segments_per_s"]), ("machine", 90000))
        self.assertAlmostEqual(plan["busy_cores"], 0.18)
        plan = self.planned(*arguments, "--sync", "power")
        self.assertEqual(plan["segments_per_s"], 30000)
        self.assertEqual(plan["needs"]["places"], 323)  # 10 ms and 1.5 syncs of 0.5 ms
        self.assert_fails(self.plan(*arguments, "--tls"), 2, "bench.json", "salvo bench", "--tls on")
        self.write("bench.json", json.dumps({**BENCH, "rate": 100.0}))
        self.assert_fails(self.plan(*arguments), 2, "bench.json", "--rate")

    def test_of_a_payload_a_place_is_one_of_a_message(self):
        campaign = self.campaign((number, "x" * 450) for number in numbers(100))
        account = self.account(2775, rate=500, window=10, concatenation="payload",
                               registered_delivery=1)
        plan = self.planned(campaign, "--account", account, "--rtt", "50ms", "--deadline", "1s")
        self.assertEqual(plan["limits"], {"rate": 500, "window": 600})
        self.assertAlmostEqual(plan["receipts_per_s"], 166.667)
        self.assertTrue(plan["deadline_met"])

    def test_binds_come_up_as_the_account_has_it(self):
        arguments = ("--messages", 5000, "--rtt", "80ms")
        limits = {"rate": 1000, "window": 1, "binds": 80}
        account = self.account(2775, reconnect__bind_interval="200ms", **limits)
        self.assertAlmostEqual(self.planned(*arguments, "--account", account)["sending_s"], 12.6,
                               places=1)
        account = self.account(2775, reconnect__bind_interval="0s", **limits)
        self.assertAlmostEqual(self.planned(*arguments, "--account", account)["sending_s"], 5.08)

    def test_the_ways_to_a_rate_are_alternatives(self):
        plan = self.planned("--messages", 1000000, "--rate", 1000, "--window", 50, "--binds", 1,
                            "--rtt", "80ms", "--deadline", "20m", code=8)
        for needs in (plan["needs"], plan["deadline_needs"]):
            self.assertEqual(len(needs["ways"]), 2)
            for way in needs["ways"]:
                self.assertGreaterEqual(way["window"] * way["binds"], needs["places"])

    def test_a_transmitter_gets_no_receipts(self):
        account = self.account(2775, bind_type="transmitter", rate=100,
                               registered_delivery=1)
        done = self.plan("--messages", 1000, "--rtt", "10ms", "--account", account, "--json")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(done.summary["receipts_per_s"], 0)
        self.assertIn("warning: bind_type", done.stderr)

    def test_what_is_missing_or_wrong_is_named_with_the_way_out(self):
        usual = ("--messages", 5, "--rtt", "10ms", "--rate", 10)
        for arguments, *parts in (
                ((), "--messages"),
                (("--messages", 5), "--rtt"),
                ((*usual, "--deadline", ""), "--deadline", "empty"),
                ((*usual, "--deadline", "10ms"), "--deadline", "--rtt"),
                ((*usual, "--tls"), "--tls", "--from"),
                ((*usual, "--window", 65537), "--window", "65536"),
                ((*usual, "--segments-per-message", "nan"), "--segments-per-message"),
                ((*usual, "--segments-per-message", "0.5"), "--segments-per-message"),
                ((*usual, "--start", "infinite-future"), "--start"),
                (("--messages", 0, "--rtt", "1s"), "--messages", "whole number"),
                (("--messages", 5, "--rtt", "10"), "--rtt", "500ms"),
                (("--messages", 5, "--rtt", "10ms"), "--rate", "--window", "--deadline"),
                ((*usual, "--hours", "late"), "--hours", "09:00-20:00"),
                ((*usual, "--deadline", "soon"), "--deadline", "18:00"),
                ((*usual, "--start", "soon"), "--start"),
                ((*usual, "--hours", "3h", "--start", "2026-11-20 09:00", "--deadline",
                  "2026-11-20 08:00"), "--deadline", "--hours"),
                ((*usual, "--window", "0"), "--window"),
                ((*usual, "--id-length", "65"), "--id-length", "64"),
                ((*usual, "--binds", "-1"), "--binds"),
                ((*usual, "--segments-per-message", "0.5"), "--segments-per-message"),
                ((*usual, "--from", "missing.json"), "--from", "missing.json"),
                ((*usual, "--name", "one"), "--name", "--account"),
                ((*usual, "--text", "Hi"), "--text", "campaign")):
            with self.subTest(arguments=arguments):
                self.assert_fails(self.plan(*arguments), 2, *parts)

    def test_of_several_accounts_one_is_chosen(self):
        file = self.write("two.toml", "".join(
            f'[account.{name}]\nhost = "127.0.0.1"\nsystem_id = "a"\nrate = {rate}\n'
            for name, rate in (("one", 10), ("two", 20))))
        os.chmod(file, 0o600)
        arguments = ("--messages", 5, "--rtt", "10ms", "--account", file)
        self.assert_fails(self.plan(*arguments), 2, "--name", "one, two")
        self.assert_fails(self.plan(*arguments, "--name", "three"), 2, "'three'", "one, two")
        self.assertEqual(self.planned(*arguments, "--name", "two")["limits"]["rate"], 20)

    def test_a_campaign_that_cannot_be_read_is_exit_code_3(self):
        self.assert_fails(self.plan("no.csv", "--rate", 10, "--rtt", "10ms"), 3, "no.csv")
        empty = self.write("empty.csv", "to,text\n")
        self.assert_fails(self.plan(empty, "--rate", 10, "--rtt", "10ms"), 3, "empty.csv")

    def test_a_run_takes_the_disk_that_was_planned(self):
        sim = self.sim("--delay", "5ms", "--receipts", "100ms")
        rows = 20000
        campaign = self.campaign([(number, "x" * 100) for number in numbers(rows)])
        account = self.account(sim.port, window=100, registered_delivery=1)
        plan = self.planned(campaign, "--account", account, "--rtt", "5ms")
        sent = self.start("send", campaign, "--account", account, "--results",
                          self.path("results.csv"), "--wait-receipts", "60s")
        self.assertEqual(sent.wait(), 0, sent.stderr)
        journal = sum(os.path.getsize(os.path.join(folder, name))
                      for folder, _, names in os.walk(campaign + ".journal") for name in names
                      if name.endswith(".journal"))
        self.assert_about(plan["journal_octets"], journal)
        self.assert_about(plan["results_octets"], os.path.getsize(self.path("results.csv")))

    def test_message_ids_take_the_disk_that_was_planned(self):
        sim = self.sim("--id", "uuid", "--receipts", "100ms")
        campaign = self.campaign([(number, "x") for number in numbers(5000)])
        account = self.account(sim.port, window=100, registered_delivery=1)
        plan = self.planned(campaign, "--account", account, "--rtt", "5ms", "--id-length", 36)
        done = self.send(campaign, "--account", account, "--results", self.path("results.csv"),
                         "--wait-receipts", "60s")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(len(self.results()[0]["message_ids"]), 36)
        self.assert_about(plan["results_octets"], os.path.getsize(self.path("results.csv")), 0.95, 1.1)

    def assert_about(self, planned, real, least=0.8, most=1.5):
        self.assertGreater(planned, least * real)
        self.assertLess(planned, most * real)


if __name__ == "__main__":
    unittest.main()

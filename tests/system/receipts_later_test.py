"""Receipts that come when the sender is gone: salvo receipts, after a finished run or a kill."""

import collections
import signal
import unittest

import receipts_case
import support
from receipts_case import JOURNAL, SEED, STATES


class ReceiptsLater(receipts_case.Case):
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

    def test_what_an_earlier_run_was_told_is_not_counted_again(self):
        # What memory has no room for is found when the wait is over.
        for flags, wait in (((), "30s"), (("--max-waiting-receipts", 30), "8s")):
            with self.subTest(flags):
                self.count_once(wait, *flags)

    def count_once(self, wait, *flags):
        sim = self.smsc(delay="uniform:0s,3s")
        self.rows(400)
        self.receipts_account(sim.port)
        sent = self.send("campaign.csv", "--account", "account.toml", "--results", "results.csv",
                         "--wait-receipts", "1s", "--json", *flags)
        self.assertEqual(sent.code, 0, sent.stderr)
        before = self.status_json()
        self.assertGreater(before["delivered"] * before["undelivered"], 0, before)
        self.assertGreater(before["receipts_waiting"], 0)
        done = self.collect("--wait", wait)
        self.assertEqual(done.code, 0, done.stderr)
        told = done.summary["delivered"] + done.summary["undelivered"]
        self.assertEqual(told, before["receipts_waiting"])
        self.assertEqual(told, done.summary["receipts"])
        after = self.status_json()
        self.assertEqual(after["delivered"], before["delivered"] + done.summary["delivered"])
        self.assertEqual(after["undelivered"], before["undelivered"] + done.summary["undelivered"])
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

    def test_accounts_in_another_order_are_refused_while_receipts_count(self):
        names = ("north", "south", "west")
        logins = [part for name in names for part in ("--account", f"{name}:{support.PASSWORD}")]
        sim = self.smsc(*logins, delay="1s")
        self.rows(40)
        path = self.receipts_account(sim.port)
        with open(path, encoding="utf-8") as file:
            keys = file.read()
        table = {name: f"[account.{name}]\n" + keys.replace("demo", name) for name in names}
        self.write("account.toml", table["north"] + table["south"])
        done = self.send("campaign.csv", "--account", "account.toml", "--results", "results.csv")
        self.assertEqual(done.code, 0, done.stderr)
        for command in ("receipts", "resume"):
            self.write("account.toml", table["south"] + table["north"])
            self.assert_fails(support.Finished(self.start(command, JOURNAL)), 2,
                              "north, south", "south, north", "by their order")
        self.write("account.toml", table["north"] + table["south"] + table["west"])
        self.assertEqual(self.collect("--wait", "20s").code, 0)
        self.assert_states()

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

    def test_receipts_of_the_campaign_before_settle_nothing(self):
        """Ids are decimal and consecutive: those of one campaign read to another base are the other's."""
        for tables in ((), ("[receipts]", 'id_resp = "raw"', 'id_receipt = "raw"')):
            with self.subTest(tables):
                sim = self.smsc(delay="1s")
                self.receipts_account(sim.port, *tables)
                self.campaign([(f"4917{i}6005", "a") for i in range(1000, 1600)], "before.csv")
                done = self.send("before.csv", "--account", "account.toml", "--again")
                self.assertEqual(done.code, 0, done.stderr)
                self.campaign([(f"4918{i}6002", "b") for i in range(1000, 1500)])
                self.states = {row: 2 for row in range(1, 501)}
                done = self.send("campaign.csv", "--account", "account.toml", "--results",
                                 "results.csv", "--again", "--wait-receipts", "30s", "--json")
                self.assertEqual((done.code, done.summary["undelivered"]), (0, 0), done.stderr)
                self.assertNotIn("in hexadecimal", done.stderr)
                self.assert_states()
                status = self.status_json()
                self.assertEqual([status[key] for key in
                                  ("delivered", "undelivered", "receipts_waiting")], [500, 0, 0])
                self.assertEqual(self.collect("--wait", "1s").code, 0)
                self.assert_states()
                sim.signal(signal.SIGINT)
                sim.wait()

    def test_a_row_without_an_answer_lends_its_receipt_to_no_other(self):
        """Row 20's answer is lost; its id, 20, is 0x14, and 14 is that of another row."""
        sim = self.smsc(delay="50ms")
        self.receipts_account(sim.port, binds=1, window=1, response_timeout="1s")
        self.campaign([(f"4917{i}6999", "x") for i in range(1000, 1019)] + [("491700007000", "x")])
        done = self.send_and_wait(wait="2s")
        self.assertEqual(done.code, 13, done.stderr)
        self.assertEqual({row["receipt_state"] for row in self.results()}, {""})
        self.assertEqual(self.status_json()["delivered"], 0)

    def test_receipts_of_unknown_rows_settle_them_before_they_are_sent_again(self):
        for mode in ("hold", "resend"):
            with self.subTest(mode):
                sim = self.smsc(delay="2s")
                self.receipts_account(sim.port, binds=1, window=1, response_timeout="1s",
                                      receipts__reference=True)
                self.campaign([("491700006999", "x"), ("491700007000", "x")])
                done = self.send("campaign.csv", "--account", "account.toml", "--results",
                                 "results.csv", "--again")
                self.assertEqual(done.code, 13, done.stderr)
                sent = self.ledger_lines()
                # The unknown row is all that is open but one whose receipt never comes.
                done = self.collect("--wait", "4s")
                self.assertEqual(done.summary["receipts_unmatched"], 0)
                self.assertEqual((done.summary["receipts_probable"], done.summary["unknown"]), (1, 1))
                self.assertIn("1 row of unknown fate", done.stderr)
                self.assertIn("salvo resume", done.stderr)
                resumed = support.Finished(self.start("resume", JOURNAL, "--on-unknown", mode))
                self.assertEqual(resumed.code, 0, resumed.stderr)
                self.assertEqual([(row["outcome"], row["receipt_state"]) for row in self.results()],
                                 [("accepted", ""), ("accepted", "DELIVERED")])
                self.assertEqual(self.ledger_lines(), sent)
                sim.signal(signal.SIGINT)
                sim.wait()

    def test_only_unknown_rows_are_waited_for(self):
        sim = self.smsc(delay="6s")
        self.receipts_account(sim.port, binds=1, window=1, response_timeout="1s",
                              receipts__reference=True)
        self.campaign([("491700007000", "x")])
        done = self.send("campaign.csv", "--account", "account.toml", "--results", "results.csv")
        self.assertEqual(done.code, 13, done.stderr)
        done = self.collect("--wait", "10m")
        self.assertEqual((done.code, done.summary["receipts"]), (0, 1), done.stderr)
        resumed = support.Finished(self.start("resume", JOURNAL))
        self.assertEqual(resumed.code, 0, resumed.stderr)
        self.assertEqual(self.results()[0]["receipt_state"], "DELIVERED")

    def test_the_receipt_of_an_unknown_row_is_looked_for_over_all_accounts(self):
        names = ("north", "south")
        logins = [part for name in names for part in ("--account", f"{name}:{support.PASSWORD}")]
        sim = self.smsc(*logins, delay="2s")
        path = self.receipts_account(sim.port, binds=1, window=1, response_timeout="1s",
                                     receipts__reference=True)
        with open(path, encoding="utf-8") as file:
            keys = file.read()
        north, south = (f"[account.{name}]\n" + keys.replace("demo", name) for name in names)
        self.write("account.toml", north + 'bind_type = "receiver"\n' + south)
        self.campaign([("491700007000", "x")])
        done = self.send("campaign.csv", "--account", "account.toml", "--results", "results.csv")
        self.assertEqual(done.code, 13, done.stderr)
        done = self.collect("--wait", "10m")
        self.assertEqual(done.code, 0, done.stderr)
        resumed = support.Finished(self.start("resume", JOURNAL))
        self.assertEqual(resumed.code, 0, resumed.stderr)
        self.assertEqual(self.results()[0]["receipt_state"], "DELIVERED")

    def test_unknown_rows_that_nobody_could_be_asked_about_are_outstanding(self):
        sim = self.smsc(delay="60s")
        self.receipts_account(sim.port, binds=1, window=1, response_timeout="1s",
                              reconnect__initial="10ms", receipts__reference=True)
        self.campaign([("491700007000", "x")])
        self.assertEqual(self.send("campaign.csv", "--account", "account.toml").code, 13)
        done = self.collect("--wait", "1s")
        self.assertEqual((done.code, done.summary["unknown"]), (7, 1), done.stderr)
        sim.signal(signal.SIGKILL)
        sim.wait()
        done = self.collect("--wait", "10m")
        self.assertEqual(done.code, 4, done.stderr)

    def test_messages_that_are_no_receipts_are_counted(self):
        sim = self.smsc(delay="50ms")
        self.receipts_account(sim.port)
        self.campaign([(f"49170000{i}4000", "STOP?") for i in range(3)])
        done = self.send_and_wait()
        self.assertEqual((done.code, done.summary["inbound"]), (0, 3), done.stderr)
        self.assertIn("3 messages came that are no receipts", done.stderr)

    def test_segments_without_an_id_are_told_instead_of_waited_for(self):
        self.receipts_account(self.smsc(delay="50ms").port)
        self.campaign([(f"49170000{i}7007", "x") for i in range(3)])
        done = self.send_and_wait(wait="2s")
        self.assertEqual((done.code, done.summary["accepted_without_id"]), (0, 3), done.stderr)
        self.assertNotIn("no receipt came", done.stderr)
        self.assertEqual(self.status_json()["accepted_without_id"], 3)
        done = self.collect()
        self.assertEqual((done.code, done.summary["accepted_without_id"]), (0, 3), done.stderr)
        self.assertIn("3 segments were accepted without a message id", done.stderr)

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


if __name__ == "__main__":
    print(f"seed {SEED}")
    unittest.main()

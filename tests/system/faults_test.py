"""Whatever the SMSC does, the run ends with every row accounted for, and none is sent twice."""

import collections
import json
import signal
import unittest

import support

ROWS = 20_000


class Faults(support.Case):
    def start_campaign(self, sim, rows=ROWS, **keys):
        self.rows = rows
        self.campaign((number, "Hello") for number in support.numbers(rows))
        account = self.account(sim.port, **{"window": 50, "binds": 2, "response_timeout": "2s",
                                            "bind_timeout": "2s", "reconnect__max": "200ms",
                                            **keys})
        return self.start("send", self.path("campaign.csv"), "--account", account, "--results",
                          self.path("results.csv"), "--json", "--stats", "200ms")

    def check_promises(self, process, code):
        """What holds after any fault. Returns the count of rows by outcome."""
        self.assertEqual(process.wait(), code, process.stderr)
        results = self.results()
        self.assert_accounted(self.rows, results)
        # Sent again only what was refused.
        ledger = self.ledger()
        taken = collections.Counter(line["dest"] for line in ledger if line["status"] == 0)
        self.assertEqual([number for number, times in taken.items() if times > 1], [])
        last = {}
        for line in ledger:
            self.assertNotEqual(last.get(line["dest"]), 0)
            last[line["dest"]] = line["status"]
        by_status = {line["dest"]: line["status"] for line in self.ledger()}
        outcomes = collections.Counter()
        for result in results:
            outcomes[result["outcome"]] += 1
            number = result["to"].lstrip("+")
            if result["outcome"] == "accepted":
                self.assertEqual(by_status.get(number), 0)
            elif result["outcome"] == "rejected":
                self.assertEqual(by_status.get(number), int(result["status"]))
            elif result["outcome"] == "unsent":
                self.assertNotIn(number, by_status)
        summary = json.loads(process.stdout.splitlines()[-1])
        for outcome in ("accepted", "rejected", "unknown", "unsent"):
            self.assertEqual(summary[outcome], outcomes[outcome], outcome)
        self.assertEqual(summary["messages"], self.rows)
        return outcomes

    def wait_for_ledger(self, lines):
        support.wait_until(lambda: self.ledger_lines() >= lines, f"{lines} lines of the ledger")

    def test_an_smsc_that_is_killed_and_comes_back(self):
        sim = self.sim("--delay", "20ms")
        process = self.start_campaign(sim)
        self.wait_for_ledger(2000)
        sim.signal(signal.SIGKILL)
        sim.wait()
        self.sim("--delay", "20ms", port=sim.port)
        outcomes = self.check_promises(process, 13)
        # What was in flight, and no more than that.
        self.assertGreater(outcomes["unknown"], 0)
        self.assertLessEqual(outcomes["unknown"], 2 * 50)
        self.assertEqual(outcomes["accepted"] + outcomes["unknown"], ROWS)

    def test_an_smsc_that_stops_and_closes_in_order(self):
        sim = self.sim("--delay", "20ms")
        process = self.start_campaign(sim)
        self.wait_for_ledger(2000)
        sim.signal(signal.SIGINT)
        self.assertEqual(sim.wait(), 0)
        self.sim("--delay", "20ms", port=sim.port)
        outcomes = self.check_promises(process, 13)
        self.assertLessEqual(outcomes["unknown"], 2 * 50)

    def test_an_smsc_that_stands_still_for_a_while(self):
        sim = self.sim("--delay", "10ms")
        process = self.start_campaign(sim, response_timeout="1500ms", enquire_link="0")
        self.wait_for_ledger(2000)
        sim.signal(signal.SIGSTOP)
        # Longer than answers are waited for.
        process.wait_for("a whole window of submit_sm was not answered in time")
        sim.signal(signal.SIGCONT)
        outcomes = self.check_promises(process, 13)
        self.assertLessEqual(outcomes["unknown"], 2 * 50)

    def test_an_smsc_that_stands_still_shorter_than_anybody_waits(self):
        sim = self.sim("--delay", "10ms")
        process = self.start_campaign(sim, response_timeout="30s", rows=10_000)
        self.wait_for_ledger(1000)
        sim.signal(signal.SIGSTOP)
        before = self.ledger_lines()
        process.wait_for(r'"message_type":"status".*"segments_per_s":0\.000', stream="stdout",
                         deadline_s=20)
        self.assertEqual(self.ledger_lines(), before)
        sim.signal(signal.SIGCONT)
        outcomes = self.check_promises(process, 0)
        self.assertEqual(outcomes["accepted"], 10_000)

    def test_an_smsc_that_refuses_some_for_good(self):
        sim = self.sim("--error", "ESME_RINVSRCADR=5%", "--error", "ESME_RINVDSTADR=1%")
        outcomes = self.check_promises(self.start_campaign(sim), 6)
        self.assertAlmostEqual(outcomes["rejected"] / ROWS, 0.06, delta=0.01)
        names = {result["status_name"] for result in self.results()}
        self.assertEqual(names, {"ESME_ROK", "ESME_RINVSRCADR", "ESME_RINVDSTADR"})

    def test_an_smsc_that_refuses_some_for_now(self):
        sim = self.sim("--error", "ESME_RSYSERR=5%")
        process = self.start_campaign(sim, retry__delay="100ms")
        outcomes = self.check_promises(process, 0)
        self.assertEqual(outcomes["accepted"], ROWS)
        summary = json.loads(process.stdout.splitlines()[-1])
        self.assertAlmostEqual(summary["retries"] / ROWS, 0.05 / 0.95, delta=0.01)

    def test_an_smsc_that_throttles(self):
        sim = self.sim("--tps", "500")
        process = self.start_campaign(sim, rows=2000, retry__delay="500ms",
                                      retry__multiplier=0)
        outcomes = self.check_promises(process, 0)
        self.assertEqual(outcomes["accepted"], 2000)
        summary = json.loads(process.stdout.splitlines()[-1])
        self.assertGreater(summary["throttled"], 0)
        self.assertEqual(summary["throttled"], summary["retries"])
        self.assertIn("the SMSC throttles: slowed down to", process.stderr)

    def test_an_smsc_that_answers_out_of_order(self):
        sim = self.sim("--delay", "mix:50%0,40%5ms,10%60ms")
        outcomes = self.check_promises(self.start_campaign(sim), 0)
        self.assertEqual(outcomes["accepted"], ROWS)

    def test_an_smsc_with_a_smaller_window_than_ours(self):
        sim = self.sim("--window", "10", "--delay", "20ms")
        process = self.start_campaign(sim, rows=2000, retry__delay="100ms", retry__multiplier=0)
        outcomes = self.check_promises(process, 0)
        self.assertEqual(outcomes["accepted"], 2000)

    def test_binds_beyond_the_limit_do_not_harm_the_others(self):
        sim = self.sim("--max-binds", "1")
        outcomes = self.check_promises(self.start_campaign(sim, binds=3), 0)
        self.assertEqual(outcomes["accepted"], ROWS)

    def test_an_smsc_that_sends_one_octet_at_a_time(self):
        sim = self.sim("--one-octet", "0", "--receipts", "0")
        process = self.start_campaign(sim, rows=1000, registered_delivery=1)
        outcomes = self.check_promises(process, 0)
        self.assertEqual(outcomes["accepted"], 1000)

    def test_an_smsc_whose_answer_to_the_bind_drips(self):
        """What comes octet by octet is no answer yet: the time for it goes on."""
        sim = self.sim("--one-octet", "400ms")
        process = self.start_campaign(sim, rows=10, bind_timeout="600ms")
        outcomes = self.check_promises(process, 4)
        self.assertIn("no answer to the bind in time", process.stderr)
        self.assertEqual(outcomes, {"unsent": 10})

    def test_an_smsc_that_floods_with_messages_of_subscribers(self):
        sim = self.sim("--mo", "20000", "--delay", "5ms")
        process = self.start_campaign(sim, rows=10_000, rate=5000)
        self.assertLess(support.most_memory_kib(process), 128 * 1024)
        outcomes = self.check_promises(process, 0)
        self.assertEqual(outcomes["accepted"], 10_000)
        summary = json.loads(process.stdout.splitlines()[-1])
        self.assertGreater(summary["inbound"], 1000)

    def test_all_of_it_at_once(self):
        sim_flags = ("--delay", "uniform:1ms,30ms", "--error", "ESME_RSYSERR=2%", "--receipts",
                     "5ms")
        sim = self.sim(*sim_flags)
        process = self.start_campaign(sim, registered_delivery=1, binds=4,
                                      bind_type="transmitter+receiver", retry__delay="100ms")
        for lines in (2000, 6000, 10_000):
            self.wait_for_ledger(lines)
            sim.signal(signal.SIGKILL)
            sim.wait()
            sim = self.sim(*sim_flags, port=sim.port)
        outcomes = self.check_promises(process, 13)
        self.assertLessEqual(outcomes["unknown"], 3 * 4 * 50)


if __name__ == "__main__":
    unittest.main()

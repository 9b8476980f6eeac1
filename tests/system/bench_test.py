"""salvo bench in tiny doses: what it tells, and that nothing of it stays."""

import json
import os
import signal
import unittest

from support import Case, Finished, wait_until

TINY = ("--time", "150ms", "--warm-up", "50ms", "--repeats", 2)


def children_of(pid):
    """The ids of its children, those that are gone but not yet waited for left out."""
    children = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                state, parent = file.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            children.append(int(name))
    return children


def lives(pid):
    return os.path.exists(f"/proc/{pid}")


class Bench(Case):
    def bench(self, *arguments):
        return Finished(self.start("bench", *arguments))

    def test_every_figure_comes_with_the_floor_of_the_same_run(self):
        done = self.bench(*TINY, "--window", "10,100", "--json")
        self.assertEqual(done.code, 0, done.stderr)
        cases = [m for m in done.messages if m["message_type"] == "case"]
        self.assertEqual([case["window"] for case in cases], [10, 100])
        for case in cases:
            for key in ("segments_per_s", "floor_segments_per_s", "share_of_floor", "cpu_ns",
                        "anonymous_kib", "peak_rss_kib", "latency_at_per_s"):
                self.assertGreater(case[key], 0, key)
            latency = case["latency_us"]
            self.assertLessEqual(latency["p50"], latency["p99_9"])
            self.assertLessEqual(latency["p99_9"], latency["max"])
            self.assertGreater(latency["messages"], 0)
            self.assertEqual((case["rounds"], case["not_accepted"]), (2, 0))
        self.assertEqual([case["window"] for case in done.summary["cases"]], [10, 100])
        self.write("lines.jsonl", done.stdout)
        plan = Finished(self.start("plan", "--messages", 1000, "--rtt", "10ms", "--json",
                                   "--from", "lines.jsonl"))
        self.assertEqual(plan.code, 0, plan.stderr)
        self.assertEqual(plan.summary["bottleneck"], "machine")

    def test_people_get_a_table_and_a_plan_its_file(self):
        done = self.bench(*TINY, "--window", "50", "--journal", "off,process,power",
                          "--out", "bench.json")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("of floor", done.stdout)
        self.assertIn("window 50, 1 bind, 1 shard, texts of 100 octets, no TLS", done.stdout)
        with open(self.path("bench.json"), encoding="utf-8") as file:
            cases = {case["journal"]: case for case in json.load(file)["cases"]}
        self.assertGreater(cases["power"]["sync_us"], 0)
        plan = Finished(self.start("plan", "--messages", 1000, "--rtt", "10ms", "--json",
                                   "--from", "bench.json"))
        self.assertEqual(plan.code, 0, plan.stderr)
        self.assertEqual(plan.summary["bottleneck"], "machine")
        self.assertAlmostEqual(plan.summary["segments_per_s"], cases["process"]["segments_per_s"])
        self.assertEqual(os.listdir(self.folder), ["bench.json"])

    def test_tls_and_shards_and_binds_and_delays_and_long_texts(self):
        done = self.bench(*TINY, "--window", "20", "--tls", "on", "--binds", "2", "--shards", "1,2",
                          "--delay", "2ms", "--text-length", "300", "--journal", "off", "--json")
        self.assertEqual(done.code, 0, done.stderr)
        cases = done.summary["cases"]
        self.assertEqual([(case["shards"], case["tls"]) for case in cases], [(1, True), (2, True)])
        for case in cases:
            # Two binds, twenty places each, 2 ms.
            self.assertLess(case["segments_per_s"], 21000)
            self.assertGreater(case["latency_us"]["p50"], 2000)

    def test_a_real_smsc_gets_no_more_than_it_is_meant_to(self):
        sim = self.sim()
        account = self.account(sim.port, rate=400, window=5)
        arguments = ("--account", account, "--to", "491700000001", "--messages", 60, "--warm-up",
                     "0", "--time", "1s", "--repeats", 2, "--json")
        done = self.bench(*arguments)
        self.assertEqual(done.code, 0, done.stderr)
        case = done.summary["cases"][0]
        self.assertEqual((case["window"], case["latency_us"]["messages"]), (5, 120))
        ledger = self.ledger()
        self.assertEqual(len(ledger), 120)
        self.assertEqual({entry["dest"] for entry in ledger}, {"491700000001"})

    def test_a_host_that_refuses_or_is_not_there_is_told(self):
        sim = self.sim()
        real = ("--to", "491700000001", "--rate", 100, *TINY)
        self.assertEqual(self.bench("--host", f"127.0.0.1:{sim.port}", *real).code, 5)
        account = self.account(sim.port, password="wrong")
        refused = self.bench("--account", account, *real)
        self.assertEqual(refused.code, 5, refused.stderr)
        sim.signal(signal.SIGTERM)
        sim.wait()
        gone = self.bench("--host", f"127.0.0.1:{sim.port}", *real)
        self.assertEqual(gone.code, 4, gone.stderr)
        self.assertIn("refused", gone.stderr)

    def test_what_is_wrong_is_named(self):
        for arguments, *parts in (
                (("--window", "10,x"), "--window", "'x'"),
                (("--window", "0"), "--window"),
                (("--tls", "maybe"), "--tls", "on nor off"),
                (("--journal", "full"), "--journal", "power"),
                (("--delay", "5"), "--delay", "500ms"),
                (("--delay", "500ms"), "--delay", "--time of 5.0 s"),
                (("--window", "10,65537"), "--window", "65536"),
                (("--rate", "10", "--load", "10%"), "--load", "--rate"),
                (("--time", "0"), "--time"),
                (("--load", "0"), "--load"),
                (("--load", "2"), "--load"),
                (("--max-spread", "x"), "--max-spread"),
                (("--repeats", "0"), "--repeats"),
                (("--shards", "4"), "--shards", "--binds"),
                (("--to", "491"), "--to", "--account"),
                (("--host", "127.0.0.1:1"), "--to"),
                (("--host", "127.0.0.1:1", "--to", "491"), "--rate"),
                (("--host", "nowhere", "--to", "491", "--rate", "1"), "--host", "nowhere"),
                (("--host", "127.0.0.1:1", "--to", "abc", "--rate", "1"), "--to 'abc'", "digit"),
                (("--host", "127.0.0.1:1", "--to", "491", "--tls", "on"), "--tls"),
                (("--account", "missing.toml", "--to", "491"), "missing.toml"),
                (("--text-length", "1-9"), "--text-length")):
            with self.subTest(arguments=arguments):
                self.assert_fails(self.bench(*arguments), 2, *parts)

    def test_messages_that_go_in_the_warm_up_measure_nothing(self):
        done = self.bench("--messages", 10, "--time", "150ms", "--warm-up", "5s", "--window", 10)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("all messages were answered in the warm-up: give more --messages", done.stderr)

    def test_messages_that_are_due_in_the_warm_up_are_not_sent(self):
        sim = self.sim()
        account = self.account(sim.port, rate=200, window=5)
        done = self.bench("--account", account, "--to", "491700000001", "--messages", 60, "--time",
                          "150ms", "--warm-up", "500ms", "--repeats", 1)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("all messages are due in the warm-up: give more --messages", done.stderr)
        self.assertEqual(self.ledger(), [])

    def test_without_a_measured_message_there_is_no_latency(self):
        done = self.bench("--rate", "0.5", "--time", "100ms", "--warm-up", "100ms", "--window", 10,
                          "--repeats", 1, "--json")
        self.assertEqual(done.code, 0, done.stderr)
        case = done.summary["cases"][0]
        self.assertEqual((case["latency_us"]["messages"], case["latency_us"]["p50"]), (0, None))
        self.assertTrue(case["noisy"])
        self.assertIn("no message was due", case["noise"][-1])

    def test_an_smsc_that_refuses_everything_is_told_with_its_status(self):
        sim = self.sim("--error", "ESME_RSYSERR=100%")
        account = self.account(sim.port, rate=500, window=5)
        done = self.bench("--account", account, "--to", "491700000001", "--messages", 100,
                          "--warm-up", "0", "--time", "1s", "--repeats", 1)
        self.assertEqual(done.code, 1, done.stderr)
        self.assertIn("the SMSC refuses every message, with ESME_RSYSERR (0x08): salvo explain 0x08",
                      done.stderr)
        self.assertLess(len(self.ledger()), 100)

    def test_nothing_that_is_refused_is_sent_again(self):
        sim = self.sim("--error", "ESME_RSYSERR=50%")
        account = self.account(sim.port, rate=400, window=5)
        done = self.bench("--account", account, "--to", "491700000001", "--messages", 60,
                          "--warm-up", "0", "--time", "1s", "--repeats", 1)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(len(self.ledger()), 60)
        self.assertIn("the SMSC refused with ESME_RSYSERR (0x08)", done.stdout)

    def test_a_load_that_cannot_be_carried_ends(self):
        done = self.bench("--rate", 20000, "--window", 1, "--delay", "10ms", "--time", "200ms",
                          "--warm-up", "0", "--repeats", 1, "--json")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertLess(done.summary["cases"][0]["latency_load_carried"], 0.1)

    def test_what_was_measured_before_the_end_is_kept(self):
        self.assert_fails(self.bench(*TINY, "--out", "missing/bench.json"), 14, "missing/bench.json")
        process = self.start("bench", *TINY, "--window", "10,20,30,40,50,60,70,80", "--json",
                             "--out", "bench.json")
        wait_until(lambda: '"case"' in process.stdout, "a case")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process.stderr)
        with open(self.path("bench.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["cases"][0]["window"], 10)

    def test_a_file_that_was_not_there_is_not_left_empty(self):
        process = self.start("bench", "--time", "60s", "--out", "bench.json")
        wait_until(lambda: children_of(process.pid), "a run")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_folder_that_is_not_there_is_exit_code_14(self):
        done = self.bench(*TINY, "--folder", "missing")
        self.assertEqual(done.code, 14)
        self.assertIn("'missing'", done.stderr)

    def start_long(self):
        """A bench in the middle of a run, and the ids of its children."""
        process = self.start("bench", "--time", "60s")
        return process, wait_until(lambda: len(children_of(process.pid)) >= 2
                                   and children_of(process.pid), "a simulator and a run")

    def check_gone(self, children):
        wait_until(lambda: not any(lives(child) for child in children), "the end of all children")

    def test_ctrl_c_leaves_neither_children_nor_files(self):
        process, children = self.start_long()
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process.stderr)
        self.assertIn("0 of 3 settings were measured", process.stderr)
        self.check_gone(children)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_killed_one_leaves_no_children(self):
        process, children = self.start_long()
        process.signal(signal.SIGKILL)
        process.wait()
        self.check_gone(children)


if __name__ == "__main__":
    unittest.main()

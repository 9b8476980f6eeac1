"""What salvo send can be asked to do, each thing once, through the command itself."""

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import unittest

import decoder
import support


class Input(support.Case):
    def test_a_pipe_is_sent_while_it_is_written(self):
        sim = self.sim()
        process = self.start("send", "-", "--account", self.account(sim.port), "--results",
                             self.path("results.csv"), stdin=subprocess.PIPE)
        pipe = process.popen.stdin
        pipe.write(b"to,text\n")
        for row, number in enumerate(support.numbers(5), 1):
            pipe.write(f"{number},Hello\n".encode())
            pipe.flush()
            support.wait_until(lambda: self.ledger_lines() == row, f"row {row}")
        pipe.close()
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assert_accounted(5)

    def test_packed_json_lines(self):
        sim = self.sim()
        lines = "".join(json.dumps({"to": number, "name": f"Zoë {i}"}) + "\n"
                        for i, number in enumerate(support.numbers(100)))
        campaign = self.write("campaign.jsonl.gz", gzip.compress(lines.encode()))
        done = self.send(campaign, "--account", self.account(sim.port), "--text",
                         "Hello {name}, {{you}}")
        self.assertEqual(done.code, 0, done.stderr)
        texts = [text for text, _ in decoder.reassemble(self.ledger()).values()]
        self.assertEqual(sorted(texts), sorted(f"Hello Zoë {i}, {{you}}" for i in range(100)))

    def test_the_limit_stops_after_so_many_rows(self):
        sim = self.sim()
        campaign = self.campaign((number, "x") for number in support.numbers(50_000))
        done = self.send(campaign, "--account", self.account(sim.port), "--limit", 1234, "--json",
                         "--results", self.path("results.csv"))
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(done.summary["rows"], 1234)
        self.assertEqual(self.ledger_lines(), 1234)
        self.assert_accounted(1234)

    def test_one_number(self):
        sim = self.sim()
        done = self.send("--to", "+491700000001", "--text", "Hello {{you}}", "--from", "ME",
                         "--account", self.account(sim.port))
        self.assertEqual(done.code, 0, done.stderr)
        line, = self.ledger()
        self.assertEqual((line["dest"], line["source"]), ("491700000001", "ME"))
        self.assertEqual(bytes.fromhex(line["message_hex"]), b"Hello (you)".replace(b"(", b"\x1b(")
                         .replace(b")", b"\x1b)"))
        self.assertIn("1 row in ", done.stderr)

    def test_a_header_without_rows_is_nothing_to_do(self):
        sim = self.sim()
        campaign = self.write("campaign.csv", "to,text\n")
        done = self.send(campaign, "--account", self.account(sim.port), "--json")
        self.assertEqual(done.code, 9, done.stderr)
        self.assertEqual(done.summary["rows"], 0)

    def test_parameters_of_rows_and_of_the_account(self):
        sim = self.sim()
        campaign = self.campaign([("+491700000001", "a", "1107", "5")],
                                 header=("to", "text", "tlv:0x1401",
                                         "tlv:user_message_reference"))
        account = self.account(sim.port, tlv__0x1400="1101")
        done = self.send(campaign, "--account", account)
        self.assertEqual(done.code, 0, done.stderr)
        line, = self.ledger()
        self.assertEqual(decoder.parse_tlvs(bytes.fromhex(line["tlv_hex"])),
                         {0x1400: b"1101", 0x1401: b"1107", 0x0204: b"\x00\x05"})


class Output(support.Case):
    def test_json_is_on_stdout_and_people_read_stderr(self):
        sim = self.sim()
        campaign = self.campaign((number, "x") for number in support.numbers(300))
        done = self.send(campaign, "--account", self.account(sim.port), "--json", "--rate", 500,
                         "--stats", "100ms")
        self.assertEqual(done.code, 0, done.stderr)
        kinds = [message["message_type"] for message in done.messages]
        self.assertEqual(kinds[0], "event")
        self.assertIn("status", kinds)
        self.assertEqual(kinds.index("summary"), len(kinds) - 1)
        for message in done.messages:
            self.assertEqual(message["schema"], 1)
        self.assertLessEqual(support.SUMMARY_KEYS, done.summary.keys())
        self.assertEqual(done.summary["exit_code"], 0)
        self.assertIn("300 rows in ", done.stderr)
        self.assertIn("binds 1/1", done.stderr)

    def test_output_that_cannot_be_written_is_an_error(self):
        for words in (["--help"], ["encode", "enquire_link"], ["explain", "--list"], ["help", "send"],
                      ["decode", "--json", "00000010800000040000005800000007"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([support.SALVO, *words], stdout=full, stderr=subprocess.PIPE,
                                      text=True, check=False)
            self.assertEqual(done.returncode, 14, words)
            self.assertIn("the standard output cannot be written", done.stderr)

    def test_without_threads_it_says_so(self):
        # The limit is not for root.
        salvo = shutil.copy(support.SALVO, self.path("salvo"))
        self.campaign([("491700000001", "Hello")])
        self.account(1)
        os.chmod(self.folder, 0o777)
        os.chmod(self.path("account.toml"), 0o644)
        done = subprocess.run(
            ["setpriv", "--reuid", "65534", "--clear-groups", "prlimit", "--nproc=1", salvo, "send",
             "campaign.csv", "--account", "account.toml", "--sync", "off"],
            cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 12, done.stderr)
        self.assertIn("cannot start a thread: ", done.stderr)

    def test_without_json_stdout_is_empty(self):
        sim = self.sim()
        done = self.send("--to", "+491700000001", "--text", "x", "--account",
                         self.account(sim.port))
        self.assertEqual((done.code, done.stdout), (0, ""))

    def test_results_as_json_lines(self):
        sim = self.sim("--error", "ESME_RINVDSTADR=50%")
        campaign = self.campaign((number, "x") for number in support.numbers(100))
        done = self.send(campaign, "--account", self.account(sim.port), "--results",
                         self.path("results.jsonl"))
        self.assertEqual(done.code, 6, done.stderr)
        with open(self.path("results.jsonl"), encoding="utf-8") as file:
            results = [json.loads(line) for line in file]
        self.assertEqual(sorted(result["row"] for result in results), list(range(1, 101)))
        for result in results:
            self.assertEqual(list(result), ["message_type", "schema"] + support.RESULT_COLUMNS)

    def test_every_row_has_a_result_when_some_fail(self):
        sim = self.sim("--magic", "--delay", "1ms")
        numbers = ["+491700000001", "+491700009011", "+491700007000", "+491700008010"]
        campaign = self.campaign((number, "x") for number in numbers)
        done = self.send(campaign, "--account", self.account(sim.port, response_timeout="500ms"),
                         "--results", self.path("results.csv"))
        self.assertEqual(done.code, 13, done.stderr)
        self.assertEqual({result["to"].lstrip("+"): (result["outcome"], result["status_name"])
                          for result in self.results()},
                         {"491700000001": ("accepted", "ESME_ROK"),
                          "491700009011": ("rejected", "ESME_RINVDSTADR"),
                          "491700007000": ("unknown", ""),
                          "491700008010": ("accepted", "ESME_ROK")})

    def test_every_variable_stands_for_its_flag(self):
        sim = self.sim()
        self.campaign((number, "x") for number in support.numbers(100))
        done = self.send("campaign.csv", env={
            "SALVO_ACCOUNT": self.account(sim.port), "SALVO_LIMIT": "10", "SALVO_JSON": "1",
            "SALVO_TEXT": "Hello {to}", "SALVO_FROM": "ME", "SALVO_RESULTS": "r.csv",
            "SALVO_SHARDS": "1", "SALVO_STATS": "1s", "SALVO_STYLE": "basic",
            "SALVO_MAX_BAD_ROWS": "0", "SALVO_REJECTS": "bad.csv"})
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(done.summary["rows"], 10)
        self.assertEqual({line["source"] for line in self.ledger()}, {"ME"})
        self.assertEqual(bytes.fromhex(self.ledger()[0]["message_hex"])[:6], b"Hello ")
        self.assertEqual(len(self.results("r.csv")), 10)

    def test_help_explains_every_flag(self):
        for command, flags in (("send", ("--account", "--rate", "--shards", "--text", "--to",
                                         "--from", "--limit", "--dry-run", "--results",
                                         "--rejects", "--max-bad-rows", "--json", "--style",
                                         "--stats", "--brake-share", "--brake-count")),
                               ("sim", ("--listen", "--account", "--tls-cert", "--tls-key",
                                        "--tps", "--tps-kind", "--max-binds", "--window",
                                        "--delay", "--error", "--magic", "--receipts",
                                        "--receipt-mix", "--id", "--ledger", "--seed", "--stats",
                                        "--json"))):
            for arguments in (("help", command), (command, "--help")):
                process = self.start(*arguments)
                self.assertEqual(process.wait(), 0)
                self.assertIn(f"Usage: salvo {command} [OPTIONS]", process.stdout)
                for flag in flags:
                    self.assertRegex(process.stdout, rf"(?m)^  {flag}[ ,].*  \S")
                if command == "send":
                    self.assertIn("SALVO_RATE=50 for --rate 50", process.stdout)
                self.assert_fits_a_screen(process.stdout)

    def test_help_lists_the_commands(self):
        for arguments in (("help",), ("--help",)):
            process = self.start(*arguments)
            self.assertEqual(process.wait(), 0)
            self.assertIn("Usage: salvo [OPTIONS] [COMMAND]\n", process.stdout)
            for command in ("send", "sim", "help"):
                self.assertRegex(process.stdout, rf"(?m)^  {command} ")
            self.assert_fits_a_screen(process.stdout)

    def assert_fits_a_screen(self, text):
        self.assertEqual([line for line in text.splitlines() if len(line) > 100], [])
        self.assertNotIn("\n\n\n", text)

    def test_the_version_is_one_line(self):
        process = self.start("--version")
        self.assertEqual(process.wait(), 0)
        self.assertRegex(process.stdout, r"^salvo \d+\.\d+\.\d+\n$")

    def test_what_was_mistyped_is_named_with_where_help_is(self):
        for arguments, sentence in (
                ((), "salvo: give a command: send, resume, receipts, status, sim, plan, bench, doctor, "
                 "explain, decode, encode or help\n"),
                (("sned",), "salvo: there is no command 'sned' (see 'salvo help')\n"),
                (("--bogus",), "salvo: '--bogus' is not expected (see 'salvo help')\n"),
                (("send", "--bogus"),
                 "salvo send: '--bogus' is not expected (see 'salvo help send')\n"),
                (("sim", "x"), "salvo sim: 'x' is not expected (see 'salvo help sim')\n")):
            process = self.start(*arguments)
            self.assertEqual((process.wait(), process.stdout, process.stderr), (2, "", sentence))


class DryRun(support.Case):
    def test_opens_no_socket_and_tells_what_it_would_take(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0)
            rows = [(number, "Don’t miss it") for number in support.numbers(212)]
            rows += [(number, "Hello") for number in support.numbers(788, 491700001000)]
            rows += [("nobody", "x")]
            campaign = self.campaign(rows)
            account = self.account(listener.getsockname()[1])
            done = self.send(campaign, "--account", account, "--rate", 50, "--dry-run")
            with self.assertRaises(BlockingIOError):
                listener.accept()
        self.assertEqual(done.code, 6, done.stderr)
        self.assertEqual(done.stderr, "")
        for line in ("1,001 rows, 1 bad",
                     "bad rows are in", "line 1002, column to: the number has a character",
                     "account 'default': 1,000 rows, 1,000 segments",
                     "212 rows need UCS-2 because of U+2019 (’) alone: 212 segments, without it "
                     "212",
                     "at 50 segments a second: 20.0 s"):
            self.assertIn(line, done.stdout)

    def test_ends_as_json_with_a_summary(self):
        campaign = self.campaign((number, "x" * 161) for number in support.numbers(10))
        done = self.send(campaign, "--account", self.account(1, rate=5), "--dry-run", "--json")
        self.assertEqual(done.code, 0, done.stderr)
        dry_run, summary = done.messages
        self.assertEqual((dry_run["message_type"], dry_run["rows"], dry_run["segments"],
                          dry_run["seconds"]), ("dry_run", 10, 20, 4.0))
        self.assertEqual(summary, {"message_type": "summary", "schema": 1, "rows": 10, "bad_rows": 0,
                                   "messages": 10, "segments": 20, "seconds": 4, "exit_code": 0})

    def test_several_accounts_have_a_total(self):
        campaign = self.campaign((number, "x") for number in support.numbers(300))
        file = self.write("two.toml", "".join(
            f"[account.{name}]\nhost = '127.0.0.1'\nsystem_id = '{name}'\n{limit}\n"
            for name, limit in (("one", "rate = 500\nbinds = 2\nbind_rate = 5"),
                                ("two", "rate = 20"),
                                ("three", "bind_type = 'receiver'"))))
        arguments = (campaign, "--account", file, "--dry-run")
        done = self.send(*arguments)
        self.assertEqual(done.code, 0, done.stderr)
        for line in ("each account as if all went over it:",
                     "at 10 segments a second (2 binds of 5): 30.0 s",
                     "all 2 accounts together: 300 rows, 300 segments, at 30 segments a second: 10.0 s"):
            self.assertIn(line, done.stdout)
        self.assertEqual(self.send(*arguments, "--json").summary["seconds"], 10)

    def test_takes_one_number(self):
        done = self.send("--to", "+491700000001", "--text", "x", "--account", self.account(1),
                         "--dry-run")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("account 'default': 1 row, 1 segment\n", done.stdout)


class Accounts(support.Case):
    def test_several_accounts_share_the_campaign(self):
        sim = self.sim("--account", f"other:{support.PASSWORD}", "--delay", "5ms")
        text = "".join(f"[account.{name}]\nhost = '127.0.0.1'\nport = {sim.port}\n"
                       f"system_id = '{name}'\npassword = '{support.PASSWORD}'\n"
                       f"source_addr = '{name}'\nregistered_delivery = 0\n"
                       for name in ("demo", "other"))
        campaign = self.campaign((number, "x" * 100) for number in support.numbers(5000))
        done = self.send(campaign, "--account", self.write("accounts.toml", text))
        self.assertEqual(done.code, 0, done.stderr)
        ledger = self.ledger()
        self.assertEqual(len({line["dest"] for line in ledger}), 5000)
        self.assertEqual({line["system_id"] for line in ledger}, {"demo", "other"})
        for line in ledger:
            self.assertEqual(line["source"], line["system_id"])

    def test_one_account_that_is_refused_leaves_the_work_to_the_other(self):
        sim = self.sim("--delay", "5ms")
        text = "".join(f"[account.{name}]\nhost = '127.0.0.1'\nport = {sim.port}\n"
                       f"system_id = '{name}'\npassword = '{support.PASSWORD}'\n"
                       for name in ("demo", "other"))
        campaign = self.campaign((number, "x" * 100) for number in support.numbers(2000))
        done = self.send(campaign, "--account", self.write("accounts.toml", text))
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("ESME_RINVSYSID", done.stderr)
        self.assertEqual(self.ledger_lines(), 2000)

    def test_a_password_from_a_file_and_from_a_variable(self):
        sim = self.sim()
        self.write("secret", support.PASSWORD + "\n")
        for source in ('password_file = "secret"', 'password_env = "SMSC_PASSWORD"'):
            account = self.write("account.toml", f"host = '127.0.0.1'\nport = {sim.port}\n"
                                                 f"system_id = 'demo'\n{source}\n")
            done = self.send("--to", "+491700000001", "--text", "x", "--account", account,
                             env={"SMSC_PASSWORD": support.PASSWORD})
            self.assertEqual(done.code, 0, done.stderr)

    def test_a_host_that_is_down_is_passed_over(self):
        sim = self.sim()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            down = taken.getsockname()[1]
        account = self.account(sim.port, host=[f"127.0.0.1:{down}", "127.0.0.1"])
        done = self.send("--to", "+491700000001", "--text", "x", "--account", account)
        self.assertEqual(done.code, 0, done.stderr)

    def test_every_bind_type(self):
        for bind_type, binds in (("transceiver", 2), ("transmitter", 2),
                                 ("transmitter+receiver", 4)):
            sim = self.sim("--json", ledger=f"{binds}{bind_type}.jsonl")
            campaign = self.campaign((number, "x" * 100) for number in support.numbers(1000))
            done = self.send(campaign, "--account",
                             self.account(sim.port, binds=2, bind_type=bind_type))
            self.assertEqual(done.code, 0, done.stderr)
            sim.signal(signal.SIGINT)
            sim.wait()
            counters = json.loads(sim.stdout)
            self.assertLessEqual(counters["binds"], binds)
            self.assertEqual(counters["unbinds"], counters["binds"], bind_type)
            self.assertEqual(counters["malformed"], 0)

    def test_receipts_come_over_the_receiver_and_are_acknowledged(self):
        sim = self.sim("--receipts", "0", "--receipt-mix", "DELIVRD=90%,UNDELIV=10%", "--json")
        campaign = self.campaign((number, "x") for number in support.numbers(1000))
        account = self.account(sim.port, bind_type="transmitter+receiver", registered_delivery=1)
        done = self.send(campaign, "--account", account, "--rate", 1000, "--json")
        self.assertEqual(done.code, 0, done.stderr)
        # Those of the last rows may come when we have left.
        self.assertGreater(done.summary["receipts"], 900)
        self.assertAlmostEqual(done.summary["delivered"] / done.summary["receipts"], 0.9,
                               delta=0.05)
        sim.signal(signal.SIGINT)
        sim.wait()
        counters = json.loads(sim.stdout)
        # One that crosses the unbind is acknowledged to nobody.
        self.assertGreater(counters["receipts_acknowledged"], 900)


if __name__ == "__main__":
    unittest.main()

"""Bad input: one clear sentence on stderr, the right exit code, and nobody's time wasted."""

import os
import socket
import subprocess
import unittest

import support

GOOD = "to,text\n+491700000001,Hello\n"


class BadCampaign(support.Case):
    """What is wrong with the file is said before anybody connects."""

    def check(self, content, code, *parts, flags=(), name="campaign.csv"):
        campaign = self.write(name, content)
        account = self.account(1)
        self.assert_fails(self.send(campaign, "--account", account, *flags), code, *parts)

    def test_a_missing_file(self):
        done = self.send("no.csv", "--account", self.account(1))
        self.assert_fails(done, 3, "cannot open 'no.csv': No such file or directory")

    def test_a_directory(self):
        done = self.send(self.folder, "--account", self.account(1))
        self.assert_fails(done, 3, "it is a directory")

    def test_a_missing_column(self):
        self.check("number,text\n1,a\n", 3, "has no column 'to'; it has: number, text")

    def test_a_missing_column_of_the_text(self):
        self.check(GOOD, 3, "has no column 'name'", flags=("--text", "Hello {name}"))

    def test_an_empty_file(self):
        self.check("", 3, "is empty")

    def test_an_endless_line(self):
        self.check(b"x" * 5_000_000, 3, "line 1 begins a record of more than 262144 octets")

    def test_a_binary_file(self):
        self.check(os.urandom(4096).replace(b"\n", b"") + b"\n", 3, "is not a campaign file")
        with open(support.SALVO, "rb") as file:
            self.check(file.read(100_000), 3, "is not a campaign file")

    def test_utf_16(self):
        self.check(GOOD.encode("utf-16"), 3, "it is UTF-16; save it as UTF-8")

    def test_a_truncated_gzip_file(self):
        packed = subprocess.run(["gzip", "-c"], input=GOOD.encode() * 100, check=True,
                                capture_output=True).stdout
        self.check(packed[:20], 3, "is a damaged gzip file: it ends too early", name="c.csv.gz")

    def test_a_file_of_spaces_and_one_of_newlines(self):
        self.check("   \n", 3, "has no column 'to'")
        self.check("\n\n\n", 3, "is empty, or its first line is")


class BadRows(support.Case):
    def test_an_endless_line_in_the_middle_keeps_what_came_before(self):
        sim = self.sim()
        campaign = self.write("campaign.csv", GOOD + "+49," + "x" * 300_000 + "\n")
        done = self.send(campaign, "--account", self.account(sim.port))
        self.assertEqual(done.code, 3, done.stderr)
        self.assertIn("line 3 begins a record of more than 262144 octets", done.stderr)
        self.assertEqual(self.ledger_lines(), 1)

    def test_bad_rows_are_put_aside_and_the_others_sent(self):
        sim = self.sim()
        campaign = self.write("campaign.csv",
                              "to,text\n+491700000001,a\nnobody,b\n+491700000002\n"
                              "+491700000003,\n+491700000004,\"c\nd\"\n")
        done = self.send(campaign, "--account", self.account(sim.port), "--json", "--results",
                         self.path("results.csv"))
        self.assertEqual(done.code, 6, done.stderr)
        self.assertEqual((done.summary["rows"], done.summary["bad_rows"],
                          done.summary["accepted"]), (5, 3, 2))
        self.assertIn("bad rows are in", done.stderr)
        self.assertIn("line 3, column to: the number has a character that is not a digit",
                      done.stderr)
        rejects = campaign + ".rejects.csv"
        with open(rejects, encoding="utf-8") as file:
            self.assertEqual(sorted(file.read().splitlines()[1:]), [
                "3,2,to,the number has a character that is not a digit,nobody,b",
                "4,3,,it has fewer fields than the header,+491700000002",
                "5,4,text,the text is empty,+491700000003,"])
        self.assertEqual(os.stat(rejects).st_mode & 0o777, 0o600)
        self.assertEqual([result["row"] for result in self.results()], ["1", "5"])

    def test_the_bad_rows_of_an_earlier_run_are_not_taken_for_those_of_this_one(self):
        account = self.account(self.sim().port)
        rejects = self.path("campaign.csv.rejects.csv")
        for flags in ((), ("--dry-run",)):
            with self.subTest(flags=flags):
                campaign = self.write("campaign.csv", GOOD + "nobody,x\n")
                self.assertEqual(self.send(campaign, "--account", account).code, 6)
                self.assertTrue(os.path.exists(rejects))
                self.write("campaign.csv", GOOD)
                done = self.send(campaign, "--account", account, "--again", *flags)
                self.assertEqual(done.code, 0, done.stderr)
                self.assertIn(f"the bad rows in '{rejects}' are of an earlier run\n",
                              done.stdout if flags else done.stderr)
                self.assertTrue(os.path.exists(rejects))

    def test_a_file_that_has_no_bad_rows_is_kept_where_there_are_none(self):
        campaign = self.write("campaign.csv", GOOD)
        notes = self.write("notes.txt", "line up at noon\n")
        done = self.send(campaign, "--account", self.account(self.sim().port), "--rejects", notes)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertNotIn("earlier run", done.stderr)
        with open(notes, encoding="utf-8") as file:
            self.assertEqual(file.read(), "line up at noon\n")

    def test_too_many_bad_rows_end_the_run(self):
        sim = self.sim()
        campaign = self.campaign([(n, "x") for n in support.numbers(500)] + [("nobody", "x")] * 20)
        done = self.send(campaign, "--account", self.account(sim.port), "--max-bad-rows", 10)
        self.assertEqual(done.code, 3, done.stderr)
        self.assertIn("there are too many bad rows: 20, where --max-bad-rows allows 10",
                      done.stderr)
        dry = self.send(campaign, "--account", self.account(1), "--max-bad-rows", 10, "--dry-run")
        self.assert_fails(dry, 3, "there are too many bad rows: 20")

    def test_rejects_that_cannot_be_written_are_said_to_be(self):
        sim = self.sim()
        campaign = self.campaign([("nobody", "x")])
        done = self.send(campaign, "--account", self.account(sim.port), "--rejects",
                         "/nowhere/rejects.csv")
        self.assertEqual(done.code, 14, done.stderr)
        self.assertIn("cannot write '/nowhere/rejects.csv'", done.stderr)


class BadAccount(support.Case):
    def setUp(self):
        super().setUp()
        self.write("campaign.csv", GOOD)

    def check(self, text, *parts):
        self.write("account.toml", text)
        done = self.send("campaign.csv", "--account", "account.toml")
        self.assert_fails(done, 2, *parts)
        self.assertNotIn("hunter", done.stderr)

    def test_a_missing_file(self):
        done = self.send("campaign.csv", "--account", "no.toml")
        self.assert_fails(done, 2, "cannot read the account file 'no.toml'")

    def test_no_account_at_all(self):
        self.assert_fails(self.send("campaign.csv"), 2, "give the account file with --account")

    def test_an_unknown_key(self):
        self.check("host = 'x'\nsystem_id = 'a'\nwindw = 5\n",
                   "account.toml, line 3: unknown key 'windw'; the nearest known one is 'window'")

    def test_a_syntax_error_on_the_passwords_line(self):
        self.check("host = 'x'\nsystem_id = 'a'\npassword = hunter22\n", "account.toml, line 3")

    def test_a_missing_host(self):
        self.check("system_id = 'a'\n", "account 'default': host is missing")

    def test_an_account_that_only_receives(self):
        done = self.send("campaign.csv", "--account", self.account(1, bind_type="receiver"))
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn('no account can send: bind_type "receiver" only receives', done.stderr)


class BadFlags(support.Case):
    def check(self, *parts, flags):
        self.write("campaign.csv", GOOD)
        self.assert_fails(self.send("campaign.csv", "--account", self.account(1), *flags), 2,
                          *parts)

    def test_a_simulator_that_listens_nowhere(self):
        self.assert_fails(support.Finished(self.start("sim", "--listen", "abc")), 2, "--listen")
        self.assert_fails(support.Finished(self.start("sim", "--stats", "5x")), 2, "--stats")

    def test_an_unknown_flag(self):
        self.check("--frobnicate", flags=("--frobnicate",))

    def test_values_of_the_wrong_kind(self):
        self.check("--rate: 'fast'", flags=("--rate", "fast"))
        self.check("--limit: '0'", flags=("--limit", "0"))
        self.check("--shards: '0'", flags=("--shards", "0"))
        self.check("--stats", flags=("--stats", "5"))
        self.check("--style", flags=("--style", "loud"))

    def test_a_text_with_a_brace_too_many(self):
        self.check("--text has a brace that is never closed at character 7",
                   flags=("--text", "Hello {name"))

    def test_a_campaign_and_a_number(self):
        self.check("give a campaign file (or -), or --to",
                   flags=("--to", "+491700000001", "--text", "x"))

    def test_nothing_to_send(self):
        self.assert_fails(self.send("--account", self.account(1)), 2, "give a campaign file")

    def test_a_number_without_a_text(self):
        done = self.send("--to", "+491700000001", "--account", self.account(1))
        self.assert_fails(done, 2, "--to needs --text")

    def test_a_number_that_is_none(self):
        for to, sentence in (("nobody", "--to: the number has a character that is not a digit"),
                             ("+" + "1" * 21, "--to: the number has more than 20 digits")):
            done = self.send("--to", to, "--text", "x", "--account", self.account(1))
            self.assert_fails(done, 2, sentence)

    def test_a_text_with_columns_for_a_number(self):
        done = self.send("--to", "+491700000001", "--text", "Hello {name}", "--account",
                         self.account(1))
        self.assert_fails(done, 2, "--to has no columns, and --text names 'name'")

    def test_results_in_place_of_what_is_read(self):
        campaign, account = self.write("campaign.csv", GOOD), self.account(1)
        for flag, name, is_what in (("--results", campaign, "the campaign"),
                                    ("--rejects", campaign, "the campaign"),
                                    ("--results", account, "the account file"),
                                    ("--pdu-log", campaign, "the campaign"),
                                    ("--connector-log", account, "the account file")):
            done = self.send("campaign.csv", "--account", account, flag, name)
            self.assert_fails(done, 2, f"{flag} '{name}' is {is_what}")
        done = self.send("campaign.csv", "--account", account, "--rejects", campaign, "--dry-run")
        self.assert_fails(done, 2, f"--rejects '{campaign}' is the campaign")
        with open(campaign, encoding="utf-8") as file:
            self.assertEqual(file.read(), GOOD)

    def test_logs_that_would_be_rotated_over_what_is_read_or_written(self):
        self.write("pdu.2", GOOD)
        account = self.account(1)
        for flags, sentence in ((("--pdu-log", "pdu"), "--pdu-log 'pdu' is rotated to 'pdu.2', which is "
                                                       "the campaign"),
                                (("--connector-log", "log", "--results", "log.4"),
                                 "--connector-log 'log' is rotated to 'log.4', which is --results")):
            done = self.send("pdu.2", "--account", account, *flags)
            self.assert_fails(done, 2, sentence)
        for flags in (("--pdu-log", "pdu", "--log-keep", 1), ("--pdu-log", "pdu", "--log-rotate", 0)):
            done = self.send("pdu.2", "--account", account, *flags, "--dry-run")
            self.assertEqual(done.code, 0, done.stderr)

    def test_a_variable_of_the_wrong_kind(self):
        self.write("campaign.csv", GOOD)
        done = self.send("campaign.csv", "--account", self.account(1),
                         env={"SALVO_RATE": "fast"})
        self.assert_fails(done, 2, "--rate: 'fast'")

    def test_an_unknown_command(self):
        process = self.start("sned")
        self.assertEqual(process.wait(), 2)
        self.assertIn("sned", process.stderr)

    def test_no_command(self):
        process = self.start()
        self.assertEqual(process.wait(), 2)
        self.assertEqual(process.stderr, "salvo: give a command: send, resume, receipts, status, "
                         "sim, plan, bench, doctor, explain, decode, encode or help\n")


class DeletedFolder(support.Case):
    """What is started in a folder that is not there any more says so, or does without it."""

    def setUp(self):
        super().setUp()
        self.gone = self.path("gone")
        os.mkdir(self.gone)
        self.write("campaign.csv", GOOD)

    def run_there(self, *arguments, account=None):
        process = support.Process(
            ["sh", "-c", 'cd "$0" && rmdir "$0" && exec "$@"', self.gone, support.SALVO,
             *map(str, arguments), *(("--account", account) if account else ())])
        self.addCleanup(process.end)
        return support.Finished(process)

    def send_there(self, *arguments, port=1):
        os.makedirs(self.gone, exist_ok=True)
        return self.run_there("send", *arguments, account=self.account(port))

    def test_a_journal_cannot_tell_where_the_campaign_was_begun(self):
        for flags in ((), ("--results", "r.csv"), ("--pdu-log", "p.log")):
            with self.subTest(flags):
                self.assert_fails(self.send_there(self.path("campaign.csv"), *flags), 2,
                                  "the folder in which this is started was deleted",
                                  "go to one that is there, or give --sync off")

    def test_its_files_cannot_be_written(self):
        self.assert_fails(
            self.send_there(self.path("campaign.csv"), "--results", "r.csv", "--sync", "off"), 14,
            "cannot write the results file 'r.csv': No such file or directory")
        self.assert_fails(
            self.send_there(self.path("campaign.csv"), "--pdu-log", "p.log", "--sync", "off"), 14,
            "cannot open 'p.log'")

    def test_a_single_message_and_a_dry_run_need_no_folder(self):
        done = self.send_there("--to", "491700000001", "--text", "Hello", port=self.sim().port)
        self.assertEqual(done.code, 0, done.stderr)
        done = self.send_there("--pdu-log", "p.log", "--dry-run", self.path("campaign.csv"))
        self.assertEqual(done.code, 0, done.stderr)

    def test_a_journal_is_named_in_full_or_refused(self):
        process = self.start("send", "campaign.csv", "--account", self.account(self.sim().port),
                             "--journal", "j")
        self.assertEqual(process.wait(), 0, process.stderr)
        for command in ("resume", "receipts"):
            os.makedirs(self.gone, exist_ok=True)
            self.assert_fails(self.run_there(command, "../j"), 2,
                              "the folder in which this is started was deleted",
                              "give the whole name of '../j'")
            os.makedirs(self.gone, exist_ok=True)
            self.assert_fails(self.run_there(command, self.path("j"), "--pdu-log", "p.log"), 2,
                              "give the whole name of 'p.log'")


class BadSmsc(support.Case):
    def send_to(self, port, **keys):
        campaign = self.write("campaign.csv", GOOD)
        return self.send(campaign, "--account", self.account(port, **keys), "--results",
                         self.path("results.csv"))

    def check(self, done, code, *parts):
        self.assertEqual(done.code, code, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        self.assertIn("1 row is left", done.stderr)
        self.assertEqual([result["outcome"] for result in self.results()], ["unsent"])

    def test_a_wrong_password(self):
        sim = self.sim()
        self.check(self.send_to(sim.port, password="wrong"), 5,
                   "refused the bind of 'demo' with 0x0E (ESME_RINVPASWD)")
        self.assertEqual(self.ledger_lines(), 0)
        sim.signal(2)
        sim.wait()
        self.assertIn("(1 refused)", sim.stderr)

    def test_an_unknown_system_id(self):
        sim = self.sim()
        self.check(self.send_to(sim.port, system_id="nobody"), 5, "ESME_RINVSYSID")

    def test_a_port_that_refuses(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        self.check(self.send_to(port), 4, f"cannot connect to 127.0.0.1:{port}",
                   "Connection refused")

    def test_a_name_that_does_not_exist(self):
        self.check(self.send_to(2775, host="smsc.invalid"), 4,
                   "cannot resolve the name 'smsc.invalid'")

    def test_a_server_that_says_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.check(self.send_to(silent.getsockname()[1], bind_timeout="200ms"), 4, "bind")

    def test_a_web_server(self):
        with HttpServer() as server:
            self.check(self.send_to(server.port), 4, "HTTP")


class HttpServer:
    """Answers everything like a web server that was sent rubbish."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = support.threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


class BadResults(support.Case):
    def test_a_path_that_cannot_be_written(self):
        self.write("campaign.csv", GOOD)
        done = self.send("campaign.csv", "--account", self.account(1), "--results",
                         "/nowhere/results.csv")
        self.assert_fails(done, 14, "cannot write the results file '/nowhere/results.csv'")

    def test_a_disk_that_is_full_stops_the_run(self):
        sim = self.sim("--delay", "5ms")
        campaign = self.campaign((number, "x") for number in support.numbers(20_000))
        done = self.send(campaign, "--account", self.account(sim.port, window=1), "--results",
                         "/dev/full")
        self.assertEqual(done.code, 14, done.stderr)
        self.assertIn("stopping: the results cannot be written", done.stderr)
        self.assertIn("No space left on device", done.stderr)
        self.assertLess(self.ledger_lines(), 1000)


if __name__ == "__main__":
    unittest.main()

"""The journal from outside: salvo resume, salvo status, what is refused."""

import collections
import glob
import json
import os
import re
import shutil
import signal
import unittest

import support

ROWS = 600
JOURNAL = "campaign.csv.journal"
RESULTS = "results.csv"


class Resume(support.Case):
    def begin(self, sim, *flags, rows=ROWS, results=RESULTS, env=None, **keys):
        """Starts a campaign that takes a second or two, with relative paths."""
        self.numbers = support.numbers(rows)
        self.campaign((number, "x") for number in self.numbers)
        self.account(sim.port, **keys)
        return self.start("send", "campaign.csv", "--account", "account.toml", "--rate", 500,
                          "--results", results, *flags, env=env)

    def stop(self, process, lines=100):
        """Ctrl-C once so many rows have arrived."""
        support.wait_until(lambda: self.ledger_lines() >= lines, "the first rows")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7, process.stderr)
        self.assertIn("go on with: salvo resume ", process.stderr)

    def stopped(self, *flags, **keys):
        """A campaign of which a part was sent; its simulator."""
        sim = self.sim()
        self.stop(self.begin(sim, *flags, **keys))
        return sim

    def killed_with_unknown(self, *flags, window=7):
        """A campaign that was killed while a window of rows waited for their answers."""
        sim = self.sim("--delay", "30s")
        process = self.begin(sim, *flags, window=window)
        support.wait_until(lambda: self.ledger_lines() == window, "a window of rows")
        process.signal(signal.SIGKILL)
        process.wait()
        sim.signal(signal.SIGKILL)
        sim.wait()
        os.rename(self.path("ledger.jsonl"), self.path("before.jsonl"))
        return self.sim(port=sim.port)

    def resume(self, *flags, journal=JOURNAL):
        return support.Finished(self.start("resume", journal, *flags))

    def status(self, *flags, journal=JOURNAL):
        return support.Finished(self.start("status", journal, *flags))

    def status_json(self):
        done = self.status("--json")
        self.assertEqual((done.code, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def taken(self):
        """How often the SMSC took a message to each number."""
        return collections.Counter("+" + line["dest"] for line in self.ledger()
                                   if line["status"] == 0)

    def assert_all_taken_once(self):
        self.assertEqual(self.taken(), collections.Counter(self.numbers))

    def outcomes(self, results=None):
        results = self.results() if results is None else results
        self.assert_accounted(len(self.numbers), results)
        return collections.Counter(result["outcome"] for result in results)

    def journal_files(self, journal=JOURNAL):
        return sorted(glob.glob(os.path.join(self.path(journal), "run-*.journal")))


class GoOn(Resume):
    def test_a_stopped_campaign_is_finished(self):
        self.stopped()
        self.assertGreater(self.outcomes()["unsent"], 0)
        self.assertEqual(self.status_json()["state"], "stopped")
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})
        self.assert_all_taken_once()
        status = self.status_json()
        self.assertEqual((status["state"], status["accepted"], status["runs"]),
                         ("finished", ROWS, 2))
        ids = {"+" + line["dest"]: line["message_id"] for line in self.ledger()}
        for result in self.results():
            self.assertEqual(result["message_ids"], ids["+" + result["to"].lstrip("+")])

    def test_results_as_json_lines(self):
        self.stopped(results="results.jsonl")
        done = self.resume("--json")
        self.assertEqual(done.code, 0, done.stderr)
        with open(self.path("results.jsonl"), encoding="utf-8") as file:
            results = [json.loads(line) for line in file]
        self.assertEqual(self.outcomes(results), {"accepted": ROWS})
        self.assert_all_taken_once()
        self.assertEqual((done.summary["rows"], done.summary["accepted"]), (ROWS, ROWS))

    def test_results_that_were_lost_are_written_anew(self):
        self.stopped()
        os.remove(self.path(RESULTS))
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})
        ids = {"+" + line["dest"]: line["message_id"] for line in self.ledger()}
        for result in self.results():
            self.assertEqual((result["message_ids"], result["segments"], result["attempts"]),
                             (ids["+" + result["to"].lstrip("+")], "1", "1"))

    def test_what_was_rejected_before_is_told_with_its_status(self):
        sim = self.sim("--error", "ESME_RINVDSTADR=20%", "--seed", "1")
        self.stop(self.begin(sim))
        for _ in range(2):
            done = self.resume()
            self.assertEqual(done.code, 6, done.stderr)
            rejected = self.outcomes()["rejected"]
            self.assertGreater(rejected, 0)
            told = re.findall(r"^rejected with (.*): (\d+)$", done.stderr, re.MULTILINE)
            self.assertEqual(told, [("0x0B ESME_RINVDSTADR, invalid destination address",
                                     str(rejected))])
            self.assertIn("salvo explain 0x0B", done.stderr)

    def test_results_that_are_no_file_stay_what_they_are(self):
        os.mkfifo(self.path("pipe"))
        # Both ends are held open, and so nobody waits for the other.
        pipe = os.open(self.path("pipe"), os.O_RDWR)
        self.addCleanup(os.close, pipe)
        self.stopped(results="pipe", rows=300)  # nobody reads: all has to fit into the pipe
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertFalse(os.path.isfile(self.path("pipe")))
        self.assert_all_taken_once()

    def test_what_is_refused_for_now_while_it_stops_is_sent_by_the_next(self):
        sim = self.sim("--delay", "1s", "--error", "ESME_RSYSERR")
        process = self.begin(sim, window=50)
        support.wait_until(lambda: self.ledger_lines() >= 50, "a window of rows")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7, process.stderr)
        self.assertEqual(self.outcomes(), {"unsent": ROWS})
        sim.signal(signal.SIGINT)
        sim.wait()
        os.rename(self.path("ledger.jsonl"), self.path("before.jsonl"))
        self.sim(port=sim.port)
        self.assertEqual(self.resume().code, 0)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})
        self.assert_all_taken_once()

    def test_the_rest_of_a_message_waits_for_an_account_that_splits_it_alike(self):
        sim = self.sim()
        self.numbers = support.numbers(1)
        self.campaign((number, "x" * 200) for number in self.numbers)
        self.account(sim.port, rate=0.05)
        process = self.start("send", "campaign.csv", "--account", "account.toml", "--results", RESULTS)
        support.wait_until(lambda: self.ledger_lines() == 1 and not self.status_json()["unknown"],
                           "the first segment's answer")
        process.signal(signal.SIGKILL)
        process.wait()
        self.account(sim.port, concatenation="payload")
        self.assertEqual(self.resume().code, 7)
        self.assertEqual((self.outcomes(), self.ledger_lines()), ({"unsent": 1}, 1))
        self.account(sim.port)
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual((self.outcomes(), self.ledger_lines()), ({"accepted": 1}, 2))

    def test_variables_of_today_change_nothing(self):
        self.stopped()
        done = support.Finished(self.start("resume", JOURNAL, env={
            "SALVO_SYNC": "off", "SALVO_LIMIT": "1", "SALVO_TEXT": "other", "SALVO_DRY_RUN": "true",
            "SALVO_RESULTS": "others.csv"}))
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})
        self.assert_all_taken_once()
        self.assertFalse(os.path.exists(self.path("others.csv")))

    def test_results_on_a_redirected_output_stand_behind_what_is_there(self):
        sim = self.sim()
        self.numbers = support.numbers(50)
        campaign = self.campaign((number, "x") for number in self.numbers)
        self.write("all.csv", "before\n")
        process = support.Process(
            ["sh", "-c", '"$@" >> all.csv', "sh", support.SALVO, "send", campaign, "--account",
             self.account(sim.port), "--results", "/dev/stdout"], cwd=self.folder)
        self.addCleanup(process.end)
        self.assertEqual(process.wait(), 0, process.stderr)
        with open(self.path("all.csv"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertEqual((lines[0], lines[1][:7], len(lines)), ("before", "row,to,", 52))

    def test_again_and_again(self):
        sim = self.stopped()
        for _ in range(2):
            before = self.ledger_lines()
            process = self.start("resume", JOURNAL)
            support.wait_until(lambda: self.ledger_lines() >= before + 50, "further rows")
            process.signal(signal.SIGINT)
            self.assertEqual(process.wait(), 7, process.stderr)
            self.assertIn(f"{self.outcomes()['unsent']:,} rows are left", process.stderr)
        self.assertEqual(self.resume().code, 0)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})
        self.assert_all_taken_once()
        sim.signal(signal.SIGINT)
        self.assertEqual(sim.wait(), 0)

    def test_a_finished_one_sends_nothing(self):
        sim = self.sim()
        self.assertEqual(self.begin(sim).wait(), 0)
        with open(self.path(RESULTS), "rb") as file:
            before = file.read()
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn(f"{ROWS} rows", done.stderr)
        self.assertIn("0 segments", done.stderr)
        self.assertIn("nothing is left to send", done.stderr)
        self.assertNotIn("go on with", done.stderr)
        self.assert_all_taken_once()
        with open(self.path(RESULTS), "rb") as file:
            self.assertEqual(file.read(), before)

    def test_one_that_was_empty_has_nothing_to_do(self):
        sim = self.sim()
        self.campaign(())
        self.account(sim.port)
        send = ("send", "campaign.csv", "--account", "account.toml")
        self.assertEqual(support.Finished(self.start(*send)).code, 9)
        done = self.resume()
        self.assertEqual(done.code, 9, done.stderr)
        self.assertIn("nothing is left to send", done.stderr)

    def test_a_name_that_is_no_text(self):
        sim = self.sim()
        self.numbers = support.numbers(300)
        self.campaign((number, "x") for number in self.numbers)
        self.account(sim.port)
        name = b"spr\xfcng.csv"
        folder = os.fsencode(self.folder)
        os.rename(os.path.join(folder, b"campaign.csv"), os.path.join(folder, name))
        process = support.Process(
            [support.SALVO, "send", name, "--account", "account.toml", "--rate", "300", "--from", "",
             "--results", RESULTS], cwd=self.folder)
        self.addCleanup(process.end)
        self.stop(process, lines=20)
        journal = name + b".journal"
        with open(os.path.join(folder, journal, b"campaign.json"), encoding="ascii") as file:
            self.assertEqual(bytes.fromhex(json.load(file)["campaign_hex"]), name)
        for command in ("status", "resume"):
            process = support.Process([support.SALVO, command, journal, "--json"], cwd=self.folder)
            self.addCleanup(process.end)
            self.assertEqual(process.wait(), 0, process.stderr)
        self.assertEqual(self.outcomes(), {"accepted": 300})
        self.assert_all_taken_once()
        self.assertEqual({line["source"] for line in self.ledger()}, {"SALVO"})

    def test_what_too_many_bad_rows_stopped_is_finished_with_more_of_them(self):
        sim = self.sim()
        self.account(sim.port)
        self.numbers = support.numbers(ROWS)
        rows = [(number, "x") for number in self.numbers]
        for place in range(0, ROWS, 20):
            rows.insert(place, ("nobody", "x"))
        self.campaign(rows)
        done = self.send("campaign.csv", "--account", "account.toml", "--max-bad-rows", 3)
        self.assertEqual(done.code, 3, done.stderr)
        self.assertRegex(done.stderr, rf"go on with: salvo resume {JOURNAL} --max-bad-rows \d+\n")
        self.assertEqual(self.resume().code, 3)
        done = self.resume("--max-bad-rows", 1000, "--json")
        self.assertEqual(done.code, 6, done.stderr)
        self.assertEqual((done.summary["accepted"], done.summary["bad_rows"]), (ROWS, ROWS // 20))
        self.assertNotIn("go on with", done.stderr)
        self.assert_all_taken_once()

    def test_from_another_folder(self):
        self.stopped()
        elsewhere = self.path("elsewhere")
        os.mkdir(elsewhere)
        process = support.Process([support.SALVO, "resume", "../" + JOURNAL], cwd=elsewhere)
        self.addCleanup(process.end)
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assertEqual(os.listdir(elsewhere), [])
        self.assertEqual(self.outcomes(), {"accepted": ROWS})
        self.assert_all_taken_once()

    def test_flags_that_came_as_variables(self):
        sim = self.sim()
        self.stop(self.begin(sim, env={"SALVO_FROM": "LADEN", "SALVO_TEXT": "Say \"{to}\" \\ ü"}))
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_all_taken_once()
        self.assertEqual({line["source"] for line in self.ledger()}, {"LADEN"})

    def test_what_waits_for_its_next_attempt(self):
        sim = self.sim("--error", "ESME_RTHROTTLED=50%")
        process = self.begin(sim, "--json", "--stats", "100ms", "--brake-count", 0,
                             rows=200, retry__delay="1h", retry__delay_after_attempts=1)
        process.wait_for(r'"retries_waiting":[1-9]\d', stream="stdout")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7, process.stderr)
        self.assertEqual(set(self.outcomes()), {"accepted", "unsent"})
        sim.signal(signal.SIGINT)
        sim.wait()
        refused = {line["dest"] for line in self.ledger() if line["status"] != 0}
        self.sim(port=sim.port)
        waiting = self.start("resume", JOURNAL)
        waiting.wait_for(f'"retries_waiting":{len(refused)}', stream="stdout")
        support.wait_until(lambda: self.ledger_lines() == 200, "the rest")
        waiting.signal(signal.SIGINT)
        self.assertEqual(waiting.wait(), 7, waiting.stderr)
        self.assertEqual(self.outcomes()["unsent"], len(refused))
        self.assertEqual(self.ledger_lines(), 200, "their hour is not over")
        # What the account file says today counts.
        self.account(sim.port, retry__delay="0s")
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": 200})
        self.assert_all_taken_once()


class Refused(Resume):
    def test_no_such_journal(self):
        self.write("plain", "")
        os.mkdir(self.path("empty"))
        for command in ("resume", "status"):
            for journal in ("nowhere", "plain", "empty"):
                done = support.Finished(self.start(command, journal))
                self.assert_fails(done, 10, f"'{journal}' is no journal of a campaign")
        self.assertEqual(os.listdir(self.path("empty")), [])

    def test_a_journal_in_use(self):
        sim = self.sim()
        process = self.begin(sim)
        support.wait_until(lambda: self.ledger_lines() >= 20, "the first rows")
        with open(self.path(RESULTS), "rb") as file:
            before = file.read()
        done = self.resume()
        self.assert_fails(done, 11, "is in use by another process")
        with open(self.path(RESULTS), "rb") as file:
            self.assertTrue(file.read().startswith(before))
        self.assertEqual(self.status_json()["state"], "running")
        self.assertIn("under way", self.status().stdout)
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})

    def test_a_campaign_that_was_changed(self):
        self.stopped()
        path = self.path("campaign.csv")
        shutil.copy2(path, self.path("original"))
        before = self.ledger_lines()
        info = os.stat(path)

        def rewritten():
            with open(path, "r+b") as file:
                file.seek(-3, os.SEEK_END)
                file.write(b"y")

        def replaced():
            os.rename(path, self.path("old"))  # and so its inode is not used again
            shutil.copy2(self.path("original"), path)

        for change, reason in ((rewritten, "it was written to since"),
                               (replaced, "another file has its name"),
                               (lambda: os.truncate(path, 1000), "its size was"),
                               (lambda: os.remove(path), "No such file")):
            change()
            with self.subTest(reason):
                done = self.resume()
                self.assert_fails(done, 3, "campaign.csv", reason)
        self.assertEqual(self.ledger_lines(), before)
        self.assertGreater(info.st_size, 1000)

    def test_a_campaign_that_was_only_touched_goes_on(self):
        self.stopped()
        os.utime(self.path("campaign.csv"), (1, 1))
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_all_taken_once()
        self.assertEqual(self.resume().code, 0, "the record has followed the file")

    def test_an_octet_that_was_changed_behind_its_time(self):
        """Rows of two blocks, changed without a trace in size, time and inode."""
        sim = self.sim()
        process = self.begin_long(sim)
        checksums = self.path(JOURNAL + "/campaign.checksums")
        support.wait_until(lambda: self.ledger_lines() and os.path.getsize(checksums) >= 16,
                           "two blocks")
        process.signal(signal.SIGKILL)
        process.wait()
        path = self.path("campaign.csv")
        info = os.stat(path)
        checked = os.path.getsize(checksums) // 8 << 16
        before = self.ledger_lines()
        for place in (checked - 1, 100):
            with open(path, "r+b") as file:
                file.seek(place)
                octet = file.read(1)
                file.seek(place)
                file.write(bytes([octet[0] ^ 1]))
            os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
            done = self.resume("--on-unknown", "resend")
            self.assertEqual(done.code, 3, done.stderr)
            start = place >> 16 << 16
            self.assertRegex(done.stderr, "(?m)^salvo resume: 'campaign.csv': it was changed: of its "
                                          f"octets from {start} on, some are not")
        # The rows of the first block are those that were sent before the second was looked at.
        sent = len({line["dest"] for line in self.ledger()})
        self.assertLess(sent, len(self.numbers) // 2)
        self.assertGreaterEqual(self.ledger_lines(), before)

    def begin_long(self, sim, rows=30_000):
        self.numbers = support.numbers(rows)
        self.campaign((number, "x" * 100) for number in self.numbers)
        self.account(sim.port, window=1000)
        return self.start("send", "campaign.csv", "--account", "account.toml", "--rate", 12_000)

    def test_a_campaign_that_is_changed_meanwhile(self):
        process = self.begin(self.sim())
        support.wait_until(lambda: self.ledger_lines() >= 100, "the first rows")
        with open(self.path("campaign.csv"), "a", encoding="utf-8") as file:
            file.write("+491700000000,y\n")
        self.assertEqual(process.wait(), 3, process.stderr)
        self.assertIn("stopping: the campaign was changed", process.stderr)
        self.assertIn("the campaign 'campaign.csv' was changed: its size was", process.stderr)
        self.assertLess(self.ledger_lines(), ROWS)
        self.assert_fails(self.resume(), 3, "was changed")

    def test_a_journal_that_is_removed_meanwhile(self):
        process = self.begin(self.sim())
        support.wait_until(lambda: self.ledger_lines() >= 100, "the first rows")
        shutil.rmtree(self.path(JOURNAL))
        self.assertEqual(process.wait(), 14, process.stderr)
        self.assertIn("stopping: the journal was removed", process.stderr)
        self.assertIn(f"the journal '{JOURNAL}' was removed", process.stderr)
        self.assertNotIn("go on with", process.stderr)
        self.assertLess(self.ledger_lines(), ROWS)
        self.assertEqual(set(self.outcomes()), {"accepted", "unsent"})

    def test_a_damaged_journal(self):
        process = self.begin(self.sim(), rows=3000)
        # The journal follows to the disk once a second: after two, a batch has said so.
        support.wait_until(lambda: self.ledger_lines() >= 1500, "three seconds of rows")
        process.signal(signal.SIGKILL)
        process.wait()
        path, = self.journal_files()
        with open(path, "r+b") as file:
            file.seek(200)
            octet = file.read(1)
            file.seek(200)
            file.write(bytes([octet[0] ^ 0x10]))
        with open(self.path(RESULTS), "rb") as file:
            before = file.read()
        for done in (self.resume(), self.status(), self.status("--json")):
            self.assert_fails(done, 14, os.path.join(JOURNAL, os.path.basename(path)),
                              "is damaged at octet")
        with open(self.path(RESULTS), "rb") as file:
            self.assertEqual(file.read(), before, "nothing was changed")

    def test_a_damaged_record(self):
        self.stopped()
        for content in ("", "{", "{}", '{"schema":1}\n'):
            self.write(JOURNAL + "/campaign.json", content)
            for done in (self.resume(), self.status()):
                self.assert_fails(done, 14, "campaign.json' is not what salvo wrote")

    def test_a_pipe_has_a_journal_only_when_one_is_named(self):
        sim = self.sim()
        self.account(sim.port)
        self.write("campaign.csv", "to,text\n+491700000001,x\n")
        for flags, said in (((), True), (("--sync", "off"), False)):
            with open(self.path("campaign.csv"), "rb") as stdin:
                done = self.send("-", "--account", "account.toml", *flags, stdin=stdin)
            self.assertEqual(done.code, 0, done.stderr)
            self.assertEqual("no journal: a pipe cannot be read again" in done.stderr, said)
        self.assertEqual(glob.glob(self.path("*journal")), [])

    def test_sync_off_keeps_none(self):
        self.begin_and_end("--sync", "off")
        self.assertEqual(glob.glob(self.path("*journal*")), [])

    def begin_and_end(self, *flags):
        process = self.begin(self.sim(), *flags, rows=20)
        self.assertEqual(process.wait(), 0, process.stderr)


class Unknown(Resume):
    def test_what_a_running_sender_has_under_way_is_not_unknown(self):
        sim = self.killed_with_unknown(window=7)
        sim.signal(signal.SIGKILL)
        sim.wait()
        self.sim("--delay", "30s", port=sim.port)
        process = self.start("resume", JOURNAL)
        status = support.wait_until(
            lambda: (now := self.status_json())["under_way"] == 7 and now, "a window of rows")
        self.assertEqual((status["state"], status["unknown"], status["unknown_rows"]),
                         ("running", 7, list(range(1, 8))))
        self.assertIn("7 unknown, 0 begun, 7 under way\n", self.status().stdout)
        process.signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(self.status_json()["unknown"], 14)
        self.assertNotIn("under way", self.status().stdout)

    def test_is_held_and_listed_and_sent_again_when_asked_to(self):
        self.killed_with_unknown()
        rows = list(range(1, 8))
        status = self.status_json()
        self.assertEqual((status["unknown"], status["unknown_rows"], status["state"]),
                         (7, rows, "begun"))
        text = self.status().stdout
        self.assertIn("killed: nobody ended it", text)
        self.assertIn("rows whose fate is unknown: 1 2 3 4 5 6 7\n", text)
        self.assertIn(f"go on with: salvo resume {JOURNAL}\n", text)

        done = self.resume()
        self.assertEqual(done.code, 13, done.stderr)
        self.assertIn("7 rows are unknown", done.stderr)
        self.assertIn("--on-unknown resend", done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": ROWS - 7, "unknown": 7})
        self.assertEqual({row["row"] for row in self.results() if row["outcome"] == "unknown"},
                         set(map(str, rows)))
        self.assertEqual(self.taken(), collections.Counter(self.numbers[7:]))
        self.assertEqual(self.status_json()["unknown_rows"], rows)

        done = self.resume("--on-unknown", "resend")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})
        self.assert_all_taken_once()
        self.assertEqual(self.status_json()["unknown_rows"], [])

    def test_names_that_a_shell_gives(self):
        os.mkdir(self.path("j"))
        self.stopped("--journal", "j/")
        self.assertEqual(self.resume(journal="j/").code, 0)
        done = self.send("campaign.csv", "--account", "account.toml", "--journal", "j/", "--again",
                         "--results", "results.csv")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertTrue(os.path.isdir(self.path("j.1")))
        os.rename(self.path("campaign.csv"), self.path("-c.csv"))
        done = self.send("--account", "account.toml", "--journal", "k", "--limit", "1", "--", "-c.csv")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertNotIn("another version", self.resume(journal="k").stderr)

    def test_what_is_to_become_of_unknown_rows_may_be_said_beforehand(self):
        self.killed_with_unknown("--on-unknown", "resend")
        self.assertEqual(self.resume("--on-unknown", "hold").code, 13)
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.outcomes(), {"accepted": ROWS})

    def test_a_torn_tail_is_cut(self):
        self.killed_with_unknown()
        path, = self.journal_files()
        with open(path, "r+b") as file:
            file.truncate(len(file.read().rstrip(b"\0")) - 3)  # behind it is reserved room
        # What the tail told had not left when it was torn: here it had, and is sent twice.
        status = self.status_json()
        self.assertLess(status["unknown"], 7)
        with open(path, "ab") as file:
            file.write(b"SVJB" + bytes(30))
        done = self.resume()
        self.assertEqual(done.code, 13 if status["unknown"] else 0, done.stderr)
        self.assert_accounted(ROWS)


class Privacy(Resume):
    def test_only_the_owner_reads_a_journal_and_no_password_is_in_it(self):
        self.stopped("--journal", "memory")
        self.assertEqual(self.resume(journal="memory").code, 0)
        folder = self.path("memory")
        self.assertEqual(os.stat(folder).st_mode & 0o7777, 0o700)
        names = os.listdir(folder)
        self.assertGreaterEqual(len(names), 4, "a record, a lock, two runs")
        for name in names:
            path = os.path.join(folder, name)
            self.assertEqual(os.stat(path).st_mode & 0o7777, 0o600, name)
            with open(path, "rb") as file:
                self.assertNotIn(support.PASSWORD.encode(), file.read(), name)


if __name__ == "__main__":
    unittest.main()

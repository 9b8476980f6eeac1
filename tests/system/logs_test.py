"""The connector log and the PDU log of salvo send, resume and receipts: docs/logs.md."""

import os
import signal
import socket
import unittest

import log_case
import support

# Of one bind: bind_transceiver, unbind, and their answers.
OTHER_PDUS = 4


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ConnectorLog(log_case.LogCase):
    FLAGS = ("--connector-log", "connector.log")

    def test_the_life_of_every_bind(self):
        sim = self.sim()
        self.finish(self.begin(sim, *self.FLAGS, binds=2))
        peer = f"127.0.0.1:{sim.port}"
        for instance in ("0", "1"):
            self.assertEqual(self.connector(instance),
                             [f"CONNECT OK default {peer}", 'LOGIN OK (info="0 SALVOSIM") default',
                              'UNBIND (info="sent") default',
                              'DISCONNECT (info="unbound") default'])
        self.assertEqual(os.stat(self.path("connector.log")).st_mode & 0o777, 0o600)

    def test_a_transmitter_and_its_receiver_are_told_apart(self):
        self.finish(self.begin(self.sim(), *self.FLAGS, bind_type="transmitter+receiver", rows=10))
        for instance in ("0t", "0r"):
            self.assertEqual([line.split(" (")[0] for line in self.connector(instance)][1:],
                             ["LOGIN OK", "UNBIND", "DISCONNECT"])
        self.assertEqual(self.pdus().instances, {"0t", "0r"})

    def test_nobody_listens(self):
        self.campaign([("+491700000000", "x")])
        port = closed_port()
        process = self.start("send", "campaign.csv", "--account", self.account(port), *self.FLAGS)
        lines = support.wait_until(lambda: len(self.connector()) > 1 and self.connector(),
                                   "two attempts")
        process.signal(signal.SIGINT)
        process.wait()
        self.assertEqual(lines[0], f'CONNECT ERR (info="111") default 127.0.0.1:{port}: '
                                   "Connection refused; salvo explain ECONNREFUSED")
        self.assertEqual(lines[1], lines[0])

    def test_a_wrong_password(self):
        sim = self.sim()
        process = self.begin(sim, *self.FLAGS, password="not-that-one")
        self.assertEqual(process.wait(), 5, process.stderr)
        self.assertEqual(self.connector(),
                         [f"CONNECT OK default 127.0.0.1:{sim.port}",
                          'LOGIN ERR (info="14") default: ESME_RINVPASWD, invalid password; '
                          "salvo explain 0x0E",
                          'DISCONNECT (info="the SMSC refused the bind") default'])
        self.assertNotIn("not-that-one", self.text("connector.log") + self.text("pdu.log"))

    def events_when_the_smsc(self, does):
        scenario = self.write("scenario.toml", f'[[at]]\nafter_bind = "300ms"\ndo = ["{does}"]\n')
        process = self.begin(self.sim("--scenario", scenario), *self.FLAGS)
        self.assertIn(process.wait(), (0, 13), process.stderr)
        lines = self.connector("0")
        self.assertEqual([line.split(" (")[0].split(" default")[0] for line in lines[-4:]],
                         ["CONNECT OK", "LOGIN OK", "UNBIND", "DISCONNECT"])
        return lines[2:-4]

    def test_a_connection_that_is_lost(self):
        self.assertEqual(self.events_when_the_smsc("reset"),
                         ['DISCONNECT (info="104") default: Connection reset by peer; '
                          "salvo explain ECONNRESET"])

    def test_an_smsc_that_unbinds(self):
        self.assertEqual(self.events_when_the_smsc("unbind"),
                         ['UNBIND (info="received") default',
                          'DISCONNECT (info="the SMSC sent unbind") default'])


class PduLog(log_case.LogCase):
    def test_has_every_pdu_that_passed(self):
        sim = self.sim()
        summary = self.finish(self.begin(sim))
        log = self.pdus()
        self.assert_whole(log)
        self.assert_accounts_for(log, 2 * len(self.numbers) + OTHER_PDUS)
        self.assertEqual((summary["pdus_logged"], summary["pdus_dropped"]), (len(log.pdus), 0))
        self.assertEqual([pdu["name"] for pdu in log.pdus[:2] + log.pdus[-2:]],
                         ["BIND_TRANSCEIVER", "BIND_TRANSCEIVER_RESP", "UNBIND", "UNBIND_RESP"])
        self.assertEqual(log.pdus[0]["fields"], {"SYSTEMID": "demo", "PASSWORD": "***",
                                                 "INTERFACEVERSION": "52"})
        times = [pdu["time"] for pdu in log.pdus]
        self.assertEqual(times, sorted(times))
        self.assertEqual(os.stat(self.path("pdu.log")).st_mode & 0o777, 0o600)

    def test_agrees_with_what_the_smsc_wrote_down(self):
        self.finish(self.begin(self.sim()))
        log = self.pdus()
        answers = {pdu["trn"]: pdu["fields"]["MESSAGEID"] for pdu in log.answers()}
        logged = {(int(pdu["trn"]), pdu["fields"]["DESTINATIONADDR"],
                   pdu["fields"]["SHORTMESSAGE"].strip('"'), answers[pdu["trn"]])
                  for pdu in log.submits()}
        self.assertEqual(logged, {(line["seq"], line["dest"],
                                   bytes.fromhex(line["message_hex"]).decode("ascii"),
                                   line["message_id"]) for line in self.ledger()})

    def test_shows_refusals_and_receipts(self):
        sim = self.sim("--error", "ESME_RINVDSTADR=20%", "--receipts", "10ms")
        process = self.begin(sim, "--wait-receipts", "20s", registered_delivery=1)
        self.assertEqual(process.wait(), 6, process.stderr)
        refused = [pdu for pdu in self.pdus().answers() if pdu["status"] == "11"]
        self.assertEqual(len(refused), sum(line["status"] == 11 for line in self.ledger()))
        self.assertIn("status:11 (ESME_RINVDSTADR)", self.text("pdu.log"))
        receipts = self.pdus().of("Read", "DELIVER_SM")
        self.assertEqual(len(receipts), len(self.numbers) - len(refused))
        self.assertIn("stat:DELIVRD", receipts[0]["fields"]["SHORTMESSAGE"])
        self.assertEqual(len(self.pdus().of("Write", "DELIVER_SM_RESP")), len(receipts))

    def test_masks_numbers_and_texts(self):
        self.finish(self.begin(self.sim(), "--log-mask"))
        text = self.text("pdu.log")
        for secret in ("4917000", "Dear", "customer"):
            self.assertNotIn(secret, text)
        fields = self.pdus().submits()[0]["fields"]
        self.assertEqual((fields["DESTINATIONADDR"], fields["SHORTMESSAGE"],
                          fields["DESTADDRTON"]), ("***", "***", "1"))

    def test_holds_a_sample_of_pairs(self):
        summary = self.finish(self.begin(self.sim(), sample="1/10"))
        log = self.pdus()
        self.assertEqual((len(log.submits()), log.sampling), (len(self.numbers) / 10, [10]))
        self.assertEqual({pdu["trn"] for pdu in log.submits()},
                         {pdu["trn"] for pdu in log.answers()})
        self.assert_accounts_for(log, 2 * len(self.numbers) + OTHER_PDUS)
        self.assertEqual(summary["pdus_sampled_out"], log.totals["sampled_out"])

    def test_flags_that_cannot_be(self):
        self.campaign([("+491700000000", "x")])
        account = self.account(closed_port())
        for flags, code, part in (
                (("--pdu-log", "p", "--pdu-log-sample", "1/0"), 2, "--pdu-log-sample: '1/0'"),
                (("--pdu-log", "p", "--log-rotate", "big"), 2, "--log-rotate"),
                (("--pdu-log", "p", "--log-keep", "-1"), 2, "--log-keep"),
                (("--pdu-log", "p", "--connector-log", "p"), 2, "are the same file 'p'"),
                (("--pdu-log", "p", "--results", "p"), 2, "are the same file 'p'"),
                (("--pdu-log", "no/p"), 14, "the PDU log: cannot open 'no/p'")):
            with self.subTest(flags=flags):
                self.assert_fails(self.send("campaign.csv", "--account", account, *flags), code,
                                  part)


class Files(log_case.LogCase):
    def test_a_rotation_that_keeps_no_older_file_removes_none_but_the_log(self):
        self.finish(self.begin(self.sim(), "--log-rotate", "20kB", "--log-keep", "0", "--results",
                               "pdu.log.0"))
        self.assert_accounted(len(self.numbers), self.results("pdu.log.0"))
        self.assertLessEqual(len(self.text("pdu.log")), 20_000)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("pdu.log")
                          and name not in ("pdu.log", "pdu.log.0")], [])

    def test_a_large_file_is_rotated_between_lines(self):
        self.finish(self.begin(self.sim(), "--log-rotate", "20kB", "--log-keep", "1000"))
        names = sorted((name for name in os.listdir(self.folder) if name.startswith("pdu.log")),
                       key=lambda name: -int(name.removeprefix("pdu.log").lstrip(".") or 0))
        self.assertGreater(len(names), 5)
        for name in names:
            self.assertLessEqual(os.path.getsize(self.path(name)), 20_000)
        log = self.pdus(*names)
        self.assert_whole(log)
        self.assertEqual(log.pdus[0]["name"], "BIND_TRANSCEIVER")

    def test_only_so_many_are_kept(self):
        self.finish(self.begin(self.sim(), "--log-rotate", "20kB", "--log-keep", "2"))
        names = [name for name in os.listdir(self.folder) if name.startswith("pdu.log")]
        self.assertEqual(sorted(names), ["pdu.log", "pdu.log.1", "pdu.log.2"])
        self.assertIn("UNBIND_RESP", self.text("pdu.log"))

    def test_sighup_opens_them_anew(self):
        process = self.begin(self.sim(), "--connector-log", "connector.log")
        support.wait_until(lambda: self.text("pdu.log").count("\n") > 100, "a part of the log")
        for name in ("pdu.log", "connector.log"):
            os.rename(self.path(name), self.path(name + ".old"))
        process.signal(signal.SIGHUP)
        support.wait_until(lambda: os.path.exists(self.path("pdu.log")), "the new file")
        self.finish(process)
        self.assert_whole(self.pdus("pdu.log.old", "pdu.log"))
        self.assertGreater(len(self.pdus("pdu.log").pdus), 0)
        self.assertEqual([line.split(" (")[0] for line in self.connector()],
                         ["UNBIND", "DISCONNECT"])

    def test_a_second_run_appends(self):
        sim = self.sim()
        self.finish(self.begin(sim, rows=10))
        self.finish(self.begin(sim, rows=10))
        self.assertEqual(len(self.pdus().submits()), 20)


class SlowDisk(log_case.LogCase):
    ROWS = 100_000

    def send_to_a_pipe(self, sample):
        """Its reader begins when nearly all has arrived; what it got in the end."""
        os.mkfifo(self.path("pdu.log"))
        process = self.begin(self.sim(), "--rate", "1000000", sample=sample, rows=self.ROWS)
        support.wait_until(lambda: self.ledger_lines() > 0.9 * self.ROWS, "nearly all rows")
        with open(self.path("pdu.log"), encoding="ascii") as pipe:
            log = log_case.PduLog(pipe.read())
        summary = self.finish(process)
        self.assertEqual(summary["accepted"], self.ROWS)
        self.assertEqual((summary["pdus_logged"], summary["pdus_dropped"]),
                         (len(log.pdus), log.dropped))
        self.assert_accounts_for(log, 2 * self.ROWS + OTHER_PDUS)
        return log

    def test_what_is_dropped_is_counted_in_the_log(self):
        log = self.send_to_a_pipe("all")
        self.assertGreater(log.dropped, 0)
        self.assertEqual(log.sampling, [])
        # Room is kept for what is rare.
        self.assertEqual(len(log.of("Write", "UNBIND")), 1)

    def test_by_itself_it_takes_samples_instead(self):
        log = self.send_to_a_pipe("auto")
        self.assertGreater(log.totals["sampled_out"], 0)
        self.assertIn(2, log.sampling)
        self.assertEqual(log.dropped, 0)

    def test_a_pipe_that_nobody_reads_keeps_nobody(self):
        os.mkfifo(self.path("pdu.log"))
        done = support.Finished(self.begin(self.sim(), "--rate", "1000000", rows=5000))
        self.assertEqual((done.code, done.summary["accepted"]), (0, 5000), done.stderr)
        self.assertIn("takes nothing more: the end of that log is lost", done.stderr)

    def test_a_full_disk_is_told_once_and_tried_again(self):
        os.symlink("/dev/full", self.path("pdu.log"))
        process = self.begin(self.sim(), rows=1500)
        process.wait_for("the PDU log is interrupted, the campaign goes on: cannot write to "
                         "'pdu.log': No space left on device")
        os.remove(self.path("pdu.log"))
        summary = self.finish(process)
        self.assertEqual(process.stderr.count("is interrupted"), 1)
        log = self.pdus()
        self.assertGreater(log.dropped, 0)
        self.assertGreater(len(log.pdus), 0)
        self.assertEqual(summary["pdus_dropped"], log.dropped)
        self.assert_accounts_for(log, 2 * len(self.numbers) + OTHER_PDUS)


class OtherCommands(log_case.LogCase):
    def stopped(self, sim):
        process = self.begin(sim, registered_delivery=1)
        support.wait_until(lambda: self.ledger_lines() > 100, "the first rows")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7, process.stderr)

    def test_resume_goes_on_with_the_log(self):
        self.stopped(self.sim())
        first = len(self.pdus().submits())
        self.assertLess(first, len(self.numbers))
        self.assertEqual(self.start("resume", "campaign.csv.journal").wait(), 0)
        self.assert_whole(self.pdus())

    def test_resume_takes_another_log(self):
        self.stopped(self.sim())
        process = self.start("resume", "campaign.csv.journal", "--pdu-log", "rest.log",
                             "--connector-log", "connector.log")
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assert_whole(self.pdus("pdu.log", "rest.log"))
        self.assertIn('LOGIN OK (info="0 SALVOSIM") default', self.connector())

    def test_neither_takes_what_is_read_for_a_log(self):
        self.stopped(self.sim())
        for command in ("resume", "receipts"):
            for flag, name, what in (("--pdu-log", "campaign.csv", "the campaign"),
                                     ("--connector-log", "account.toml", "the account file")):
                with self.subTest(command=command, flag=flag), open(self.path(name), "rb") as file:
                    before = file.read()
                    done = support.Finished(self.start(command, "campaign.csv.journal", flag, name))
                    self.assert_fails(done, 2, f"is {what}: writing it would destroy that")
                    with open(self.path(name), "rb") as after:
                        self.assertEqual(after.read(), before)

    def test_receipts_has_them_by_its_variables(self):
        sim = self.sim("--receipts", "500ms")
        self.finish(self.begin(sim, "--rate", "10000", rows=50, registered_delivery=1))
        process = self.start("receipts", "campaign.csv.journal", "--wait", "30s", env={
            "SALVO_PDU_LOG": "receipts.log", "SALVO_CONNECTOR_LOG": "connector.log"})
        self.assertEqual(process.wait(), 0, process.stderr)
        log = self.pdus("receipts.log")
        self.assertEqual(log.pdus[0]["name"], "BIND_RECEIVER")
        self.assertGreater(len(log.of("Read", "DELIVER_SM")), 0)
        self.assertEqual(log.submits(), [])
        self.assertEqual([line.split(" (")[0] for line in self.connector()][1:],
                         ["LOGIN OK", "UNBIND", "DISCONNECT"])


if __name__ == "__main__":
    unittest.main()

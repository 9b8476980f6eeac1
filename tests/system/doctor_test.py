"""salvo doctor: its steps, its reports, its bundle, and what it must never do."""

import json
import os
import re
import signal
import stat
import struct
import unittest

import doctor_case
import raw_esme
import support
from certificates import Authority
from doctor_case import Server, bind_resp, names, texts

USUAL = ["configuration", "resolve", "connect", "tls", "bind", "interface_version", "enquire_link",
         "unbind", "machine"]


class Steps(doctor_case.Case):
    def test_of_an_account_that_works_are_all_there_and_in_order(self):
        examined = self.ask()
        self.assertEqual([step["step"] for step in examined.steps], USUAL)
        self.assertEqual([step["number"] for step in examined.steps], list(range(1, 10)))
        self.assertEqual(examined.failed, [])
        self.assertEqual(examined.code, 0, examined.stdout)
        self.assertEqual(examined.step("tls")["verdict"], "skipped")
        self.assertIn("bound; the SMSC calls itself 'SALVOSIM'", texts(examined.step("bind")))
        self.assertEqual(self.counts(), (1, 0, 1))

    def test_each_tells_what_was_tried_how_long_it_took_and_what_came_back(self):
        examined = self.ask("--to", self.number, "--wait-receipt", "5s", sim=("--receipts", "10ms"))
        for step in examined.steps:
            self.assertTrue(step["tried"] or step["verdict"] == "skipped", step)
            self.assertGreaterEqual(step["took_ms"], 0)
        for name in ("resolve", "connect", "bind", "enquire_link", "submit", "receipt", "unbind"):
            self.assertTrue(examined.step(name)["raw"], name)
        submit = examined.step("submit")
        self.assertRegex(submit["raw"][0], r"^submit_sm_resp seq:\d+ status:0x00000000 \(ESME_ROK\)")
        self.assertRegex(submit["raw"][1], r"^[0-9a-f]{8} 80000004 00000000 ")
        self.assertIn("acknowledged at once", texts(examined.step("receipt")))

    def test_the_test_message_is_what_the_sender_would_send(self):
        keys = {"source_addr": "4917", "source_ton": 3, "source_npi": 0, "service_type": "CMT",
                "validity": "24h", "priority": 1}
        self.smsc = self.sim("--receipts", "0")
        account = self.account(self.smsc.port, **keys)
        self.examine(account, "--to", self.number, "--text", "Gr\u00fc\u00dfe [1]")
        self.send("--to", self.number, "--text", "Gr\u00fc\u00dfe [1]", "--account", account)
        first, second = self.ledger()
        for key in ("source", "dest", "data_coding", "esm_class", "message_hex"):
            self.assertEqual(first[key], second[key], key)

    def test_a_pair_of_binds_is_looked_at_on_both(self):
        examined = self.ask("--to", self.number, "--wait-receipt", "5s",
                            sim=("--receipts", "10ms"), bind_type="transmitter+receiver")
        self.assertEqual(examined.failed, [], examined.stdout)
        self.assertEqual([s["title"] for s in examined.steps if s["step"] == "bind"],
                         ["bind as transmitter", "bind as receiver"])
        self.assertEqual(self.counts(), (2, 0, 2))

    def test_all_binds_of_the_account_are_made_and_ended_again(self):
        for bind_type, each in (("transceiver", 1), ("transmitter+receiver", 2)):
            examined = self.ask("--all-binds", binds=3, bind_type=bind_type)
            self.assertEqual(examined.failed, [], examined.stdout)
            self.assertIn(f"{3 * each} of {3 * each} came up", texts(examined.step("binds")))
            self.assertEqual(self.counts(), (3 * each, 0, 3 * each))

    def test_all_binds_are_ended_together_where_nobody_answers(self):
        self.smsc = self.sim("--unbind-fault", "silent")
        account = self.account(self.smsc.port, binds=40, bind_timeout="1s")
        examined = self.examine(account, "--all-binds")
        self.assertEqual(examined.failed, [], examined.stdout)
        self.assertIn("40 of 40 came up", texts(examined.step("binds")))
        self.assertEqual(self.counts()[2], 40)

    def test_binds_beyond_the_limit_are_named_and_the_others_ended(self):
        examined = self.ask("--all-binds", sim=("--max-binds", "2"), binds=5)
        step = examined.step("binds")
        self.assertEqual(examined.failed, ["binds"])
        self.assertEqual(examined.code, 5)
        self.assertEqual(names(step), ["more binds than the account may have", "ESME_RALYBND"])
        self.assertIn("2 of 5 came up", texts(step))
        self.assertEqual(self.counts(), (2, 1, 2))

    def test_one_of_several_accounts_is_chosen_by_name(self):
        self.smsc = self.sim()
        lines = "".join(f"[account.{name}]\nhost = '127.0.0.1'\nport = {self.smsc.port}\n"
                        f"system_id = '{name}'\npassword = '{support.PASSWORD}'\n"
                        for name in ("demo", "other"))
        account = self.write("several.toml", lines)
        examined = self.examine(account)
        self.assertEqual(examined.code, 2)
        self.assertIn("say which with --name: demo, other", texts(examined.step("configuration")))
        self.assertEqual(self.examine(account, "--name", "demo").code, 0)
        self.assertEqual(self.examine(account, "--name", "other").code, 5)
        self.assertEqual(self.examine(account, "--name", "third").code, 2)

    def test_a_dead_host_leaves_the_others_to_be_tried(self):
        self.smsc = self.sim()
        hosts = ["127.0.0.1:1", f"127.0.0.1:{self.smsc.port}"]
        examined = self.examine(self.account(self.smsc.port, host=hosts))
        self.assertEqual(examined.failed, ["connect"])
        self.assertEqual(examined.code, 4)
        self.assertEqual(examined.step("bind")["verdict"], "ok")
        self.assertEqual(examined.step("enquire_link")["host"], hosts[1])
        only = self.examine(self.account(self.smsc.port, host=hosts), "--host", hosts[1])
        self.assertEqual(only.failed, [])
        self.assertEqual(self.examine(self.account(self.smsc.port), "--host", "none").code, 2)

    def test_a_refused_bind_is_not_tried_at_the_next_host(self):
        self.smsc = self.sim()
        hosts = [f"127.0.0.1:{self.smsc.port}", f"localhost:{self.smsc.port}"]
        examined = self.examine(self.account(self.smsc.port, host=hosts, password="another"))
        self.assert_cause(examined, "bind", "ESME_RINVPASWD", 5)
        self.assertEqual(self.counts()[:2], (0, 1))

    def test_a_session_that_idles_to_its_end_is_bound_anew(self):
        examined = self.ask("--idle", "2s", "--to", self.number, sim=("--idle", "300ms"),
                            enquire_link="200ms")
        self.assertEqual(examined.failed, [], examined.stdout)
        self.assertIn("ends a session that is silent", texts(examined.step("idle")))
        self.assertEqual(len([s for s in examined.steps if s["step"] == "bind"]), 2)

    def test_ctrl_c_unbinds_and_ends(self):
        self.smsc = self.sim()
        process = self.start("doctor", "--account", self.account(self.smsc.port), "--idle", "60s")
        process.wait_for(r"enquire_link +ok", "stdout")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)
        self.assertNotIn("idle", process.stdout)
        self.assertEqual(self.counts(), (1, 0, 1))


class Refusals(doctor_case.Case):
    def refused(self, status, **keys):
        """Examines an account at an SMSC that refuses each bind; how often it was asked."""
        server = Server(self, lambda connection: bind_resp(connection, status))
        examined = self.examine(self.account(server.port, **keys))
        self.assertEqual(examined.failed, ["bind"], examined.stdout)
        return examined, server.connections

    def test_cost_one_attempt(self):
        for status in (0x05, 0x08, 0x0D, 0x0E, 0x0F, 0x400):
            with self.subTest(status=status):
                examined, connections = self.refused(status)
                self.assertEqual(connections, 1)
                self.assertEqual(examined.code, 5)
                self.assertEqual(examined.step("bind")["explanations"][0]["topic"], "status")

    def test_cost_a_second_attempt_where_it_may_tell_more(self):
        for status in (0x0D, 0x0E, 0x0F, 0x53):
            with self.subTest(status=status):
                examined, connections = self.refused(status, system_type="VMA")
                self.assertEqual(connections, 2)
                self.assertIn("tried once more without system_type: refused, too",
                              texts(examined.step("bind")))

    def test_by_a_nack_that_claims_success_are_refusals(self):
        def serve(connection):
            sequence = connection.recv(4096)[12:16]
            connection.sendall(struct.pack(">III", 16, 0x80000000, 0) + sequence)

        server = Server(self, serve)
        self.assert_cause(self.examine(self.account(server.port)), "bind", "ESME_RUNKNOWNERR", 5)


class OddPeers(doctor_case.Case):
    """Whatever a peer does, doctor ends, says something true, and shows no password."""

    def examined(self, serve, **keys):
        server = Server(self, serve)
        return self.examine(self.account(server.port, bind_timeout="500ms", **keys),
                            "--bundle", self.path("bundle.txt"))

    def test_an_echo_service_is_no_smsc(self):
        def echo(connection):
            while octets := connection.recv(4096):
                connection.sendall(octets)

        self.assert_cause(self.examined(echo), "bind", "octets that are no SMPP", 4)

    def test_a_web_server_that_repeats_the_request_is_no_smsc(self):
        def serve(connection):
            octets = connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + octets)

        examined = self.examined(serve)
        self.assert_cause(examined, "bind", "octets that are no SMPP", 4)
        self.assertIn("the peer speaks HTTP", texts(examined.step("bind")))

    def test_a_tls_alert_is_recognised(self):
        def serve(connection):
            connection.recv(4096)
            connection.sendall(bytes.fromhex("15030300020246"))

        self.assert_cause(self.examined(serve), "bind", "plain SMPP to a TLS port", 4)

    def test_a_tls_port_that_says_nothing_to_plain_octets_is_asked_with_tls(self):
        def serve(connection):
            if connection.recv(4096)[:1] == b"\x16":  # a handshake
                connection.sendall(bytes.fromhex("15030300020228"))
            else:
                connection.recv(4096)

        examined = self.examined(serve)
        self.assert_cause(examined, "bind", "plain SMPP to a TLS port", 4)

    def test_a_plain_port_that_says_nothing_to_tls_is_asked_without(self):
        def serve(connection):
            octets = connection.recv(4096)
            if octets[:4] == struct.pack(">I", 16):  # an enquire_link
                connection.sendall(octets[:4] + bytes.fromhex("80000015") + octets[8:])
            else:
                connection.recv(4096)

        examined = self.examined(serve, tls__enabled=True, connect_timeout="500ms")
        self.assert_cause(examined, "tls", "TLS to a port of plain SMPP", 4)

    def test_a_peer_that_answers_what_nobody_asked(self):
        def serve(connection):
            connection.recv(4096)
            connection.sendall(struct.pack(">IIII", 16, 0x80000009, 0, 77))
            connection.recv(4096)

        examined = self.examined(serve)
        self.assert_cause(examined, "bind", "the bind is not answered", 5)
        self.assertIn("seq:77", texts(examined.step("bind")))

    def test_a_peer_that_never_stops_talking(self):
        def serve(connection):
            enquire_link = struct.pack(">IIII", 16, 0x15, 0, 1)
            while True:
                connection.sendall(1000 * enquire_link)

        self.assert_cause(self.examined(serve), "bind", "the bind is not answered", 5)

    def test_a_peer_that_unbinds_at_once(self):
        def serve(connection):
            connection.sendall(struct.pack(">IIII", 16, 6, 0, 1))
            connection.recv(4096)
            connection.recv(4096)

        examined = self.examined(serve)
        self.assert_cause(examined, "bind", "bind works and is closed at once", 5)
        self.assertIn("the SMSC sent unbind", texts(examined.step("bind")))

    def tearDown(self):
        with open(self.path("bundle.txt"), encoding="utf-8") as file:
            bundle = file.read()
        self.assertNotIn(support.PASSWORD, bundle)
        digits = re.sub(r"[^0-9a-f]", "", bundle.lower())
        self.assertNotIn(support.PASSWORD.encode().hex(), digits)
        super().tearDown()


class OtherPeoplesMessages(doctor_case.Case):
    def test_receipts_of_others_are_left_with_the_smsc(self):
        self.smsc = self.sim("--receipts", "100ms")
        esme = self.esme(self.smsc.port)
        esme.submit()
        self.assertEqual(esme.read().status, 0)
        # Its receipt comes to nobody else any more.
        esme.close()
        examined = self.examine(self.account(self.smsc.port), "--idle", "500ms")
        self.assertEqual(examined.failed, [], examined.stdout)
        again = self.esme(self.smsc.port)
        receipt = again.read()
        self.assertIn(b"stat:DELIVRD", receipt.body)
        again.acknowledge(receipt)

    def test_the_receipt_of_an_earlier_message_to_the_same_number_is_left_there_too(self):
        self.smsc = self.sim("--receipts", "10ms")
        esme = self.esme(self.smsc.port)
        esme.submit(self.number, text=b"earlier")
        while esme.read().command != raw_esme.DELIVER_SM:
            pass
        esme.close()  # and it is not acknowledged
        examined = self.examine(self.account(self.smsc.port), "--to", self.number,
                                "--wait-receipt", "5s")
        self.assertEqual(examined.failed, [], examined.stdout)
        receipt = examined.step("receipt")
        self.assertEqual(receipt["verdict"], "ok")
        self.assertIn("acknowledged at once", texts(receipt))
        self.assertEqual(texts(receipt).count("deliver_sm seq"), 1)
        again = self.esme(self.smsc.port)
        receipt = again.read()
        self.assertIn(b"text:earlier", receipt.body)
        again.acknowledge(receipt)

    def test_a_receipt_with_an_id_that_says_nothing_is_ours_when_no_other_comes(self):
        scenario = self.write("scenario.toml", "[[at]]\nafter_bind = '400ms'\nid = 'uuid'\n")
        examined = self.ask("--to", self.number, "--wait-receipt", "2s",
                            sim=("--receipts", "800ms", "--scenario", scenario))
        self.assertEqual(examined.failed, [], examined.stdout)
        receipt = examined.step("receipt")
        self.assertIn("receipts match no message", names(receipt))
        self.assertIn("acknowledged when none with a known id had come", texts(receipt))


class Reports(doctor_case.Case):
    def test_the_text_has_the_step_the_cause_and_what_to_do(self):
        self.smsc = self.sim()
        done = support.Finished(self.start(
            "doctor", "--account", self.account(self.smsc.port, password="another")))
        self.assertEqual(done.code, 5)
        self.assertEqual(done.stderr, "")
        self.assertRegex(done.stdout, r"(?m)^ 5  bind as transceiver +failed +\d+\.\d ms$")
        for part in ("tried", "came back", "ESME_RINVPASWD", "causes", "do  ", "beware",
                     "The cause: ESME_RINVPASWD (0x0E): invalid password. "
                     "(bind as transceiver, exit code 5)"):
            self.assertIn(part, done.stdout)
        self.assertNotIn("\x1b", done.stdout)

    def test_the_json_ends_with_a_summary(self):
        examined = self.ask("--to", self.number, sim=("--error", "ESME_RINVSRCADR"))
        self.assertEqual(examined.summary["message_type"], "summary")
        self.assertEqual(examined.summary["schema"], 1)
        self.assertEqual(examined.summary["account"], "default")
        self.assertEqual(examined.summary["failed_step"], "submit")
        self.assertEqual(examined.summary["steps"], len(examined.steps))
        self.assertIn("ESME_RINVSRCADR", examined.summary["cause"])
        for step in examined.steps:
            self.assertEqual(step["schema"], 1)
            self.assertIn(step["verdict"], ("ok", "warning", "failed", "skipped"))
            self.assertEqual(step["exit_code"] is None, step["verdict"] != "failed")

    def test_the_bundle_has_all_of_it_and_only_its_owner_may_read_it(self):
        self.smsc = self.sim("--receipts", "10ms")
        account = self.account(self.smsc.port)
        bundle = self.write("bundle.txt", "what was there before")
        os.chmod(bundle, 0o644)
        self.examine(account, "--to", self.number, "--wait-receipt", "5s", "--bundle", bundle)
        self.assertEqual(stat.S_IMODE(os.stat(bundle).st_mode), 0o600)
        with open(bundle, encoding="utf-8") as file:
            text = file.read()
        for part in ("=== The steps ===", "=== Versions and the machine ===", "salvo 0.", "OpenSSL",
                     "Linux", 'password = "***"', "system_id = ", "bind_transceiver, ",
                     "deliver_sm_resp", "unbind_resp", "connected from 127.0.0.1:"):
            self.assertIn(part, text)
        self.assertNotIn("what was there before", text)
        self.assertNotIn(support.PASSWORD, text)

    def test_the_bundle_of_a_file_that_cannot_be_read_keeps_its_secrets(self):
        account = self.write("typo.toml", f"host = 'a'\npasword = '{support.PASSWORD}'\n")
        examined = self.examine(account, "--bundle", "bundle.txt")
        self.assertEqual(examined.code, 2)
        self.assertIn("unknown key 'pasword'", texts(examined.step("configuration")))
        with open(self.path("bundle.txt"), encoding="utf-8") as file:
            text = file.read()
        self.assertIn('pasword = "***"', text)
        self.assertNotIn(support.PASSWORD, text)

    def test_a_bundle_that_cannot_be_written_is_said(self):
        self.smsc = self.sim()
        done = support.Finished(self.start("doctor", "--account", self.account(self.smsc.port),
                                           "--bundle", "no/such/folder/bundle.txt"))
        self.assert_fails(done, 14, "cannot write 'no/such/folder/bundle.txt'")
        self.assertEqual(self.counts(), (0, 0, 0))

    def test_a_bundle_that_has_no_room_is_in_the_summary(self):
        self.smsc = self.sim()
        examined = self.examine(self.account(self.smsc.port), "--bundle", "/dev/full")
        self.assertEqual((examined.code, examined.summary["exit_code"]), (14, 14))
        self.assertIn("cannot write '/dev/full'", examined.stderr)

    def test_a_bundle_never_destroys_what_is_read(self):
        authority = Authority(self.folder, "clients")
        certificate, key = authority.sign("client", "DNS:client")
        self.write("secret", support.PASSWORD + "\n")
        keys = {"host": "127.0.0.1", "system_id": "demo", "password_file": "secret",
                "tls.enabled": True, "tls.ca_file": authority.certificate,
                "tls.cert_file": certificate, "tls.key_file": key}
        account = self.write("files.toml",
                             "".join(f"{k} = {json.dumps(v)}\n" for k, v in keys.items()))
        os.symlink(account, self.path("link.toml"))
        for name, what in ((account, "the account file"), ("link.toml", "the account file"),
                           ("secret", "a file of a password"), (key, "a client's key"),
                           (certificate, "a client certificate"),
                           (authority.certificate, "a CA's certificate")):
            with self.subTest(name=name), open(self.path(name), "rb") as file:
                before = file.read()
                done = support.Finished(self.start("doctor", "--account", account, "--bundle", name))
                self.assert_fails(done, 2, f"is {what}")
                with open(self.path(name), "rb") as after:
                    self.assertEqual(after.read(), before)

    def test_the_bundle_of_what_was_interrupted_says_so(self):
        self.smsc = self.sim()
        process = self.start("doctor", "--account", self.account(self.smsc.port), "--idle", "60s",
                             "--bundle", "bundle.txt")
        process.wait_for(r"enquire_link +ok", "stdout")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)
        self.assertTrue(process.stdout.endswith("\nInterrupted: the rest was not tried.\n"))
        with open(self.path("bundle.txt"), encoding="utf-8") as file:
            text = file.read()
        self.assertIn("Interrupted: the rest was not tried.", text)
        self.assertNotIn("All is well", text)

    def test_usage_is_checked(self):
        account = self.account(1)
        for arguments in (("--to",), ("--text", "x"), ("--wait-receipt", "1s"),
                          ("--throttle", "10"), ("--to", self.number, "--throttle", "0"),
                          ("--idle", "5")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.start("doctor", "--account", account, *arguments).wait(), 2)
        self.assertEqual(self.start("doctor").wait(), 2)
        self.assertEqual(self.examine("none.toml").code, 2)
        for arguments in (("--to", "no-number"), ("--to", self.number, "--text", 200 * "x"),
                          ("--to", self.number, "--from", "MORETHANELEVEN")):
            examined = self.examine(account, *arguments)
            self.assert_cause(examined, "configuration", None, 2)


class Configuration(doctor_case.Case):
    def warning(self, account, cause):
        step = self.examine(account, "--timeout", "200ms").step("configuration")
        self.assertEqual(step["verdict"], "warning", step)
        self.assertIn(cause, names(step))
        return step

    def test_a_password_that_others_can_read(self):
        account = self.account(1)
        os.chmod(account, 0o644)
        step = self.warning(account, "a secret that others can read")
        self.assertIn(account, texts(step))
        self.write("secret", support.PASSWORD + "\n")
        keys = {"host": "127.0.0.1", "system_id": "demo", "password_file": "secret"}
        account = self.write("file.toml", "".join(f"{k} = {json.dumps(v)}\n" for k, v in keys.items()))
        self.warning(account, "a secret that others can read")

    def test_a_password_with_a_blank_around(self):
        self.warning(self.account(1, password="secret "), "the password looks odd")

    def test_a_sender_whose_type_does_not_fit(self):
        self.warning(self.account(1, source_ton=1, source_npi=1),
                     "the sender's type of number does not fit")

    def test_a_transmitter_that_asks_for_receipts(self):
        self.warning(self.account(1, bind_type="transmitter"), "no receipts arrive")


class Machine(doctor_case.Case):
    def test_few_files_are_a_warning(self):
        self.smsc = self.sim()
        account = self.account(self.smsc.port, binds=100)
        process = support.Process(["prlimit", "--nofile=80", support.SALVO, "doctor", "--account",
                                   account, "--json"])
        self.addCleanup(process.end)
        examined = doctor_case.Examined(support.Finished(process))
        self.assertEqual(examined.code, 0, examined.stdout)
        self.assertIn("a limit of this process is low", names(examined.step("machine")))
        self.assertIn("100 binds want 164 open files", texts(examined.step("machine")))

    def test_a_kernel_that_gives_no_ring_is_the_cause(self):
        account = self.account(1)
        process = support.Process(
            ["strace", "-f", "-o", self.path("trace"), "-e", "inject=io_uring_setup:error=EPERM",
             support.SALVO, "doctor", "--account", account, "--json"])
        self.addCleanup(process.end)
        examined = doctor_case.Examined(support.Finished(process))
        self.assertEqual([step["step"] for step in examined.steps], ["configuration", "machine"])
        self.assert_cause(examined, "machine", "io_uring is not available", 12)


if __name__ == "__main__":
    unittest.main()

"""Every fault that the simulator can have: salvo doctor names its step, its cause and its exit code."""

import datetime
import os
import socket
import unittest

import doctor_case
import raw_esme
import support
from certificates import Authority
from doctor_case import Server, answer, bind_resp, names, pdus, texts


class Network(doctor_case.Case):
    def test_a_name_without_an_address(self):
        self.assert_cause(self.ask(host="smsc.invalid"), "resolve", "a host name does not resolve", 4)

    def test_a_port_where_nobody_listens(self):
        self.assert_cause(self.ask(host="127.0.0.1:1"), "connect", "ECONNREFUSED", 4)

    def test_a_firewall_that_drops(self):
        examined = self.ask("--timeout", "200ms", sim=("--drop-connects",))
        self.assert_cause(examined, "connect", "ETIMEDOUT", 4)

    def test_connections_that_are_ended_at_once(self):
        for fault in ("close", "reset", "garbage"):
            with self.subTest(fault=fault):
                examined = self.ask(sim=("--connect", fault))
                cause = {"garbage": "octets that are no SMPP"}.get(
                    fault, "bind works and is closed at once")
                self.assert_cause(examined, "bind", cause, 4 if fault == "garbage" else 5)

    def test_a_peer_that_never_says_a_word(self):
        examined = self.ask("--timeout", "200ms", sim=("--connect", "silent"))
        self.assert_cause(examined, "bind", "the bind is not answered", 5)


class Tls(doctor_case.Case):
    def handshake(self, *flags, doctor=(), **keys):
        """With a simulator whose certificate is of its own making."""
        return self.ask(*doctor, sim=("--tls-make-ca", "ca.pem", *flags), tls__enabled=True,
                        tls__ca_file="ca.pem", **keys)

    def test_that_works_tells_version_chain_host_and_dates(self):
        examined = self.handshake("--tls-make", "good")
        self.assertEqual(examined.failed, [], examined.stdout)
        tls = examined.step("tls")
        self.assertRegex(texts(tls), r"TLSv1\.3, TLS_\w+")
        self.assertRegex(texts(tls), r"CN=salvo sim, for localhost, 127\.0\.0\.1, ::1, signed by "
                         r"CN=salvo sim authority, valid from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d")
        self.assertIn("expecting '127.0.0.1'", tls["tried"])

    def test_certificates_that_are_not_to_be_trusted(self):
        for kind, cause in (("self-signed", "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT"),
                            ("unknown-ca", "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
                            ("wrong-host", "X509_V_ERR_IP_ADDRESS_MISMATCH"),
                            ("expired", "X509_V_ERR_CERT_HAS_EXPIRED"),
                            ("not-yet-valid", "X509_V_ERR_CERT_NOT_YET_VALID")):
            with self.subTest(kind=kind):
                examined = self.handshake("--tls-make", kind)
                self.assert_cause(examined, "tls", cause, 4)
                self.assertIn("valid from", texts(examined.step("tls")))

    def test_another_name_is_another_host(self):
        examined = self.handshake("--tls-make", "good", tls__server_name="smsc.example.com")
        self.assert_cause(examined, "tls", "X509_V_ERR_HOSTNAME_MISMATCH", 4)
        examined = self.handshake("--tls-make", "good", "--tls-make-host", "smsc.example.com",
                                  tls__server_name="smsc.example.com")
        self.assertEqual(examined.failed, [], examined.stdout)

    def test_a_certificate_that_ends_soon_is_a_warning(self):
        authority = Authority(self.folder, "soon")
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
        certificate, key = authority.sign("smsc", "IP:127.0.0.1",
                                          ("20200101000000Z", f"{end:%Y%m%d%H%M%SZ}"))
        self.smsc = self.sim("--tls-cert", certificate, "--tls-key", key)
        examined = self.examine(self.account(self.smsc.port, tls__enabled=True,
                                             tls__ca_file=authority.certificate))
        tls = examined.step("tls")
        self.assertEqual((tls["verdict"], examined.code), ("warning", 0), examined.stdout)
        self.assertIn("X509_V_ERR_CERT_HAS_EXPIRED", names(tls))
        self.assertIn(f"to {end:%Y-%m-%d}", texts(tls))

    def test_no_common_version(self):
        examined = self.handshake("--tls-make", "good", "--tls-max", "1.2", tls__min_version="1.3")
        self.assert_cause(examined, "tls", "protocol_version", 4)

    def test_plain_octets_to_a_port_with_tls(self):
        examined = self.ask(sim=("--tls-make", "good"))
        self.assert_cause(examined, "bind", "plain SMPP to a TLS port", 4)

    def test_tls_to_a_port_without(self):
        self.assert_cause(self.ask(tls__enabled=True), "tls", "TLS to a port of plain SMPP", 4)

    def test_a_peer_that_hangs_up_in_the_handshake(self):
        examined = self.ask(sim=("--connect", "close"), tls__enabled=True)
        self.assert_cause(examined, "tls", "closed during the TLS handshake", 4)

    def test_a_client_certificate_that_is_missing_or_refused(self):
        authority = Authority(self.folder, "clients")
        certificate, key = Authority(self.folder, "nobody").sign("client", "DNS:client")
        strange = {"tls__cert_file": certificate, "tls__key_file": key}
        for version, step in (("1.2", "tls"), ("1.3", "bind")):
            for keys in ({}, strange):
                with self.subTest(version=version, keys=keys):
                    examined = self.handshake("--tls-make", "good", "--tls-client-ca",
                                              authority.certificate, "--tls-max", version, **keys)
                    # With TLS 1.3 it shows after the bind was sent.
                    self.assert_cause(examined, step,
                                      "the client certificate is missing or refused", 4)
        certificate, key = authority.sign("client", "DNS:client")
        examined = self.handshake("--tls-make", "good", "--tls-client-ca", authority.certificate,
                                  tls__cert_file=certificate, tls__key_file=key)
        self.assertEqual(examined.failed, [], examined.stdout)

    def test_other_alerts_are_not_about_the_client_certificate(self):
        authority = Authority(self.folder, "clients")
        certificate, key = authority.sign("client", "DNS:client")
        own = {"tls__cert_file": certificate, "tls__key_file": key}
        # 42 is about ours only where there is one, or one was asked for.
        for alert, keys, cause in ((47, own, "illegal_parameter"), (47, {}, "illegal_parameter"),
                                   (42, {}, "bad_certificate"),
                                   (42, own, "the client certificate is missing or refused")):
            def serve(connection, alert=alert):
                connection.recv(4096)
                connection.sendall(bytes.fromhex("150303000202") + bytes([alert]))

            with self.subTest(alert=alert, keys=keys):
                server = Server(self, serve)
                examined = self.examine(self.account(server.port, tls__enabled=True, **keys))
                self.assert_cause(examined, "tls", cause, 4)

    def test_without_verification_is_a_warning(self):
        examined = self.ask(sim=("--tls-make", "self-signed"), tls__enabled=True, tls__verify=False)
        self.assertEqual(examined.code, 0, examined.stdout)
        self.assertIn("nothing was verified", texts(examined.step("tls")))


class Bind(doctor_case.Case):
    def refused(self, cause, *flags, code=5, doctor=(), **keys):
        examined = self.ask(*doctor, sim=flags, **keys)
        self.assert_cause(examined, "bind", cause, code)
        return examined.step("bind")

    def test_wrong_logins(self):
        self.refused("ESME_RINVSYSID", system_id="nobody")
        self.refused("ESME_RINVPASWD", password="wrong")
        self.refused("ESME_RBINDFAIL", "--refuse-with", "password=ESME_RBINDFAIL", password="wrong")

    def test_every_status_has_an_explanation(self):
        for status in (*range(1, 0x15), 0x45, 0x53, 0x58, 0x64, 0xFE, 0x400, 0x777):
            server = Server(self, lambda connection: bind_resp(connection, status))
            examined = self.examine(self.account(server.port))
            self.assertEqual((examined.failed, examined.code), (["bind"], 5), hex(status))
            explanation = examined.step("bind")["explanations"][-1]
            self.assertEqual(explanation["topic"], "status")
            self.assertTrue(explanation["first"] <= status <= explanation["last"], explanation)
            self.assertTrue(explanation["causes"] and explanation["actions"])

    def test_system_type(self):
        self.refused("system_type does not fit", "--system-type", "", system_type="VMA")
        self.refused("ESME_RINVSYSTYP", "--system-type", "VMA")

    def test_an_address_that_is_not_listed(self):
        step = self.refused("ESME_RBINDFAIL", "--allow", "192.0.2.1")
        self.assertIn("the SMSC saw the bind come from 127.0.0.1:", texts(step))

    def test_a_version_that_is_not_taken(self):
        self.refused("the SMSC speaks another version", "--accept-version", "3.4",
                     interface_version="5.0")

    def test_too_many_binds_of_a_process_here(self):
        self.smsc = self.sim("--max-binds", "1")
        self.esme(self.smsc.port)
        examined = self.examine(self.account(self.smsc.port))
        self.assert_cause(examined, "bind", "another process holds the binds", 5)
        self.assertIn(f"(process {os.getpid()})", texts(examined.step("bind")))

    def test_a_process_here_with_a_socket_of_both_protocols(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6 here")
        self.smsc = self.sim("--max-binds", "1")
        esme = raw_esme.Esme(self.smsc.port, host="::ffff:127.0.0.1")
        self.addCleanup(esme.close)
        self.assertEqual(esme.socket.family, socket.AF_INET6)
        self.assertEqual(esme.bind(support.PASSWORD).status, 0)
        examined = self.examine(self.account(self.smsc.port))
        self.assert_cause(examined, "bind", "another process holds the binds", 5)
        self.assertIn(f"(process {os.getpid()})", texts(examined.step("bind")))

    def test_already_bound_and_when_it_was_free(self):
        self.smsc = self.sim("--linger", "1s")
        self.esme(self.smsc.port).close()
        account = self.account(self.smsc.port)
        self.assert_cause(self.examine(account), "bind", "ESME_RALYBND", 5)
        examined = self.examine(account, "--wait", "30s")
        self.assertEqual(examined.failed, [], examined.stdout)
        self.assertRegex(texts(examined.step("bind")), r"let in after \d\.\d s, at attempt \d+")

    def test_who_waits_does_not_try_a_refused_login_on(self):
        """For SMSCs lock accounts that do; the fourth attempt would be let in."""
        errors = [part for status in ("ESME_RALYBND=@1", "ESME_RINVPASWD=@2", "ESME_RINVPASWD=@3")
                  for part in ("--bind-error", status)]
        step = self.refused("ESME_RINVPASWD", *errors, doctor=("--wait", "30s"))
        self.assertRegex(texts(step), r"the SMSC had another reason after .* s, at attempt 2")
        self.assertNotIn("not let in within", texts(step))

    def test_a_locked_account(self):
        self.smsc = self.sim("--lock-after", "1")
        self.examine(self.account(self.smsc.port, password="wrong"))
        self.assert_cause(self.examine(self.account(self.smsc.port)), "bind", "ESME_RBINDFAIL", 5)

    def test_answers_that_are_none(self):
        for fault, cause in (("silent", "the bind is not answered"),
                             ("wrong-sequence", "the bind is not answered"),
                             ("nack", "ESME_RINVCMDID"), ("wrong-command", "ESME_RUNKNOWNERR"),
                             ("close", "bind works and is closed at once"),
                             ("reset", "bind works and is closed at once")):
            with self.subTest(fault=fault):
                self.refused(cause, "--bind-fault", fault, doctor=("--timeout", "300ms"))


class SessionSteps(doctor_case.Case):
    def test_versions(self):
        for told, verdict in (("none", "ok"), ("3.4", "ok"), ("3.3", "warning"),
                              ("5.0", "warning")):
            step = self.ask(sim=("--sc-version", told)).step("interface_version")
            self.assertEqual(step["verdict"], verdict, step)

    def test_enquire_link_without_an_answer(self):
        examined = self.ask("--timeout", "200ms", sim=("--enquire-link-fault", "silent=@2"))
        self.assertEqual((examined.failed, examined.code), (["enquire_link"], 20))
        self.assertEqual(examined.cause, "enquire_link is not answered")

    def test_answers_to_enquire_link_and_unbind_that_are_none(self):
        def serve(connection):
            for command, sequence in pdus(connection):
                nacks = command in (raw_esme.ENQUIRE_LINK, raw_esme.UNBIND)
                status, body = (3, b"") if nacks else (0, b"\0")
                kind = raw_esme.GENERIC_NACK if nacks else command | raw_esme.RESPONSE
                answer(connection, kind, sequence, status, body)

        examined = self.examine(self.account(Server(self, serve).port))
        self.assertEqual(examined.code, 0, examined.stdout)
        for name in ("enquire_link", "unbind"):
            step = examined.step(name)
            self.assertEqual(step["verdict"], "warning", step)
            self.assertIn("generic_nack seq:", texts(step))
            self.assertIn(f"that is no {name}_resp of success", texts(step))
            self.assertEqual(names(step), ["ESME_RINVCMDID"])

    def test_answers_of_another_command_are_a_warning(self):
        def serve(connection):
            for command, sequence in pdus(connection):
                is_bind = command == raw_esme.BIND_TRANSCEIVER
                kind = command if is_bind else raw_esme.SUBMIT_SM
                answer(connection, kind | raw_esme.RESPONSE, sequence)

        examined = self.examine(self.account(Server(self, serve).port))
        self.assertEqual(examined.code, 0, examined.stdout)
        self.assertEqual(examined.step("enquire_link")["verdict"], "warning")
        self.assertEqual(examined.step("unbind")["verdict"], "warning")
        self.assertIn("submit_sm_resp", texts(examined.step("unbind")))

    def test_unbind_without_an_answer(self):
        examined = self.ask("--timeout", "200ms", sim=("--unbind-fault", "silent"))
        self.assertEqual(examined.code, 0, examined.stdout)
        self.assertIn("unbind is not answered", names(examined.step("unbind")))

    def test_silence_that_the_smsc_ends(self):
        examined = self.ask("--idle", "10s", sim=("--idle", "300ms"))
        self.assert_cause(examined, "idle", "connection drops when idle", 21)

    def test_silence_that_enquire_link_ends_first(self):
        sim = ("--idle", "3s")
        self.assertEqual(self.ask("--idle", "10s", sim=sim, enquire_link="300ms").failed, [])
        # What comes at the last moment comes too late now and then.
        examined = self.ask("--idle", "10s", sim=sim, enquire_link="2900ms")
        self.assert_cause(examined, "idle", "connection drops when idle", 21)


class Submit(doctor_case.Case):
    def submitted(self, *flags, doctor=(), **keys):
        return self.ask("--to", self.number, *doctor, sim=flags, **keys)

    def test_every_status_has_an_explanation(self):
        for status in (0x01, 0x08, 0x0A, 0x0B, 0x14, 0x45, 0x58, 0x61, 0xC3, 0xFE, 0x400, 0x777):
            with self.subTest(status=hex(status)):
                examined = self.submitted("--error", hex(status))
                self.assertEqual(examined.code, 22)
                explanation = examined.step("submit")["explanations"][-1]
                self.assertTrue(explanation["first"] <= status <= explanation["last"], explanation)

    def test_senders(self):
        examined = self.submitted("--approved-sender", "OTHER")
        self.assertEqual((examined.cause, examined.code), ("ESME_RINVSRCADR", 22))
        examined = self.submitted("--approved-sender", "OTHER", doctor=("--from", "OTHER"))
        self.assertEqual(examined.failed, [], examined.stdout)
        examined = self.submitted("--check-sender-type", source_ton=1, source_npi=1)
        self.assertEqual((examined.cause, examined.code),
                         ("the sender's type of number does not fit", 22))
        self.assertIn("'SALVO' (TON 1, NPI 1)", texts(examined.step("submit")))

    def test_answers_that_are_none(self):
        for fault in ("silent", "wrong-sequence", "close", "reset", "nack-other"):
            with self.subTest(fault=fault):
                examined = self.submitted("--fault", fault, doctor=("--timeout", "300ms"))
                self.assertEqual((examined.cause, examined.code), ("a message is not answered", 22))

    def test_a_message_with_all_the_parameters_that_an_account_may_have(self):
        examined = self.submitted(**{"tlv__0x1400": 3000 * "x", "tlv__0x1401": 1088 * "y"})
        self.assertEqual(examined.failed, [], examined.stdout)

    def test_a_window_that_cannot_carry_the_rate(self):
        examined = self.submitted("--delay", "100ms", rate=1000)
        self.assertIn("slow despite the allowed rate", names(examined.step("submit")))


class Receipt(doctor_case.Case):
    def received(self, *flags, doctor=(), wait="10s", **keys):
        return self.ask("--to", self.number, "--wait-receipt", wait, *doctor,
                        sim=("--receipts", "0", *flags), **keys)

    def test_none_can_come(self):
        for keys, why in (({"registered_delivery": 0}, "no receipt was asked for"),
                          ({"registered_delivery": 16}, "no receipt was asked for"),
                          ({"bind_type": "transmitter"}, "nothing can be delivered to it")):
            examined = self.received(**keys)
            self.assertEqual((examined.cause, examined.code), ("no receipts arrive", 23))
            self.assertIn(why, texts(examined.step("receipt")))

    def test_none_comes(self):
        examined = self.received("--receipt-lost", "1", wait="200ms")
        self.assertEqual((examined.cause, examined.code), ("no receipts arrive", 23))

    def test_none_comes_where_only_failures_were_asked_for(self):
        examined = self.received("--receipt-lost", "1", wait="200ms", registered_delivery=2)
        self.assertEqual((examined.failed, examined.code), ([], 0), examined.stdout)
        self.assertIn("receipts of failures alone", texts(examined.step("receipt")))

    def test_ids_in_every_form(self):
        for how in ("same", "hex", "decimal", "padded", "stripped", "upper"):
            for written in ("dec", "hex"):
                with self.subTest(how=how, written=written):
                    examined = self.received("--receipt-id", how, "--id", written)
                    self.assertEqual(examined.failed, [], examined.stdout)
                    self.assertEqual(examined.step("receipt")["verdict"], "ok", examined.stdout)

    def test_every_style(self):
        for style in ("canonical", "text", "tlv", "payload", "data_sm", "unmarked", "ucs2", "loose"):
            with self.subTest(style=style):
                step = self.received("--receipt-style", style).step("receipt")
                unmarked = "receipts look like messages" in names(step)
                self.assertEqual(unmarked, style == "unmarked", step)

    def test_states_other_than_delivered(self):
        for state, name in (("UNDELIV", "UNDELIVERABLE"), ("EXPIRED", "EXPIRED"),
                            ("REJECTD", "REJECTED")):
            step = self.received("--receipt-mix", f"{state}=100%").step("receipt")
            self.assertEqual(step["verdict"], "warning")
            self.assertIn(name, names(step))

    def test_early_intermediate_and_repeated_ones(self):
        step = self.received("--receipt-early", "1").step("receipt")
        self.assertIn("before the response to it", texts(step))
        step = self.received("--receipt-intermediate", "1").step("receipt")
        self.assertEqual(texts(step).count("deliver_sm seq"), 2)
        step = self.received("--receipt-twice", "1").step("receipt")
        self.assertIn("duplicate receipts", names(step))


class Others(doctor_case.Case):
    def test_messages_of_phones(self):
        examined = self.ask("--wait-inbound", "10s", sim=("--mo", "20"))
        self.assertEqual(examined.failed, [], examined.stdout)
        self.assertIn("MO message", texts(examined.step("inbound")))
        examined = self.ask("--wait-inbound", "200ms")
        self.assertEqual((examined.cause, examined.code), ("messages from phones do not arrive", 24))
        examined = self.ask("--wait-inbound", "10s", bind_type="transmitter")
        self.assertEqual(examined.code, 24)

    def test_throttling(self):
        examined = self.ask("--to", self.number, "--throttle", "16", sim=("--tps", "3"), rate=16)
        self.assertEqual((examined.cause, examined.code), ("throttling begins below rate", 25))
        self.assertLess(self.ledger_lines(), 40)

    def test_a_rate_at_which_throttling_may_just_begin_is_no_fault(self):
        """Three were taken within a second: nobody knows that the fourth is one too many."""
        examined = self.ask("--to", self.number, "--throttle", "16", sim=("--tps", "3"), rate=4)
        self.assertEqual(examined.failed, [], examined.stdout)
        self.assertRegex(texts(examined.step("throttling")), "throttling begins, when [3-9] were taken")

    def test_a_connection_that_is_lost_with_a_full_window(self):
        def serve(connection):
            messages = 0
            for command, sequence in pdus(connection):
                messages += command == raw_esme.SUBMIT_SM
                if messages == 3:
                    return
                if messages < 2:
                    answer(connection, command | raw_esme.RESPONSE, sequence)

        server = Server(self, serve)
        examined = self.examine(
            self.account(server.port, window=2, rate=8, response_timeout="1h"), "--to", self.number,
            "--throttle", "8")
        self.assertEqual((examined.cause, examined.code), ("connection is lost under load", 25))

    def test_a_connection_that_is_lost_under_load(self):
        examined = self.ask("--to", self.number, "--throttle", "16", sim=("--fault", "close=@4"))
        self.assertEqual((examined.cause, examined.code), ("connection is lost under load", 25))


if __name__ == "__main__":
    unittest.main()

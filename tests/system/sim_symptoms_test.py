"""Everything that salvo sim can do wrong, as a plain socket sees it: by flag, by destination."""

import signal
import socket
import ssl
import struct
import time
import unittest

import raw_esme
import support
from certificates import Authority
from raw_esme import (BIND_RECEIVER, BIND_TRANSCEIVER, BIND_TRANSMITTER, DATA_SM, ENQUIRE_LINK,
                      GENERIC_NACK, RESPONSE, SUBMIT_SM, UNBIND)
from sim_case import SimCase

ESME_RINVCMDLEN, ESME_RINVTLVSTREAM = 0x02, 0xC0
ESME_RINVBNDSTS, ESME_RALYBND, ESME_RINVSRCADR, ESME_RINVDSTADR = 0x04, 0x05, 0x0A, 0x0B
ESME_RBINDFAIL, ESME_RINVPASWD, ESME_RINVSYSID = 0x0D, 0x0E, 0x0F
ESME_RMSGQFUL, ESME_RINVSYSTYP, ESME_RTHROTTLED, ESME_RSYSERR = 0x14, 0x53, 0x58, 0x08


def data_segments_in(esme):
    """How many segments with octets this socket has received.

    The kernel may put octets together that are written while an earlier segment is on its way.
    """
    offset = 152  # of tcpi_data_segs_in in the kernel's struct tcp_info
    info = esme.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return struct.unpack_from("I", info, offset)[0]


class Connections(SimCase):
    def test_closed_as_soon_as_accepted(self):
        esme = self.connect(self.smsc("--connect", "close"))
        self.assertEqual(esme.read_end(), ("closed", b""))

    def test_reset_as_soon_as_accepted(self):
        port = self.smsc("--connect", "reset")
        try:
            ending = self.connect(port).read_end()
        except ConnectionResetError:
            ending = ("reset", b"")  # before connect() has returned
        self.assertEqual(ending, ("reset", b""))

    def test_dropped_as_by_a_firewall(self):
        port = self.smsc("--drop-connects")
        for _ in range(3):
            with self.assertRaises(TimeoutError):
                self.connect(port, deadline_s=0.1)
        self.simulator.signal(signal.SIGINT)
        self.assertEqual(self.simulator.wait(), 0)
        with self.assertRaises(ConnectionRefusedError):
            self.connect(port)

    def test_only_the_first_ones(self):
        port = self.smsc("--connect", "close=x2")
        for _ in range(2):
            self.assertEqual(self.connect(port).read_end()[0], "closed")
        self.assert_alive(self.esme(port))

    def test_never_a_word(self):
        port = self.smsc("--connect", "silent=x1", "--idle", "100ms")
        esme = self.connect(port)
        esme.send(BIND_TRANSCEIVER, b"demo\0" + support.PASSWORD.encode() + b"\0\0\x34\0\0\0")
        self.assertEqual(esme.read_end(), ("closed", b""))
        self.assertEqual(self.counters()["binds"], 0)

    def test_never_a_word_of_tls(self):
        port = self.smsc("--connect", "silent=x1", "--tls-make", "good")
        context = ssl._create_unverified_context()
        with self.assertRaises(TimeoutError):
            self.connect(port, tls=context, deadline_s=0.2)
        self.connect(port, tls=context)

    def test_garbage_before_anything_else(self):
        esme = self.connect(self.smsc("--connect", "garbage"))
        self.assertGreater(esme.socket.recv(1)[0], 0x7F)

    def test_an_idle_one_is_closed_and_a_lively_one_is_not(self):
        idle_s = 0.3
        port = self.smsc("--idle", f"{idle_s}s")
        lively = self.esme(port)
        esme = self.esme(port)
        start = time.monotonic()
        # Whatever is read, something was said less than that ago.
        lively.socket.settimeout(idle_s / 4)
        idle = None
        while idle is None:
            self.assert_alive(lively)
            esme.socket.settimeout(idle_s / 4)
            try:
                idle = esme.socket.recv(1)
            except TimeoutError:
                pass
        self.assertEqual(idle, b"")
        self.assertGreaterEqual(time.monotonic() - start, idle_s * 0.9)
        self.assertEqual(self.counters()["idle_closed"], 1)

    def test_one_octet_at_a_time(self):
        esme = self.connect(self.smsc("--one-octet", "0"))
        self.assertEqual(esme.bind(support.PASSWORD).status, 0)
        self.assertGreater(data_segments_in(esme), 8)
        self.read_answer(esme, esme.submit())
        self.assert_alive(esme)
        esme.send(UNBIND)
        self.read(esme, UNBIND | RESPONSE)
        self.assertEqual(esme.read_end()[0], "closed")

    def test_one_octet_a_while(self):
        esme = self.connect(self.smsc("--one-octet", "2ms"))
        start = time.monotonic()
        esme.bind(support.PASSWORD)
        self.assertGreaterEqual(time.monotonic() - start, 0.002 * 30)

    def test_what_still_has_octets_to_take_does_not_hold_up_the_end(self):
        for flags in ((), ("--tls-make", "good")):
            port = self.smsc("--one-octet", "1h", "--stats", "20ms", *flags)
            context = ssl._create_unverified_context() if flags else None
            slow = [self.connect(port, tls=context) for _ in range(3)]
            for esme in slow:
                esme.send(ENQUIRE_LINK)
            self.simulator.wait_for("3 connections,")
            self.assertEqual(self.counters()["connections"], 3)


class Tls(SimCase):
    def context(self, *flags):
        """A simulator that makes its certificate, and a context that trusts its authority."""
        self.port = self.smsc("--tls-make-ca", self.path("ca.pem"), *flags)
        return ssl.create_default_context(cafile=self.path("ca.pem"))

    def test_a_good_certificate(self):
        context = self.context("--tls-make", "good", "--tls-make-host", "smsc.example.com")
        for host in ("127.0.0.1", "localhost"):
            esme = self.connect(self.port, tls=context, host=host)
            self.assertEqual(esme.bind(support.PASSWORD).status, 0)
            self.read_answer(esme, esme.submit())
        names = esme.socket.getpeercert()["subjectAltName"]
        self.assertIn(("DNS", "smsc.example.com"), names)

    def test_bad_certificates(self):
        for kind, complaint in (("self-signed", "self-signed certificate"),
                                ("unknown-ca", "unable to get local issuer certificate"),
                                ("wrong-host", "IP address mismatch"),
                                ("expired", "certificate has expired"),
                                ("not-yet-valid", "certificate is not yet valid")):
            with self.subTest(kind):
                context = self.context("--tls-make", kind)
                with self.assertRaisesRegex(ssl.SSLCertVerificationError, complaint):
                    self.connect(self.port, tls=context)

    def test_versions(self):
        for flags, versions in ((("--tls-max", "1.2"), {"TLSv1.2"}),
                                (("--tls-min", "1.3"), {"TLSv1.3"}),
                                ((), {"TLSv1.2", "TLSv1.3"})):
            context = self.context("--tls-make", "good", *flags)
            met = set()
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                context.maximum_version = version
                context.minimum_version = version
                try:
                    met.add(self.connect(self.port, tls=context).socket.version())
                except (ssl.SSLError, ConnectionResetError):
                    pass
            self.assertEqual(met, versions, flags)

    def test_a_client_certificate_is_needed(self):
        authority = Authority(self.folder, "clients")
        context = self.context("--tls-make", "good", "--tls-client-ca", authority.certificate)
        # Told after the handshake, with TLS 1.3.
        with self.assertRaisesRegex(ssl.SSLError, "certificate required"):
            self.connect(self.port, tls=context).bind(support.PASSWORD)
        context.load_cert_chain(*authority.sign("client", "DNS:client"))
        self.assertEqual(self.connect(self.port, tls=context).bind(support.PASSWORD).status, 0)

    def test_plain_octets_to_tls(self):
        self.context("--tls-make", "good")
        esme = self.connect(self.port)
        esme.send(BIND_TRANSCEIVER, b"\0" * 7)
        ending, said = esme.read_end()
        self.assertIn(ending, ("closed", "reset"))
        self.assertIn(said[:1], (b"", b"\x15"))  # an alert: RFC 8446 section 5.1

    def test_what_cannot_be(self):
        for flags, part in ((("--tls-make", "bad"), "tls-make: 'bad' is none of good"),
                            (("--tls-make", "good", "--tls-make-ca", "/no/such/file"), "cannot write"),
                            (("--tls-make", "good", "--tls-make-host", "a,DNS:b"), "no host name"),
                            (("--tls-max", "1.2", "--tls-min", "1.3"), "tls-min is above tls-max"),
                            (("--tls-make-ca", "x"), "--tls-make-ca needs --tls-make"),
                            (("--tls-client-ca", "x"), "tls-client-ca needs tls-cert")):
            process = self.start("sim", "--listen", "127.0.0.1:0", *flags)
            self.assertEqual(process.wait(), 2, process.stderr)
            self.assertIn(part, process.stderr)


class Binds(SimCase):
    def bind(self, port, **options):
        """The status that a new connection's bind gets. One that is refused is closed."""
        password = options.pop("password", support.PASSWORD)
        esme = self.connect(port)
        status = esme.bind(password, **options).status
        if status != 0:
            esme.close()
        return status

    def test_wrong_names_and_passwords(self):
        port = self.smsc()
        self.assertEqual(self.bind(port, system_id="nobody"), ESME_RINVSYSID)
        self.assertEqual(self.bind(port, password="wrong"), ESME_RINVPASWD)
        self.assertEqual(self.bind(port), 0)

    def test_any_status(self):
        for status in (0x01, ESME_RALYBND, ESME_RBINDFAIL, ESME_RINVPASWD, ESME_RSYSERR, 0x401):
            port = self.smsc("--bind-error", f"{status:#x}=x1")
            self.assertEqual(self.bind(port), status)
            self.assertEqual(self.bind(port), 0)

    def test_statuses_of_another_provider(self):
        port = self.smsc("--refuse-with", "password=0x0E", "--refuse-with",
                         "system-id=ESME_RBINDFAIL", "--refuse-with", "limit=0x0E", "--max-binds",
                         "1")
        self.assertEqual(self.bind(port, system_id="nobody"), ESME_RBINDFAIL)
        self.esme(port)
        self.assertEqual(self.bind(port), ESME_RINVPASWD)

    def test_addresses_that_are_allowed(self):
        port = self.smsc("--account", f"other:{support.PASSWORD}", "--allow", "other=192.0.2.0/24")
        self.assertEqual(self.bind(port), 0)
        self.assertEqual(self.bind(port, system_id="other"), ESME_RBINDFAIL)
        port = self.smsc("--allow", "192.0.2.1", "--refuse-with", "address=0x0E")
        self.assertEqual(self.bind(port), ESME_RINVPASWD)
        self.assertEqual(self.bind(self.smsc("--allow", "127.0.0.0/8")), 0)

    def test_limits_of_binds_by_account(self):
        port = self.smsc("--account", f"other:{support.PASSWORD}", "--max-binds", "1",
                         "--max-binds", "other=2")
        self.esme(port)
        self.assertEqual(self.bind(port), ESME_RALYBND)
        for _ in range(2):
            self.esme(port, system_id="other")
        self.assertEqual(self.bind(port, system_id="other"), ESME_RALYBND)

    def test_a_session_that_died_lingers(self):
        for flags in ((), ("--max-binds", "1")):
            linger_s = 0.2
            port = self.smsc("--linger", f"{linger_s}s", *flags)
            esme = self.esme(port)
            start = time.monotonic()
            esme.close()
            statuses = [self.bind(port)]
            while statuses[-1] != 0:
                time.sleep(linger_s / 50)  # a poll, as a sender's would be
                statuses.append(self.bind(port))
            self.assertGreaterEqual(time.monotonic() - start, linger_s)
            self.assertEqual(set(statuses[:-1]), {ESME_RALYBND})

    def test_an_unbind_leaves_nothing_behind(self):
        port = self.smsc("--linger", "1h", "--max-binds", "1")
        for _ in range(3):
            esme = self.esme(port)
            esme.send(UNBIND)
            self.read(esme, UNBIND | RESPONSE)

    def test_a_bind_that_was_never_answered_is_bound(self):
        port = self.smsc("--bind-fault", "silent=x1", "--max-binds", "1")
        esme = self.connect(port)
        esme.send(BIND_TRANSCEIVER, b"demo\0" + support.PASSWORD.encode() + b"\0\0\x34\0\0\0")
        self.assert_alive(esme)
        self.assertEqual(self.bind(port), ESME_RALYBND)

    def test_an_account_is_locked_after_wrong_passwords(self):
        port = self.smsc("--lock-after", "3")
        for _ in range(2):
            self.assertEqual(self.bind(port, password="wrong"), ESME_RINVPASWD)
        self.assertEqual(self.bind(port), 0)  # and the count begins anew
        for _ in range(3):
            self.assertEqual(self.bind(port, password="wrong"), ESME_RINVPASWD)
        self.assertEqual(self.bind(port), ESME_RBINDFAIL)

    def test_system_type_and_version(self):
        port = self.smsc("--system-type", "VMA", "--accept-version", "3.4")
        self.assertEqual(self.bind(port), ESME_RINVSYSTYP)
        self.assertEqual(self.bind(port, system_type="VMA", version=0x50), ESME_RBINDFAIL)
        self.assertEqual(self.bind(port, system_type="VMA"), 0)
        self.assertEqual(self.bind(self.smsc("--system-type", ""), system_type="VMA"),
                         ESME_RINVSYSTYP)

    def test_the_version_that_is_told(self):
        for flags, told in (((), b"\x34"), (("--sc-version", "3.3"), b"\x33"),
                            (("--sc-version", "5.0"), b"\x50"), (("--sc-version", "none"), None)):
            esme = self.connect(self.smsc(*flags))
            tlvs = esme.bind(support.PASSWORD).response_tlvs()
            self.assertEqual(tlvs.get(raw_esme.SC_INTERFACE_VERSION), told)

    def test_a_late_answer(self):
        port = self.smsc("--bind-delay", "100ms", "--receipts", "0")
        start = time.monotonic()
        esme = self.esme(port)
        self.assertGreaterEqual(time.monotonic() - start, 0.1)
        self.read_answer(esme, esme.submit(registered_delivery=0))

    def test_nobody_submits_before_the_answer(self):
        esme = self.connect(self.smsc("--bind-delay", "50ms"))
        esme.send(BIND_TRANSCEIVER, b"demo\0" + support.PASSWORD.encode() + b"\0\0\x34\0\0\0")
        self.read_answer(esme, esme.submit(), ESME_RINVBNDSTS)
        self.read(esme, BIND_TRANSCEIVER | RESPONSE)
        self.read_answer(esme, esme.submit())

    def test_answers_that_are_none(self):
        for command in (BIND_TRANSCEIVER, BIND_RECEIVER, BIND_TRANSMITTER):
            port = self.smsc("--bind-fault", "nack=@1", "--bind-fault", "wrong-sequence=@2",
                             "--bind-fault", "wrong-command=@3", "--bind-fault", "reset=@4")
            self.assertEqual(self.connect(port).bind(support.PASSWORD, command).command,
                             GENERIC_NACK)
            self.assertNotEqual(self.connect(port).bind(support.PASSWORD, command).sequence, 1)
            self.assertEqual(self.connect(port).bind(support.PASSWORD, command).command,
                             DATA_SM | RESPONSE)
            esme = self.connect(port)
            esme.send(command, b"demo\0" + support.PASSWORD.encode() + b"\0\0\x34\0\0\0")
            self.assertEqual(esme.read_end(), ("reset", b""))
            self.assertEqual(self.bind(port, command=command), 0)


class Sessions(SimCase):
    def test_enquire_link_without_an_answer(self):
        esme = self.esme(self.smsc("--enquire-link-fault", "silent=@2"))
        self.assert_alive(esme)
        esme.send(ENQUIRE_LINK)
        self.assert_alive(esme)

    def test_unbind_without_an_answer(self):
        esme = self.esme(self.smsc("--unbind-fault", "silent"))
        esme.send(UNBIND)
        self.assert_alive(esme)
        esme.submit()
        self.read_answer(esme, status=ESME_RINVBNDSTS)

    def test_unbind_in_the_middle(self):
        for flags, destination in ((("--fault", "unbind=@3"), "491700000001"),
                                   (("--magic",), "491700007014")):
            port = self.smsc(*flags, "--max-binds", "1", "--linger", "1h")
            esme = self.esme(port)
            for _ in range(2):
                self.read_answer(esme, esme.submit("491700000001"))
            self.read_answer(esme, esme.submit(destination))
            unbind = self.read(esme, UNBIND)
            # The session goes on until it is answered.
            self.read_answer(esme, esme.submit("491700000001"))
            esme.send(UNBIND | RESPONSE, sequence=unbind.sequence)
            self.assertEqual(esme.read_end(), ("closed", b""))
            self.esme(port)

    def test_nothing_is_read_any_more(self):
        for flags, destination in ((("--fault", "stop-reading=@1"), "491700000001"),
                                   (("--magic",), "491700007015")):
            port = self.smsc("--stop-reading-for", "200ms", *flags)
            esme = self.esme(port)
            start = time.monotonic()
            self.read_answer(esme, esme.submit(destination))
            self.assert_alive(esme)
            self.assertGreaterEqual(time.monotonic() - start, 0.2)

    def test_nothing_is_read_for_good(self):
        port = self.smsc("--fault", "stop-reading=@1")
        esme, other = self.esme(port), self.connect(port)
        self.read_answer(esme, esme.submit())
        esme.send(ENQUIRE_LINK)
        # As much as the kernel takes, and then no more.
        esme.socket.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            while True:
                esme.socket.sendall(bytes(1 << 20))
        self.assert_alive(other)


class Limits(SimCase):
    def statuses(self, esme, count, **options):
        for _ in range(count):
            esme.submit(**options)
        return [esme.read().status for _ in range(count)]

    def test_rates_by_account(self):
        port = self.smsc("--account", f"other:{support.PASSWORD}", "--tps-kind", "sliding",
                         "--tps", "5", "--tps", "other=2")
        self.assertEqual(self.statuses(self.esme(port), 6), [0] * 5 + [ESME_RTHROTTLED])
        self.assertEqual(self.statuses(self.esme(port, system_id="other"), 3),
                         [0, 0, ESME_RTHROTTLED])

    def test_another_status_for_too_many(self):
        port = self.smsc("--tps", "1", "--tps-kind", "sliding", "--refuse-with", "tps=0x14")
        self.assertEqual(self.statuses(self.esme(port), 2), [0, ESME_RMSGQFUL])

    def test_queues_that_are_full(self):
        port = self.smsc("--queue", "3", "--queue-time", "1h")
        self.assertEqual(self.statuses(self.esme(port), 4), [0] * 3 + [ESME_RMSGQFUL])
        esme = self.esme(self.smsc("--destination-queue", "1", "--queue-time", "1h"))
        self.assertEqual(self.statuses(esme, 2), [0, ESME_RMSGQFUL])
        self.assertEqual(self.statuses(esme, 1, destination="491700000002"), [0])

    def test_a_queue_drains(self):
        esme = self.esme(self.smsc("--queue", "1", "--queue-time", "100ms"))
        self.assertEqual(self.statuses(esme, 1), [0])
        start = time.monotonic()
        support.wait_until(lambda: self.statuses(esme, 1) == [0], "room in the queue")
        self.assertGreaterEqual(time.monotonic() - start, 0.05)

    def test_senders_that_nobody_approved(self):
        esme = self.esme(self.smsc("--approved-sender", "SALVO", "--approved-sender", "12345"))
        for source, status in (((5, 0, "SALVO"), 0), ((3, 0, "12345"), 0),
                               ((5, 0, "OTHER"), ESME_RINVSRCADR)):
            self.read_answer(esme, esme.submit(source=source), status)

    def test_senders_of_the_wrong_type(self):
        esme = self.esme(self.smsc("--check-sender-type"))
        for source, status in (((5, 0, "SALVO"), 0), ((1, 1, "491700000001"), 0),
                               ((1, 1, "SALVO"), ESME_RINVSRCADR),
                               ((5, 0, "491700000001"), ESME_RINVSRCADR)):
            self.read_answer(esme, esme.submit(source=source), status)

    def test_congestion_is_told_to_those_who_know_it(self):
        port = self.smsc("--congestion", "85")
        for version, told in ((0x50, b"\x55"), (0x34, None)):
            esme = self.esme(port, version=version)
            esme.submit()
            self.assertEqual(
                self.read_answer(esme).response_tlvs().get(raw_esme.CONGESTION_STATE), told)


class Answers(SimCase):
    def each_way(self, fault, number):
        """A bound ESME and a destination that suffers: by flag, and by destination."""
        for flags, destination in ((("--fault", f"{fault}=@1"), "491700000001"),
                                   (("--magic",), f"49170000{number}")):
            yield self.esme(self.smsc(*flags)), destination

    def test_never(self):
        for esme, destination in self.each_way("silent", 7000):
            esme.submit(destination)
            self.assert_alive(esme)
            self.assertEqual(self.counters()["unanswered"], 1)

    def test_twice(self):
        for esme, destination in self.each_way("twice", 7001):
            sequence = esme.submit(destination)
            first = self.read_answer(esme, sequence)
            self.assertEqual(self.read_answer(esme, sequence).body, first.body)
            self.assert_alive(esme)

    def test_generic_nack(self):
        for fault, number in (("nack", 7002), ("nack-other", 7003), ("nack-zero", 7004)):
            for esme, destination in self.each_way(fault, number):
                sequence = esme.submit(destination)
                nack = esme.read()
                self.assertEqual((nack.command, nack.body), (GENERIC_NACK, b""))
                self.assertNotEqual(nack.status, 0)
                if fault == "nack-other":
                    self.assertNotIn(nack.sequence, (0, sequence))
                else:
                    self.assertEqual(nack.sequence, sequence if fault == "nack" else 0)
                self.assert_alive(esme)

    def test_to_somebody_else(self):
        for esme, destination in self.each_way("wrong-sequence", 7005):
            sequence = esme.submit(destination)
            self.assertNotIn(self.read_answer(esme).sequence, (0, sequence))
            self.assert_alive(esme)

    def test_of_another_kind(self):
        for esme, destination in self.each_way("wrong-command", 7006):
            self.read(esme, DATA_SM | RESPONSE, esme.submit(destination))
            self.assert_alive(esme)

    def test_without_an_id(self):
        for esme, destination in self.each_way("empty-id", 7007):
            esme.submit(destination)
            self.assertEqual(self.read_answer(esme).body, b"\0")

    def test_with_one_id_for_all(self):
        esme = self.esme(self.smsc("--fault", "same-id", "--magic"))
        for destination in ("491700000001", "491700000002", "491700007008"):
            esme.submit(destination)
            self.assertEqual(self.read_answer(esme).message_id(), "1")

    def test_out_of_order(self):
        for esme, destination in self.each_way("out-of-order", 7009):
            first = esme.submit(destination)
            second = esme.submit("491700000001")
            self.read_answer(esme, second)
            self.read_answer(esme, first)

    def test_late(self):
        start = time.monotonic()
        for flags, destination in ((("--delay", "100ms"), "491700000001"),
                                   (("--magic",), "491700008010")):
            esme = self.esme(self.smsc(*flags))
            self.read_answer(esme, esme.submit(destination))
        self.assertGreaterEqual(time.monotonic() - start, 0.2)

    def test_one_octet_at_a_time(self):
        for esme, destination in self.each_way("one-octet", 7010):
            before = data_segments_in(esme)
            self.read_answer(esme, esme.submit(destination))
            self.assertGreater(data_segments_in(esme) - before, 8)
            # And whole again.
            self.assert_alive(esme)
            before = data_segments_in(esme)
            self.read_answer(esme, esme.submit("491700000001"))
            self.assertEqual(data_segments_in(esme) - before, 1)

    def test_garbage(self):
        for esme, destination in self.each_way("garbage", 7011):
            sequence = esme.submit(destination)
            garbage = esme.file.read(32)
            self.assertGreater(garbage[0], 0x7F)
            self.read_answer(esme, sequence)

    def test_closed_in_mid_window(self):
        for fault, number, ending in (("close", 7012, "closed"), ("reset", 7013, "reset")):
            for esme, destination in self.each_way(fault, number):
                ledger = self.ledger_lines()
                esme.submit(destination)
                self.assertEqual(esme.read_end(), (ending, b""))
                # It was taken, and nobody was told.
                self.assertEqual(self.ledger()[ledger]["status"], 0)

    def test_any_status(self):
        esme = self.esme(self.smsc("--magic", "--error", "ESME_RSYSERR"))
        self.read_answer(esme, esme.submit("491700009011"), ESME_RINVDSTADR)
        self.read_answer(esme, esme.submit("491700009088"), ESME_RTHROTTLED)
        self.read_answer(esme, esme.submit("491700000001"), ESME_RSYSERR)

    def test_the_ledger_has_every_answer(self):
        port = self.smsc()
        esme, stranger = self.esme(port), self.connect(port)
        self.read_answer(stranger, stranger.submit("491700000001"), ESME_RINVBNDSTS)
        self.read_answer(esme, esme.send(SUBMIT_SM, b"\0\5\0SALVO\0\1\1123"), ESME_RINVCMDLEN)
        self.read_answer(esme, esme.submit("491700000002", tlvs=b"\x04\x24\0\xff"),
                         ESME_RINVTLVSTREAM)
        self.read_answer(esme, esme.submit("491700000003"))
        self.assertEqual(
            [(line["system_id"], line["source"], line["dest"], line["status"])
             for line in self.ledger()],
            [("", "SALVO", "491700000001", ESME_RINVBNDSTS), ("demo", "SALVO", "", ESME_RINVCMDLEN),
             ("demo", "SALVO", "491700000002", ESME_RINVTLVSTREAM),
             ("demo", "SALVO", "491700000003", 0)])

    def test_the_ledger_is_json_whatever_is_in_an_address(self):
        esme = self.esme(self.smsc())
        for address in (b"Gr\xfc\xdfe", "Grüße".encode()):
            self.read_answer(esme, esme.send(
                SUBMIT_SM, b"\0\5\0" + address + b"\0\1\1123\0" + bytes(10)))
        self.assertEqual([line["source"] for line in self.ledger()], ["Grüße", "Grüße"])

    def test_a_ledger_may_be_no_file_on_a_disk(self):
        sim = self.start("sim", "--listen", "127.0.0.1:0", "--ledger", "/dev/null")
        sim.wait_for("listening on")
        sim.signal(signal.SIGINT)
        self.assertEqual(sim.wait(), 0, sim.stderr)

    def test_to_others_than_submit_sm(self):
        esme = self.esme(self.smsc("--enquire-link-fault", "twice=x1", "--unbind-fault", "nack"))
        sequence = esme.send(ENQUIRE_LINK)
        for _ in range(2):
            self.read(esme, ENQUIRE_LINK | RESPONSE, sequence)
        esme.send(UNBIND)
        self.assertEqual(esme.read().command, GENERIC_NACK)


if __name__ == "__main__":
    unittest.main()

"""TLS: a campaign over TLS 1.3, and no byte of a bind to whom cannot prove to be the SMSC."""

import contextlib
import shutil
import socket
import ssl
import tempfile
import threading
import unittest

import certificates
import support


class RecordingServer:
    """A TLS server that keeps what it is told and never answers.

    It hangs up on so many before it shakes hands with anybody.
    """

    def __init__(self, certificate, key, client_ca=None, most=None, hangs_up=0):
        self.hangs_up = hangs_up
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        if client_ca:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(client_ca)
        if most:
            self.context.maximum_version = most
        self.octets = b""
        self.connections = 0
        self.versions = []
        self.clients = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.connections <= self.hangs_up:
                plain.recv(4096)
                plain.close()
                continue
            try:
                with self.context.wrap_socket(plain, server_side=True) as stream:
                    self.versions.append(stream.version())
                    self.clients.append(stream.getpeercert())
                    stream.settimeout(support.DEADLINE_S)
                    # The first flight is enough: nobody answers, so there is no second.
                    self.octets += stream.recv(4096)
            except (ssl.SSLError, OSError):
                pass
            finally:
                plain.close()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(support.DEADLINE_S)


class Tls(support.Case):
    @classmethod
    def setUpClass(cls):
        cls.certificates = tempfile.mkdtemp(prefix="salvo-system-")
        cls.addClassCleanup(shutil.rmtree, cls.certificates, ignore_errors=True)
        cls.authority = certificates.Authority(cls.certificates)
        cls.good = cls.authority.sign("good", "DNS:localhost,IP:127.0.0.1")
        cls.other_host = cls.authority.sign("other", "DNS:smsc.example")
        cls.expired = cls.authority.sign("expired", "DNS:localhost,IP:127.0.0.1",
                                         ("20200101000000Z", "20200201000000Z"))
        cls.stranger = certificates.Authority(cls.certificates, "stranger")
        cls.unknown = cls.stranger.sign("unknown", "DNS:localhost,IP:127.0.0.1")

    def tls_account(self, port, **keys):
        return self.account(port, **{"tls__enabled": True,
                                     "tls__ca_file": self.authority.certificate,
                                     "bind_timeout": "500ms", **keys})

    def serve(self, pair, **options):
        server = RecordingServer(*pair, **options)
        self.addCleanup(server.close)
        return server

    def send_one(self, account):
        return self.send("--to", "+491700000001", "--text", "Hello", "--account", account)

    def assert_refused(self, server, account, *parts):
        done = self.send_one(account)
        self.assertEqual(done.code, 4, done.stderr)
        first = done.stderr.splitlines()[0]
        for part in parts:
            self.assertIn(part, first)
        self.assertGreater(server.connections, 0)
        self.assertEqual(server.octets, b"")

    def test_a_campaign_goes_over_tls(self):
        certificate, key = self.good
        sim = self.sim("--tls-cert", certificate, "--tls-key", key, "--receipts", "0")
        campaign = self.campaign((number, "Hello") for number in support.numbers(10_000))
        account = self.tls_account(sim.port, tls__min_version="1.3", window=100, binds=2,
                                   registered_delivery=1, bind_timeout="10s")
        done = self.send(campaign, "--account", account)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(len({line["dest"] for line in self.ledger()}), 10_000)

    def test_the_bind_is_the_first_that_a_verified_server_gets(self):
        server = self.serve(self.good)
        done = self.send_one(self.tls_account(server.port, tls__min_version="1.3"))
        self.assertEqual(done.code, 4, done.stderr)
        self.assertEqual(set(server.versions), {"TLSv1.3"})
        bind_transceiver = bytes.fromhex("00000009")
        self.assertEqual(server.octets[4:8], bind_transceiver)
        self.assertIn(support.PASSWORD.encode(), server.octets)

    def test_a_handshake_that_the_peer_closes_is_tried_again(self):
        server = self.serve(self.good, hangs_up=2)
        self.send_one(self.tls_account(server.port))
        self.assertIn(support.PASSWORD.encode(), server.octets)

    def test_handshakes_that_the_peer_always_closes_are_given_up(self):
        server = self.serve(self.good, hangs_up=1_000_000)
        done = self.send_one(self.tls_account(server.port))
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn("TLS with 127.0.0.1", done.stderr)
        self.assertEqual(server.connections, 3)

    def test_another_hosts_certificate_is_refused(self):
        server = self.serve(self.other_host)
        self.assert_refused(server, self.tls_account(server.port), "TLS with", "127.0.0.1")
        self.assert_refused(server, self.tls_account(server.port, host="localhost"), "localhost")

    def test_another_host_is_tried_where_one_has_a_bad_certificate(self):
        certificate, key = self.good
        bad = self.serve(self.expired)
        sim = self.sim("--tls-cert", certificate, "--tls-key", key)
        done = self.send_one(self.tls_account(sim.port, bind_timeout="10s", host=[
            f"127.0.0.1:{bad.port}", f"127.0.0.1:{sim.port}"]))
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual((bad.connections, bad.octets), (1, b""))

    def test_of_two_hosts_with_bad_certificates_each_is_tried_once(self):
        servers = [self.serve(self.expired), self.serve(self.unknown)]
        done = self.send_one(self.tls_account(1, host=[f"127.0.0.1:{s.port}" for s in servers]))
        self.assertEqual(done.code, 4, done.stderr)
        self.assertEqual([(s.connections, s.octets) for s in servers], [(1, b"")] * 2)

    def test_an_expired_certificate_is_refused(self):
        server = self.serve(self.expired)
        self.assert_refused(server, self.tls_account(server.port), "expired")

    def test_an_unknown_authority_is_refused(self):
        server = self.serve(self.unknown)
        self.assert_refused(server, self.tls_account(server.port), "TLS with")

    def test_the_systems_authorities_do_not_know_ours(self):
        server = self.serve(self.good)
        self.assert_refused(server, self.tls_account(server.port, tls__ca_file=""), "TLS with")

    def test_an_old_version_is_refused(self):
        server = self.serve(self.good, most=ssl.TLSVersion.TLSv1_2)
        self.assert_refused(server, self.tls_account(server.port, tls__min_version="1.3"),
                            "TLS with")

    def test_a_server_name_can_stand_in_for_the_host(self):
        server = self.serve(self.other_host)
        self.send_one(self.tls_account(server.port, tls__server_name="smsc.example"))
        self.assertNotEqual(server.octets, b"")

    def test_without_verification_anybody_is_believed_and_a_warning_says_so(self):
        server = self.serve(self.unknown)
        done = self.send_one(self.tls_account(server.port, tls__verify=False))
        self.assertNotEqual(server.octets, b"")
        self.assertIn("warning: account 'default': tls.verify is off", done.stderr)

    def test_a_client_certificate_is_shown_to_those_who_ask(self):
        certificate, key = self.authority.sign("client", "DNS:client.example")
        server = self.serve(self.good, client_ca=self.authority.certificate)
        self.send_one(self.tls_account(server.port, tls__cert_file=certificate,
                                       tls__key_file=key))
        self.assertNotEqual(server.octets, b"")
        self.assertIn((("commonName", "client"),), server.clients[0]["subject"])

    def test_tls_to_a_plain_port_is_told_apart(self):
        sim = self.sim()
        done = self.send_one(self.tls_account(sim.port))
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn("TLS with", done.stderr)

    def test_plain_to_a_tls_port_is_told_apart_where_the_port_complains(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def complain():
            alert_protocol_version = bytes.fromhex("15030300020246")
            with contextlib.suppress(OSError):
                while True:
                    plain, _ = listener.accept()
                    plain.recv(4096)
                    plain.sendall(alert_protocol_version)
                    plain.close()

        threading.Thread(target=complain, daemon=True).start()
        done = self.send_one(self.account(listener.getsockname()[1]))
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn("the peer speaks TLS on a plaintext session", done.stderr)

    def test_files_that_cannot_be_read_are_a_fault_of_the_account(self):
        self.assert_fails(self.send_one(self.tls_account(1, tls__ca_file="no.pem")), 2, "no.pem")
        self.assert_fails(self.send_one(self.tls_account(1, tls__cert_file="no.pem",
                                                         tls__key_file="no.key")), 2, "no.pem")
        self.assert_fails(self.send_one(self.tls_account(1, tls__cert_file="no.pem")), 2,
                          "a client certificate needs both cert_file and key_file")


if __name__ == "__main__":
    unittest.main()

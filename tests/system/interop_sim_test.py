"""An ESME that nobody here wrote talks to salvo sim."""

import json
import shutil
import signal
import tempfile
import unittest

import certificates
import decoder
import node_peer
import support

SUBMISSION = {"source_addr_ton": 5, "source_addr_npi": 0, "source_addr": "NODE",
              "dest_addr_ton": 1, "dest_addr_npi": 1, "destination_addr": "491700000001",
              "data_coding": 0}


class Sim(node_peer.Case):
    def bind(self, *flags, command="bind_transceiver", **keys):
        """A client bound to a simulator of its own."""
        self.simulator = self.sim("--json", *flags)
        return self.bind_another(command, **keys)

    def bind_another(self, command="bind_transceiver", **keys):
        client = self.client(self.simulator.port)
        self.bound = client.ask(command, **{"system_id": "demo", "password": support.PASSWORD,
                                            "interface_version": 0x34, **keys})
        return client

    def submit(self, client, command="submit_sm", **keys):
        answer = client.ask(command, **SUBMISSION | keys)
        self.assertEqual(answer["command_status"], 0)
        return answer["message_id"]

    def leave(self, client):
        self.assertEqual(client.ask("unbind")["command_status"], 0)
        client.wait_for_end()
        self.assertEqual(client.errors(), [])

    def counters(self):
        self.simulator.signal(signal.SIGINT)
        self.assertEqual(self.simulator.wait(), 0)
        return json.loads(self.simulator.stdout)

    def test_every_bind_is_answered_with_a_name_and_a_version(self):
        for command in ("bind_transceiver", "bind_transmitter", "bind_receiver"):
            for version in (0x33, 0x34, 0x50):
                client = self.bind(command=command, interface_version=version)
                self.assertEqual((self.bound["command"], self.bound["command_status"]),
                                 (command + "_resp", 0))
                self.assertEqual(self.bound["system_id"], "SALVOSIM")
                self.assertEqual(self.bound["sc_interface_version"], version)
                self.leave(client)

    def test_strangers_are_refused(self):
        for keys, status in (({"system_id": "stranger"}, 0x0F), ({"password": "wrong"}, 0x0E)):
            self.bind(**keys)
            self.assertEqual(self.bound["command_status"], status)

    def test_texts_are_in_the_ledger_as_the_package_encodes_them(self):
        client = self.bind()
        texts = (("Hello {[~]}|\\^€ äöü", 0), ("Привет 👍🏽", 8), ("", 0))
        ids = [self.submit(client, short_message=text, data_coding=data_coding)
               for text, data_coding in texts]
        ids.append(self.submit(client, message_payload="Привет " * 40, data_coding=8))
        ids.append(self.submit(client, "data_sm", message_payload="Привет", data_coding=8))
        self.leave(client)
        lines = self.ledger()
        self.assertEqual([line["message_id"] for line in lines], ids)
        self.assertEqual([(decoder.Part(line).text, line["data_coding"]) for line in lines],
                         [*texts, ("Привет " * 40, 8), ("Привет", 8)])
        for line in lines:
            self.assertEqual((line["source"], line["dest"]), ("NODE", "491700000001"))
        self.assertEqual(self.counters()["malformed"], 0)

    def test_parts_and_parameters_are_in_the_ledger(self):
        client = self.bind()
        for part, text in enumerate(("Hello ", "there"), 1):
            self.submit(client, short_message={
                "udh": node_peer.octets(f"0500037f02{part:02x}"), "message": text})
        self.submit(client, short_message="x", user_message_reference=513, its_session_info=
                    node_peer.octets("0102"))
        self.leave(client)
        first, second, third = map(decoder.Part, self.ledger())
        self.assertEqual((first.text + second.text, first.kind, first.sequence, second.sequence),
                         ("Hello there", "udh8", 1, 2))
        self.assertEqual(decoder.parse_tlvs(bytes.fromhex(self.ledger()[-1]["tlv_hex"])),
                         {0x0204: b"\x02\x01", 0x1383: b"\x01\x02"})
        self.assertEqual(third.text, "x")

    def test_receipts_are_read_by_the_package(self):
        client = self.bind("--receipts", "0", "--receipt-mix", "UNDELIV=100%")
        number = self.submit(client, short_message="Hello", registered_delivery=1)
        receipt, = client.wait_for_pdus("deliver_sm")
        self.assertEqual((receipt["esm_class"], receipt["source_addr"],
                          receipt["destination_addr"], receipt["receipted_message_id"],
                          receipt["message_state"]), (4, "491700000001", "NODE", number, 5))
        self.assertRegex(receipt["short_message"]["message"],
                         rf"^id:{number} sub:001 dlvrd:000 submit date:\d{{10,12}} "
                         r"done date:\d{10,12} stat:UNDELIV err:001 text:Hello$")
        self.leave(client)
        self.assertEqual(self.counters()["receipts_acknowledged"], 1)

    def test_receipts_come_over_the_receiver(self):
        transmitter = self.bind("--receipts", "0", command="bind_transmitter")
        receiver = self.bind_another("bind_receiver")
        number = self.submit(transmitter, short_message="Hello", registered_delivery=1)
        receipt, = receiver.wait_for_pdus("deliver_sm")
        self.assertEqual(receipt["receipted_message_id"], number)
        transmitter.sync()
        self.assertEqual(transmitter.pdus("deliver_sm"), [])
        self.leave(transmitter)
        self.leave(receiver)

    def test_enquiries_and_strange_requests_are_answered(self):
        client = self.bind()
        self.assertEqual(client.ask("enquire_link")["command_status"], 0)
        nack = client.ask("query_sm", message_id="1")
        self.assertEqual((nack["command"], nack["command_status"]), ("generic_nack", 3))
        self.leave(client)

    def test_a_receiver_cannot_submit(self):
        client = self.bind(command="bind_receiver")
        self.assertEqual(client.ask("submit_sm", **SUBMISSION)["command_status"], 4)
        self.leave(client)

    def test_errors_have_the_status_that_was_asked_for(self):
        client = self.bind("--error", "ESME_RTHROTTLED=100%")
        answer = client.ask("submit_sm", **SUBMISSION)
        self.assertEqual((answer["command"], answer["command_status"]), ("submit_sm_resp", 0x58))
        self.leave(client)

    def test_all_of_it_goes_over_tls(self):
        folder = tempfile.mkdtemp(prefix="salvo-system-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        authority = certificates.Authority(folder)
        certificate, key = authority.sign("sim", "IP:127.0.0.1")
        self.simulator = self.sim("--tls-cert", certificate, "--tls-key", key)
        client = self.client(self.simulator.port, ca=authority.certificate)
        client.ask("bind_transceiver", system_id="demo", password=support.PASSWORD)
        self.submit(client, short_message="Hello")
        self.leave(client)


if __name__ == "__main__":
    unittest.main()

"""The sessions of salvo send with an SMSC that nobody here wrote: binds, receipts, enquiries, ends."""

import shutil
import subprocess
import tempfile
import unittest

import certificates
import node_peer
import support


class Conversation(node_peer.Case):
    """A campaign from a pipe, which stays bound for as long as the pipe is open."""

    def open(self, options=None, **keys):
        self.peer = self.server(**options or {})
        self.rows = 0
        self.process = self.start("send", "-", "--account", self.account(self.peer.port, **keys),
                                  "--json", "--results", self.path("results.csv"),
                                  stdin=subprocess.PIPE)
        self._write("to,text\n")

    def _write(self, line):
        self.process.popen.stdin.write(line.encode())
        self.process.popen.stdin.flush()

    def send_next(self):
        """One more row; returns once the peer has it."""
        self.rows += 1
        self._write(f"+49170{self.rows:07d},Hello\n")
        self.peer.wait_for_pdus("submit_sm", self.rows)

    def close(self):
        self.process.popen.stdin.close()
        done = support.Finished(self.process)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual([result["outcome"] for result in self.results()],
                         ["accepted"] * self.rows)
        self.peer.sync()
        self.assertEqual(self.peer.errors(), [])
        return done

    def deliver(self, session, text="Yes please", **keys):
        """Delivers a message over that session, which is acknowledged."""
        answer = self.peer.ask("deliver_sm", session, source_addr="491700000001",
                               destination_addr="SALVO", short_message=text, **keys)
        self.assertEqual((answer["command"], answer["command_status"]), ("deliver_sm_resp", 0))

    def deliver_receipt(self, session, state="DELIVRD", number=2):
        text = ("id:node-1 sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 "
                f"stat:{state} err:000 text:Hello")
        self.deliver(session, text, esm_class=4, receipted_message_id="node-1",
                            message_state=number)

    def check_binds(self, commands, version=0x34):
        for command in commands:
            pdu, = self.peer.wait_for_pdus(command)
            self.assertEqual(node_peer.fields(pdu), {
                "command": command, "command_id": pdu["command_id"], "command_status": 0,
                "system_id": "demo", "password": support.PASSWORD, "system_type": "BULK",
                "interface_version": version, "addr_ton": 0, "addr_npi": 0, "address_range": ""})
        self.send_next()
        self.close()
        binds = [told["pdu"]["command"] for told in self.peer.told() if "pdu" in told
                 and told["pdu"]["command"].startswith("bind_")]
        self.assertEqual(sorted(binds), sorted(commands))
        self.assertEqual(len(self.peer.pdus("unbind")), len(commands))

    def test_begins_with_binds_of_every_type(self):
        for bind_type, commands in (("transceiver", ["bind_transceiver"]),
                                    ("transmitter", ["bind_transmitter"]),
                                    ("transmitter+receiver",
                                     ["bind_transmitter", "bind_receiver"])):
            self.open(bind_type=bind_type, system_type="BULK")
            self.check_binds(commands)

    def test_begins_with_binds_of_every_version(self):
        for version, octet in (("3.3", 0x33), ("3.4", 0x34), ("5.0", 0x50)):
            # Old and simple centres leave the parameter out.
            for bind_fields in ({}, {"sc_interface_version": octet}):
                self.open({"bind_fields": bind_fields}, interface_version=version,
                          bind_type="transmitter+receiver", system_type="BULK")
                self.check_binds(["bind_transmitter", "bind_receiver"], octet)

    def test_goes_over_tls(self):
        folder = tempfile.mkdtemp(prefix="salvo-system-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        authority = certificates.Authority(folder)
        certificate, key = authority.sign("node", "IP:127.0.0.1")
        self.open({"cert": certificate, "key": key}, tls__enabled=True,
                  tls__ca_file=authority.certificate, tls__min_version="1.3")
        self.send_next()
        self.deliver(1)
        self.close()

    def test_receipts_are_acknowledged_and_counted(self):
        self.open(registered_delivery=1)
        self.send_next()
        self.deliver_receipt(1)
        self.deliver_receipt(1, "UNDELIV", 5)
        self.deliver(1)
        summary = self.close().summary
        self.assertEqual((summary["receipts"], summary["delivered"]), (2, 1))

    def test_receipts_come_over_the_receiver(self):
        self.open(registered_delivery=1, bind_type="transmitter+receiver")
        self.send_next()
        self.peer.wait_for_pdus("bind_receiver")
        receiver, = [told["session"] for told in self.peer.told()
                     if told.get("pdu", {}).get("command") == "bind_receiver"]
        self.deliver_receipt(receiver)
        self.assertEqual(self.close().summary["delivered"], 1)

    def test_a_delivery_by_data_sm_is_acknowledged(self):
        self.open()
        self.send_next()
        answer = self.peer.ask("data_sm", source_addr="491700000001", destination_addr="SALVO",
                               data_coding=8, message_payload="Привет")
        self.assertEqual((answer["command"], answer["command_status"]), ("data_sm_resp", 0))
        self.close()

    def test_the_peers_enquiries_are_answered(self):
        self.open()
        self.send_next()
        for _ in range(3):
            answer = self.peer.ask("enquire_link")
            self.assertEqual((answer["command"], answer["command_status"]),
                             ("enquire_link_resp", 0))
        self.close()

    def test_it_enquires_when_nobody_speaks(self):
        self.open(enquire_link="50ms")
        self.send_next()
        self.peer.wait_for_pdus("enquire_link", 3)
        self.send_next()
        self.close()
        self.assertEqual(len(self.peer.pdus("bind_transceiver")), 1)

    def test_after_the_peers_unbind_it_comes_back(self):
        self.open()
        self.send_next()
        answer = self.peer.ask("unbind")
        self.assertEqual((answer["command"], answer["command_status"]), ("unbind_resp", 0))
        self.peer.wait_for_end(1)
        self.peer.wait_for_pdus("bind_transceiver", 2)
        self.send_next()
        done = self.close()
        self.assertEqual(len(self.peer.pdus("submit_sm", session=2)), 1)
        self.assertIn("the SMSC sent unbind", done.stderr)

    def test_a_request_that_is_not_for_it_is_nacked(self):
        self.open()
        self.send_next()
        answer = self.peer.ask("query_sm", message_id="node-1")
        self.assertEqual((answer["command"], answer["command_status"]), ("generic_nack", 3))
        self.send_next()
        self.close()


if __name__ == "__main__":
    unittest.main()

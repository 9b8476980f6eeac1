"""What an SMSC puts into names and ids reaches no terminal and no file as it is."""

import json
import re
import struct
import subprocess
import unittest

import doctor_case
import raw_esme
import support
from doctor_case import Server, answer, pdus

NAME = b"A\x1b[2J\x07\nB\\\xff"
SHOWN = r"A\x1B[2J\x07\x0AB\\\xFF"
ID = b"7\x1b]0;x\x07\xff\xe4"
# What a terminal acts upon, but for the end of a line.
CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f\x80-\x9f]")


def receipt(message_id):
    """The body of a deliver_sm."""
    text = b"id:" + message_id + b" sub:001 dlvrd:001 stat:DELIVRD err:\xff0 text:x"
    return (b"\0\1\1" + b"491700000001\0" + b"\5\0SALVO\0" + b"\4\0\0" + b"\0\0" + b"\0\0\0\0"
            + bytes([len(text)]) + text)


def serve(receipts_id):
    def serve_one(connection):
        for command, sequence in pdus(connection):
            if command & raw_esme.RESPONSE:
                continue
            is_submit = command == raw_esme.SUBMIT_SM
            body = {raw_esme.BIND_TRANSCEIVER: NAME + b"\0", raw_esme.SUBMIT_SM: ID + b"\0"}
            answer(connection, command | raw_esme.RESPONSE, sequence,
                   body=body.get(command, b""))
            if is_submit:
                octets = receipt(receipts_id)
                connection.sendall(
                    struct.pack(">IIII", 16 + len(octets), raw_esme.DELIVER_SM, 0, 1) + octets)

    return serve_one


class PeerOctets(doctor_case.Case):
    def begin(self, receipts_id=ID):
        return self.account(Server(self, serve(receipts_id)).port)

    def salvo(self, *arguments):
        """What it wrote, as it was."""
        done = subprocess.run([support.SALVO, *arguments], cwd=self.folder, capture_output=True,
                              timeout=support.DEADLINE_S, check=False)
        return done.stdout + done.stderr

    def test_send_shows_them_printable(self):
        self.campaign([("+491700000001", "x")])
        text = self.salvo("send", "campaign.csv", "--account", self.begin())
        self.assertIn(f"(SMSC '{SHOWN}')".encode(), text)
        self.assertIsNone(CONTROL.search(text), text)

    def test_doctor_shows_them_printable(self):
        text = self.salvo("doctor", "--account", self.begin(b"8" + ID), "--to", "491700000001",
                          "--wait-receipt", "1s")
        self.assertIn(rb"and the response gave '7\x1B]0;x\x07\xFF\xE4'", re.sub(rb"\n +", b" ", text))
        self.assertIsNone(CONTROL.search(text), text)

    def test_results_are_utf8_in_whichever_form(self):
        ids = {}
        for name in ("results.csv", "results.jsonl"):
            self.campaign([("+491700000001", "x")])
            done = self.send("campaign.csv", "--account", self.begin(), "--results", name,
                             "--wait-receipts", "10s")
            self.assertEqual(done.code, 0, done.stderr)
            with open(self.path(name), encoding="utf-8") as file:
                row, = self.results(name) if name.endswith(".csv") else map(json.loads, file)
            self.assertEqual(row["receipt_state"], "DELIVERED")
            ids[name] = (row["message_ids"], row["receipt_error"])
        self.assertEqual(ids["results.csv"], ids["results.jsonl"])
        self.assertEqual(ids["results.csv"][0], ID.decode("latin-1"))


if __name__ == "__main__":
    unittest.main()

"""A password that is marked is in no output of any command: no stream, no file, no command line.

However it is given - in the account file, in a file of its own, in the environment - and whatever
goes wrong. Looked for are its characters, and its octets as any dump would write them.
"""

import os
import re
import signal
import socket
import threading
import unittest

import support

MARK = "Mk7qZx3w"
PLACES = ("password", "password_file", "password_env")
# What holds it on purpose.
GIVEN = {"account.toml", "password.txt", "scenario.toml", "bind.hex", "bind.bin"}
BIND = "bind_transceiver"


def shows(octets):
    """Whether it is there, in some notation."""
    text = octets.decode("latin-1")
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    return MARK in text or MARK.encode().hex() in digits


class Secrets(support.Case):
    def setUp(self):
        super().setUp()
        self.write("scenario.toml", f"account = 'demo:{MARK}'\n")
        self.smsc = self.start_sim()
        self.port = self.smsc.wait_for(r"listening on .*:(\d+)$").group(1)
        self.campaign([(number, "hello") for number in support.numbers(300)])

    def start_sim(self, *flags):
        return self.start("sim", "--listen", "127.0.0.1:0", "--scenario", "scenario.toml",
                          "--ledger", "ledger.jsonl", "--receipts", "10ms", *flags)

    def give(self, place, port=None, more=""):
        """The account file, with the password in that place."""
        lines = {"password": f'password = "{MARK}"', "password_file": 'password_file = "password.txt"',
                 "password_env": 'password_env = "SMSC_PASSWORD"'}
        self.write("password.txt", MARK + "\n")
        self.write("account.toml", f'host = "127.0.0.1"\nport = {port or self.port}\n'
                   f'system_id = "demo"\nsource_addr = "SALVO"\n{lines[place]}\n{more}\n')

    def begin(self, *arguments, **options):
        """Starts a command, and looks at its command line."""
        process = self.start(*arguments, env={"SMSC_PASSWORD": MARK}, **options)
        try:
            with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                self.assertFalse(shows(file.read()), arguments)
        except (FileNotFoundError, ProcessLookupError):
            self.fail(f"{arguments} is gone")
        return process

    def run_salvo(self, *arguments, codes=(0,), **options):
        process = self.begin(*arguments, **options)
        self.assertIn(process.wait(), codes, process.stderr)
        self.look_at_streams(process)
        return process

    def look_at_streams(self, process):
        for text in (process.stdout, process.stderr):
            self.assertFalse(shows(text.encode()), text)

    def look_at_files(self):
        """Every file that was written, in every folder."""
        for folder, _, names in os.walk(self.folder):
            for name in set(names) - GIVEN:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertFalse(shows(file.read()), name)

    def tearDown(self):
        self.smsc.signal(signal.SIGTERM)
        self.smsc.wait()
        self.look_at_streams(self.smsc)
        self.look_at_files()
        super().tearDown()

    def test_of_campaigns_and_what_follows_them(self):
        logs = ("--connector-log", "connector.log", "--pdu-log", "pdu.log", "--pdu-log-sample",
                "all")
        for place in PLACES:
            self.give(place)
            self.run_salvo("send", "campaign.csv", "--account", "account.toml", "--dry-run")
            send = self.begin("send", "campaign.csv", "--account", "account.toml", "--results",
                              "results.csv", "--rate", 300, "--journal", place, *logs)
            before = self.ledger_lines()
            support.wait_until(lambda: self.ledger_lines() > before, "the first rows")
            send.signal(signal.SIGINT)
            self.assertEqual(send.wait(), 7, send.stderr)
            self.look_at_streams(send)
            self.look_at_files()
            self.run_salvo("status", place)
            self.run_salvo("status", place, "--json")
            self.run_salvo("resume", place, *logs)
            self.run_salvo("receipts", place, "--wait", "10s", *logs)
            self.run_salvo("send", "--to", "491700000001", "--text", "x", "--json", "--account",
                           "account.toml", "--wait-receipts", "5s", *logs)
            self.look_at_files()
            with open(self.path("pdu.log"), encoding="utf-8") as log:
                self.assertIn("PASSWORD:***", log.read())

    def test_of_an_examination(self):
        for place in PLACES:
            self.give(place)
            for flags in ((), ("--json",)):
                self.run_salvo("doctor", "--account", "account.toml", *flags, "--bundle",
                               "bundle.txt", "--to", "491700000001", "--wait-receipt", "10s")
                self.look_at_files()

    def test_of_an_examination_that_finds_it_wrong(self):
        self.write("scenario.toml", "account = 'demo:another'\n")
        other = self.start_sim()
        port = other.wait_for(r"listening on .*:(\d+)$").group(1)
        for place in PLACES:
            self.give(place, port, more='system_type = "VMA"')
            self.run_salvo("doctor", "--account", "account.toml", "--bundle", "bundle.txt", codes=(5,))
            self.run_salvo("send", "campaign.csv", "--account", "account.toml", "--journal", place,
                           "--pdu-log", "pdu.log", "--connector-log", "connector.log", codes=(5,))
        other.signal(signal.SIGTERM)
        other.wait()
        self.look_at_streams(other)

    def test_of_a_peer_that_sends_back_what_it_gets(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        threading.Thread(target=self.echo, args=(listener,), daemon=True).start()
        for place in PLACES:
            self.give(place, listener.getsockname()[1], more='reconnect.initial = "10ms"')
            self.run_salvo("doctor", "--account", "account.toml", "--bundle", "bundle.txt", codes=(4,))
            self.run_salvo("send", "campaign.csv", "--account", "account.toml", "--journal", place,
                           "--pdu-log", "pdu.log", "--connector-log", "connector.log", codes=(4,))

    def echo(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(connection.recv(4096))

    def test_of_pdus_that_are_decoded(self):
        encode = self.start("encode", BIND, "system_id=demo", f"password={MARK}")
        encode.wait()
        self.assertTrue(shows(encode.stdout.encode()), "else nothing would be looked for")
        digits = encode.stdout.strip()
        # Cut, or with an octet too many, it cannot be decoded; with a length that is too small, it
        # ends before its password, or within it.
        cut = digits[:-8]
        long = f"{len(digits) // 2 + 1:08x}" + digits[8:] + "00"
        short = [f"{length:08x}" + digits[8:] for length in (16, 20, 21, 25, 30)]
        for text in (digits, cut, long, digits + digits, *short):
            self.write("bind.hex", text)
            self.write("bind.bin", bytes.fromhex(text))
            for flags in ((), ("--lines",), ("--json",)):
                with open(self.path("bind.hex"), "rb") as file:
                    self.run_salvo("decode", *flags, stdin=file, codes=(0, 1, 2, 3))
                self.run_salvo("decode", *flags, "bind.hex", codes=(0, 1, 2, 3))
                self.run_salvo("decode", *flags, "bind.bin", codes=(0, 1, 2, 3))

    def test_of_explanations(self):
        for words in ("0x0E", "password", "the password looks odd"):
            self.run_salvo("explain", *words.split())

    def test_of_account_files_with_a_mistake(self):
        head = 'host = "127.0.0.1"\nsystem_id = "demo"\n'
        for mistake in (f'password = "{MARK}', f"password = {MARK}", f'pasword = "{MARK}"',
                        f'password = ["{MARK}"]', f'password = {{ value = "{MARK}" }}',
                        f'[password]\nvalue = "{MARK}"', f'[system_type]\npassword = "{MARK}"',
                        f'source_addr = [{{ password = "{MARK}" }}]', f'password = "{MARK}" x', f'password "{MARK}"',
                        f'password = "{MARK}"\npassword = "{MARK}"', f'password = "{9 * MARK}"',
                        f'password = "{MARK}"\npassword_file = "password.txt"',
                        f'password = "{MARK}"\npassword_env = "SMSC_PASSWORD"',
                        f'password = "{MARK}"\nwindow = 0', f'password = "{MARK}"\nx = \x01',
                        'password_file = "none.txt"', 'password_file = "."',
                        'password_env = "NOWHERE"', f'[account.a]\npassword = "{MARK}"\nport = "x"'):
            with self.subTest(mistake=mistake.replace(MARK, "MARK")):
                self.write("account.toml", head + mistake + "\n")
                self.run_salvo("send", "campaign.csv", "--account", "account.toml", codes=(2,))
                self.run_salvo("send", "campaign.csv", "--account", "account.toml", "--dry-run",
                               "--json", codes=(2,))
                for flags in ((), ("--json",)):
                    self.run_salvo("doctor", "--account", "account.toml", "--bundle",
                                   "bundle.txt", *flags, codes=(2,))
                self.look_at_files()


if __name__ == "__main__":
    unittest.main()

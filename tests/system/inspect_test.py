"""The commands that help when something fails, as a person or a script calls them."""

import json
import os
import pty
import subprocess
import tempfile
import unittest

from support import SALVO


def run(*arguments, stdin=b"", env=None):
    return subprocess.run([SALVO, *arguments], input=stdin, capture_output=True, timeout=60,
                          env={**os.environ, **(env or {})}, check=False)


class Explain(unittest.TestCase):
    def test_one_entry_is_told_in_full(self):
        done = run("explain", "0x58")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertTrue(done.stdout.startswith(b"ESME_RTHROTTLED  0x58 (88)\n"))
        for part in (b"Likely causes", b"What to do", b"What Salvo does"):
            self.assertIn(part, done.stdout)

    def test_words_need_no_quotes(self):
        self.assertEqual(run("explain", "no", "dlr").stdout, run("explain", "no dlr").stdout)

    def test_several_candidates_are_listed(self):
        done = run("explain", "11")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"errno 11", done.stdout)
        self.assertIn(b"ESME_RINVDSTADR", done.stdout)

    def test_nothing_found_is_exit_code_1(self):
        done = run("explain", "frobnicate")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"nothing is known as 'frobnicate'", done.stderr)

    def test_a_number_that_its_topic_does_not_have_is_nothing_else(self):
        self.assertEqual(run("explain", "err", "7").returncode, 1)

    def test_nothing_asked_is_a_mistake(self):
        self.assertEqual(run("explain").returncode, 2)

    def test_json_has_an_object_a_line(self):
        for arguments, least in ((("11",), 4), (("--list",), 200)):
            done = run("explain", "--json", *arguments)
            entries = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertGreaterEqual(len(entries), least)
            for entry in entries:
                self.assertEqual(entry["message_type"], "explanation")
                self.assertTrue(entry["causes"] and entry["actions"] and entry["treatment"])

    def test_a_terminal_gets_broken_lines_and_bold_headings(self):
        text = self.on_a_terminal({"TERM": "xterm"})
        self.assertIn("\x1b[1mLikely causes", text)
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 110)
        self.assertNotIn("\x1b", self.on_a_terminal({"TERM": "xterm", "NO_COLOR": "1"}))

    def on_a_terminal(self, env):
        master, slave = pty.openpty()
        with subprocess.Popen([SALVO, "explain", "0x0E"], stdout=slave,
                              env={**os.environ, **env}) as process:
            self.assertEqual(process.wait(timeout=60), 0)
        os.close(slave)
        text = b""
        try:
            while chunk := os.read(master, 4096):
                text += chunk
        except OSError:
            pass  # the end of a terminal
        os.close(master)
        return text.decode()


class Decode(unittest.TestCase):
    HELLO = ("submit_sm", "source_addr_ton=5", "source_addr=SALVO", "dest_addr_ton=1",
             "dest_addr_npi=1", "destination_addr=491700000001", "short_message=Hello",
             "tlv:user_message_reference=7")

    def hello(self):
        done = run("encode", *self.HELLO)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.strip().decode()

    def test_hex_is_taken_from_the_command_line(self):
        done = run("decode", self.hello())
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        for line in (b"    19  source_addr: SALVO\n", b"        text: Hello\n",
                     b"    55  user_message_reference: 7\n"):
            self.assertIn(line, done.stdout)

    def test_the_standard_input_may_be_hex_a_dump_or_octets(self):
        octets = bytes.fromhex(self.hello())
        want = run("decode", self.hello()).stdout
        dump = subprocess.run(["xxd"], input=octets, capture_output=True, check=True).stdout
        for text in (octets, octets.hex().encode(), octets.hex(" ").encode(), dump):
            self.assertEqual(run("decode", stdin=text).stdout, want)
            self.assertEqual(run("decode", "-", stdin=text).stdout, want)
        self.assertEqual(run("encode", "--binary", *self.HELLO).stdout, octets)

    def test_a_pipe_with_a_name_is_read_like_the_standard_input(self):
        want = run("decode", self.hello()).stdout
        self.assertEqual(run("decode", "/dev/stdin", stdin=self.hello().encode()).stdout, want)

    def test_a_capture_made_by_another_program_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            dump = subprocess.run(["xxd", "-g1"], input=bytes.fromhex(self.hello() * 3),
                                  capture_output=True, check=True).stdout
            for form in ("pcap", "pcapng"):
                path = os.path.join(folder, f"capture.{form}")
                subprocess.run(["text2pcap", "-q", "-F", form, "-T", "40000,2775", "-", path],
                               input=dump, capture_output=True, check=True)
                done = run("decode", "--json", path)
                self.assertEqual(done.returncode, 0, done.stderr)
                *pdus, summary = [json.loads(line) for line in done.stdout.splitlines()]
                self.assertEqual(summary["pdus"], 3)
                for pdu in pdus:
                    self.assertEqual(pdu["command"], "submit_sm")
                    self.assertEqual(pdu["text"], "Hello")
                    self.assertEqual(pdu["to"].rsplit(":", 1)[1], "2775")
                lines = run("decode", "--lines", path).stdout.splitlines()
                self.assertEqual(len(lines), 3)

    def test_what_breaks_the_specification_is_said(self):
        done = run("decode", "0000001180000004000000580000000700")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"warning at 16, body: a response that refuses has no body", done.stdout)
        done = run("decode", "00000011000000150000000000000007")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"error at 0, command_length", done.stdout)

    def test_passwords_are_never_shown(self):
        octets = run("encode", "bind_transceiver", "system_id=me", "password=hunter22").stdout
        for form in ((), ("--lines",), ("--json",)):
            done = run("decode", *form, stdin=octets)
            self.assertIn(b"***", done.stdout)
            self.assertNotIn(b"hunter22", done.stdout + done.stderr)
            self.assertNotIn(b"hunter22".hex().encode(), done.stdout + done.stderr)

    def test_mistakes_are_named(self):
        for arguments, code, sentence in (
                (("decode", "xyz"), 2, b"neither a file nor hexadecimal digits"),
                (("decode", "-"), 1, b"no PDU was found"),
                (("decode", "/nowhere"), 2, b"neither a file nor hexadecimal digits"),
                (("decode", "/proc/self/mem"), 3, b"cannot read '/proc/self/mem'"),
                (("encode", "submit"), 2, b"the nearest is 'submit_sm'"),
                (("encode",), 2, b"say which command")):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stdout), (code, b""), arguments)
            self.assertIn(sentence, done.stderr)

    def test_what_comes_through_a_pipe_has_the_exit_code_of_its_mistake(self):
        for octets, code, sentence in ((b"", 1, b"no PDU was found"),
                                       (b"zz\n", 2, b"cannot read '-'"),
                                       (b"\n", 1, b"no PDU was found")):
            for path in ((), ("-",)):
                done = run("decode", *path, stdin=octets)
                self.assertEqual((done.returncode, done.stdout), (code, b""), octets)
                self.assertIn(sentence, done.stderr)


if __name__ == "__main__":
    unittest.main()

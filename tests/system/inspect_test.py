"""The commands that help when something fails, as a person or a script calls them."""

import json
import os
import pty
import subprocess
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


if __name__ == "__main__":
    unittest.main()

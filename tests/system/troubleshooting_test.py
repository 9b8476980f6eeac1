"""docs/troubleshooting.md is true: its files are written, its commands are run in their order, and
what they print is what stands there, but for numbers."""

import os
import re
import shlex
import socket
import subprocess
import unittest

import support

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/troubleshooting.md")
LEFT_OUT = "..."
PROGRESS = re.compile(r"^.*, binds \d+/\d+.*\n", re.MULTILINE)  # every few seconds


def blocks_of(section):
    """[[line]] of what is indented; an empty line does not end an output."""
    blocks = [[]]
    for line in section.splitlines():
        if line.startswith("    "):
            blocks[-1].append(line[4:])
        elif line:
            blocks.append([])
    return [block for block in blocks if block]


def plain(output):
    """Its words; of numbers, times and octets only that there are some."""
    output = re.sub(r"\b[0-9a-f]{8}\b(\s+[0-9a-f]{2,8}\b)*", "HEX", output)
    output = re.sub(r"\d[\d,.]* (ms|s)\b", "TIME", output)
    return " ".join(re.sub(r"\d+([.,]\d+)*", "N", output).split())


def pattern_of(lines):
    """What finds an output in which lines may be left out."""
    parts = [[]]
    for line in lines:
        if line == LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(line)
    return r".*".join(re.escape(plain("\n".join(part))) for part in parts)


class Troubleshooting(support.Case):
    def setUp(self):
        super().setUp()
        self.smsc = None
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
        with open(PAGE, encoding="utf-8") as file:
            page = re.split(r"^## (.*)\n", file.read(), flags=re.MULTILINE)
        self.sections = dict(zip(page[1::2], map(blocks_of, page[2::2])))
        for block in blocks_of(page[0]):
            self.play_block(block)

    def play(self, heading):
        for block in self.sections[heading]:
            self.play_block(block)

    def play_block(self, block):
        """A file, and commands with what they print."""
        while block:
            line, *block = block
            taken = next((at for at, other in enumerate(block)
                          if other.startswith(("$ ", "# "))), len(block))
            told, block = block[:taken], block[taken:]
            if line.startswith("# "):
                text = "\n".join(told).replace("port = 2775", f"port = {self.port}") + "\n"
                os.chmod(self.write(line[2:], text), 0o600)
            else:
                self.run_command(line.removeprefix("$ "), told)

    def run_command(self, command, told):
        words = shlex.split(command)
        if words[0] != "salvo":
            subprocess.run(command, shell=True, check=True, cwd=self.folder)
            return
        if words[1] == "sim":
            self.restart_sim(words[2:])
            printed = self.smsc.stderr
        else:
            process = self.start(*words[1:])
            process.wait()
            printed = process.stdout + process.stderr
        self.assertRegex(plain(PROGRESS.sub("", printed)), rf"^{pattern_of(told)}$", command)

    def restart_sim(self, words):
        self.assertEqual(words.pop(), "&")
        if self.smsc is not None:
            self.smsc.end()
        self.smsc = self.sim(*words, port=self.port)

    def test_the_bind_is_refused(self):
        self.play("The bind is refused")

    def test_the_connection_is_dropped(self):
        self.play("The connection is dropped")

    def test_no_receipts_come(self):
        self.play("No receipts come")

    def test_slower_than_the_contract(self):
        self.play("Slower than the contract")

    def test_every_message_is_refused(self):
        self.play("Every message is refused")

    def test_every_section_is_played(self):
        tests = {name.removeprefix("test_") for name in dir(self) if name.startswith("test_")}
        for heading in self.sections:
            self.assertIn(heading.lower().replace(" ", "_"), tests)


if __name__ == "__main__":
    unittest.main()

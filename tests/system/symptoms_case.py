"""The table of docs/symptoms.md, and how a row of it is played: by itself, as far as it says.

In a row, what stands in backquotes is meant word by word. In the column of the set-up, what begins
with -- are flags of salvo sim, and what has an equals sign are lines of the account file; in the
column of what names the cause, what begins with salvo is a command, and what follows up to the next
command must be in its output: on one line, with blanks as they come, and ... for anything between.
"""

import json
import os
import re
import shlex
import signal
import tomllib

import captures
import support

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/symptoms.md")
COLUMNS = ("symptom", "cause", "fix", "set-up", "named by", "test")
NUMBER = "491700000001"


class Row:
    def __init__(self, number, cells):
        self.number = number  # of its line
        self.cells = dict(zip(COLUMNS, cells))

    def quoted(self, column):
        return re.findall(r"`([^`]+)`", self.cells[column])

    @property
    def test(self):
        """Class.method"""
        return "".join(self.quoted("test"))

    @property
    def flags(self):
        """Of salvo sim."""
        return [word for text in self.quoted("set-up") if text.startswith("--")
                for word in shlex.split(text)]

    @property
    def account_lines(self):
        return [text for text in self.quoted("set-up")
                if "=" in text and not text.startswith("--")]

    @property
    def commands(self):
        """[(words behind salvo, [what must be in the output])]"""
        commands = []
        for text in self.quoted("named by"):
            if text.startswith("salvo "):
                commands.append((shlex.split(text)[1:], []))
            else:
                commands[-1][1].append(text)
        return commands


def read_rows(path=TABLE):
    """All rows of all tables of the file, headings left out."""
    rows = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.startswith("|"):
                continue
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if cells[0] != COLUMNS[0] and not set(line) <= set("|- \n"):
                rows.append(Row(number, cells))
    return rows


def pattern_of(words):
    """What finds these words in an output."""
    parts = [r"\s+".join(map(re.escape, part.split())) for part in words.split("...")]
    return re.compile(".*".join(part.strip() for part in parts))


class Case(support.Case):
    """One test method is one row."""

    @classmethod
    def setUpClass(cls):
        cls.rows = {row.test: row for row in read_rows()}

    def setUp(self):
        super().setUp()
        name = ".".join(self.id().split(".")[-2:])
        self.row = self.rows[name]
        self.started = 0  # commands of the row

    def play(self, **options):
        """The whole row: the set-up, then one command after the other."""
        self.set_up()
        self.run_commands(**options)

    def set_up(self):
        self.smsc = self.sim(*self.row.flags)
        self.port = self.smsc.port
        self.write_account()

    def write_account(self):
        lines = {"host": "127.0.0.1", "port": self.port, "system_id": "demo",
                 "password": support.PASSWORD, "source_addr": "SALVO",
                 "reconnect.initial": "50ms", "reconnect.bind_interval": "10ms"}
        text = "\n".join(self.row.account_lines)
        own = tomllib.loads(text)
        text += "".join(
            f"\n{key} = {json.dumps(value)}" for key, value in lines.items() if not has_key(own, key))
        os.chmod(self.write("account.toml", text + "\n"), 0o600)

    def run_commands(self, **options):
        while self.started < len(self.row.commands):
            self.run_next(**options)

    def run_next(self, **options):
        """Runs the row's next command to its end; its exit code."""
        process = self.start_next(**options)
        code = process.wait()
        self.check(process)
        return code

    def start_next(self, **options):
        words, self.words = self.row.commands[self.started]
        self.started += 1
        if words == ["sim"]:  # the one that runs
            self.smsc.signal(signal.SIGTERM)
            return self.smsc
        return self.start(*self.completed(words), **options)

    def completed(self, words):
        """With what every command needs and no row repeats."""
        words = [NUMBER if word == "NUMBER" else word for word in words]
        if words[0] in ("doctor", "send"):
            words += ["--account", "account.toml"]
        if words[0] == "send" and not set(words) & {"--to", "campaign.csv"}:
            words += ["--to", NUMBER, "--text", "hello"]
        return words

    def check(self, process):
        """That what ended said what the row says, there or in a file it wrote."""
        output = process.stdout + process.stderr + "".join(map(self.content, self.written()))
        for words in self.words:
            self.assertRegex(output, pattern_of(words), f"docs/symptoms.md:{self.row.number}")

    def written(self):
        return [name for name in ("connector.log", "pdu.log", "bundle.txt", "results.csv",
                                  "campaign.csv.rejects.csv") if os.path.exists(self.path(name))]

    def content(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            text = file.read()
        self.assertNotIn(support.PASSWORD, text, name)
        return text

    def program(self, **options):
        """Another program's session of the account, bound."""
        esme = captures.RecordedEsme(self.port)
        self.addCleanup(esme.close)
        self.assertEqual(esme.bind(support.PASSWORD, **options).status, 0)
        return esme


def has_key(table, key):
    """Whether TOML has it, at the top or below: "retry.delay"."""
    first, _, rest = key.partition(".")
    return first in table and (not rest or has_key(table[first], rest))

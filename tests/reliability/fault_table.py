"""The table of docs/reliability.md: its rows, the commands that they name, and whether those exist.

A command stands in backquotes and is written short, as the document explains: a program of the build's
tests with a filter of GoogleTest, a test in Python with -k, or the replay of a fuzz corpus.
"""

import dataclasses
import fnmatch
import os
import re
import subprocess

DOCUMENT = "docs/reliability.md"
COLUMNS = ["#", "fault", "promise", "what the tests do", "run again"]
FAULTS = 59
PROMISES = 11
DEFINITION = re.compile(r"^class (\w+)|^    def (test_\w+)", re.MULTILINE)
REPLAY = "_fuzz_replay"


class Unknown(Exception):
    """There is no such test; says which."""


@dataclasses.dataclass(frozen=True)
class Command:
    text: str  # as it stands in the table

    @property
    def program(self):
        return self.text.split()[0]

    @property
    def arguments(self):
        return self.text.split()[1:]

    @property
    def is_python(self):
        return self.program.endswith(".py")

    @property
    def is_replay(self):
        return self.program.endswith(REPLAY)

    @property
    def names(self):
        """What is behind each -k."""
        return self.arguments[1::2]


@dataclasses.dataclass(frozen=True)
class Row:
    line: int  # of the document
    number: str
    fault: str
    promise: str
    description: str
    commands: tuple


def read_rows(text):
    """The rows of the table and of its continuations; other tables are left out."""
    rows = []
    columns = None
    for line, content in enumerate(text.splitlines(), 1):
        if not content.startswith("|"):
            columns = None
            continue
        cells = [cell.strip() for cell in content.strip().strip("|").split("|")]
        if columns is None:
            columns = cells
        elif columns == COLUMNS and not set(content) <= set("|- "):
            cells += [""] * (len(COLUMNS) - len(cells))
            commands = tuple(map(Command, re.findall(r"`([^`]+)`", cells[4])))
            rows.append(Row(line, *cells[:4], commands))
    return rows


def complaints(text, tests):
    """What is wrong with the table, a line each. `tests` has check(), as Tests below."""
    rows = read_rows(text)
    where = {row.number: f"{DOCUMENT}:{row.line}: row {row.number}" for row in rows}
    numbers = [row.number for row in rows]
    wanted = [str(number) for number in range(1, FAULTS + 1)]
    for number in wanted:
        if numbers.count(number) != 1:
            yield f"{DOCUMENT}: fault {number} has {numbers.count(number)} rows"
    for row in rows:
        if row.number not in wanted:
            yield f"{DOCUMENT}:{row.line}: '{row.number}' is none of 1 to {FAULTS}"
        for column, cell in (("fault", row.fault), ("promise", row.promise),
                             ("description", row.description), ("command", row.commands)):
            if not cell:
                yield f"{where[row.number]} has no {column}"
        for promise in re.findall(r"[\w-]+", row.promise):
            if promise not in {f"P{number}" for number in range(1, PROMISES + 1)}:
                yield f"{where[row.number]}: '{promise}' is no promise"
        for command in row.commands:
            try:
                tests.check(command)
            except Unknown as unknown:
                yield f"{where[row.number]}: {unknown}"


class Tests:
    """Those of a build folder and of the sources."""

    def __init__(self, root, build):
        self.root = root
        self.build = build
        self._listed = {}  # {program: [Suite.Test]}

    def check(self, command):
        """Raises Unknown unless every part of the command finds at least one test."""
        if command.is_python:
            self._check_python(command)
        elif command.is_replay:
            self._check_replay(command)
        else:
            self._check_filter(command)

    def shell(self, command):
        """(variables, words): how it is run from the root."""
        if command.is_python:
            variables = {"SALVO_BINARY": os.path.join(self.build, "salvo"),
                         "SALVO_SEND_KEPT": os.path.join(self.build, "docs/send_kept"),
                         "PYTHONDONTWRITEBYTECODE": "1"}
            return variables, ["python3", f"tests/system/{command.program}", *command.arguments]
        program = self._find_program(command.program)
        if command.is_replay:
            return {}, [program, self._corpus(command)]
        return {}, [program, *(f"--gtest_filter={words}" for words in command.arguments)]

    def _find_program(self, name):
        for folder in ("", "system", "fuzz"):
            path = os.path.join(self.build, "tests", folder, name)
            if os.access(os.path.join(self.root, path), os.X_OK):
                return path
        raise Unknown(f"there is no {name} in {self.build}/tests")

    def _corpus(self, command):
        return f"tests/fuzz/corpus/{command.program[:-len(REPLAY)]}"

    def _check_replay(self, command):
        self._find_program(command.program)
        if command.arguments or not os.path.isdir(os.path.join(self.root, self._corpus(command))):
            raise Unknown(f"'{command.text}' is no replay of {self._corpus(command)}")

    def _check_python(self, command):
        path = os.path.join(self.root, "tests/system", command.program)
        if not os.path.exists(path):
            raise Unknown(f"there is no tests/system/{command.program}")
        if command.arguments[0::2] != ["-k"] * len(command.names):
            raise Unknown(f"'{command.text}': a test in Python takes -k NAME alone")
        tests = python_tests(path)
        for name in command.names or [""]:
            if not any(name in test for test in tests):
                raise Unknown(f"'{command.text}': {command.program} has no test with '{name}'")

    def _check_filter(self, command):
        if len(command.arguments) != 1 or command.arguments[0].startswith("-"):
            raise Unknown(f"'{command.text}': {command.program} takes one filter")
        tests = self._list(self._find_program(command.program))
        for pattern in command.arguments[0].split(":"):
            if not any(fnmatch.fnmatchcase(test, pattern) for test in tests):
                raise Unknown(f"'{command.text}': {command.program} has no test {pattern}")

    def _list(self, program):
        if program not in self._listed:
            done = subprocess.run([os.path.join(self.root, program), "--gtest_list_tests"],
                                  capture_output=True, text=True, check=True)
            self._listed[program] = google_tests(done.stdout)
        return self._listed[program]


def google_tests(listing):
    """Suite.Test of each line that --gtest_list_tests wrote."""
    tests, suite = [], ""
    for line in listing.splitlines():
        name = line.split("#")[0].rstrip()
        if line.startswith("  "):
            tests.append(suite + name.strip())
        elif name.endswith("."):
            suite = name
    return tests


def python_tests(path):
    """__main__.Class.test of each, as -k sees them."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    tests, name = [], ""
    for found in DEFINITION.finditer(text):
        if found.group(1):
            name = found.group(1)
        else:
            tests.append(f"__main__.{name}.{found.group(2)}")
    return tests

"""That the table of docs/reliability.md cannot name what is not there, and that a run that tested nothing
has failed."""

import os
import tempfile
import unittest

import fault_table
import run

HEADINGS = "| # | fault | promise | what the tests do | run again |\n|---|---|---|---|---|\n"


class AllThere:
    def check(self, command):
        pass


class NoneThere:
    def check(self, command):
        raise fault_table.Unknown(f"there is no {command.text}")


def document(change=lambda rows: rows):
    rows = [f"| {number} | a crash | P1 P2 | it crashes | `sim_tests A.*`, `b_test.py -k c` |\n"
            for number in range(1, fault_table.FAULTS + 1)]
    text = "".join(change(rows))
    return "# Reliability\n\n| P1 | no loss |\n\n" + HEADINGS + text


class Table(unittest.TestCase):
    def complaints(self, text, tests=AllThere()):
        return list(fault_table.complaints(text, tests))

    def test_a_whole_one_passes(self):
        self.assertEqual(self.complaints(document()), [])
        rows = fault_table.read_rows(document())
        self.assertEqual([command.text for command in rows[0].commands],
                         ["sim_tests A.*", "b_test.py -k c"])

    def test_rows_that_are_missing_or_there_twice_are_caught(self):
        for change, what in ((lambda rows: rows[1:], "fault 1 has 0 rows"),
                             (lambda rows: rows + rows[:1], "fault 1 has 2 rows"),
                             (lambda rows: rows + [rows[0].replace("| 1 |", "| 60 |")], "'60' is none")):
            found = self.complaints(document(change))
            self.assertEqual(len(found), 1, found)
            self.assertIn(what, found[0])

    def test_cells_that_are_missing_or_wrong_are_caught(self):
        for old, new, what in (("a crash", "", "has no fault"), ("P1 P2", "", "has no promise"),
                               ("P1 P2", "P12", "'P12' is no promise"),
                               ("it crashes", "", "has no description"),
                               ("`sim_tests A.*`, `b_test.py -k c`", "by hand", "has no command")):
            found = self.complaints(document(lambda rows: [rows[0].replace(old, new), *rows[1:]]))
            self.assertEqual(len(found), 1, found)
            self.assertIn(what, found[0])
            self.assertIn("row 1", found[0])

    def test_a_test_that_was_renamed_is_caught_with_its_row(self):
        found = self.complaints(document(lambda rows: rows[:-1] + [rows[-1]]), NoneThere())
        self.assertEqual(len(found), 2 * fault_table.FAULTS)
        self.assertRegex(found[0], r"^docs/reliability\.md:7: row 1: there is no sim_tests A\.\*$")


class Tests(unittest.TestCase):
    """Against a build folder of one program and a folder of one test in Python."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.write("tests/system/b_test.py",
                   "class B(Case):\n    def test_one(self):\n    def help(self):\n")
        program = self.write("build/tests/sim_tests", "#!/bin/sh\nprintf 'Running main()\\nA.\\n  One\\n"
                             "P/A.\\n  Two/0  # GetParam() = 1.\\n'\n")
        os.chmod(program, 0o755)
        os.chmod(self.write("build/tests/fuzz/text_fuzz_replay", "#!/bin/sh\n"), 0o755)
        self.write("tests/fuzz/corpus/text/one", "")
        self.tests = fault_table.Tests(self.root, "build")

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_what_is_there_is_found(self):
        for text in ("sim_tests A.One", "sim_tests A.*", "sim_tests A.One:*A.Two*", "b_test.py",
                     "b_test.py -k one", "b_test.py -k B.test -k test_one", "text_fuzz_replay"):
            self.tests.check(fault_table.Command(text))

    def test_what_is_not_there_is_named(self):
        for text, what in (("sim_tests A.Three", "sim_tests has no test A.Three"),
                           ("sim_tests A.One:A.Two", "no test A.Two"), ("sim_tests", "takes one filter"),
                           ("sim_tests -A.One", "takes one filter"), ("io_tests A.*", "no io_tests"),
                           ("c_test.py", "no tests/system/c_test.py"),
                           ("b_test.py -k two", "no test with 'two'"),
                           ("b_test.py -k one -k help", "no test with 'help'"),
                           ("b_test.py -f", "-k NAME alone"), ("framer_fuzz_replay", "no framer_fuzz"),
                           ("text_fuzz_replay -x", "no replay of tests/fuzz/corpus/text")):
            with self.assertRaises(fault_table.Unknown) as caught:
                self.tests.check(fault_table.Command(text))
            self.assertIn(what, str(caught.exception))

    def test_is_run_as_the_document_says(self):
        _, words = self.tests.shell(fault_table.Command("sim_tests A.*"))
        self.assertEqual(words, ["build/tests/sim_tests", "--gtest_filter=A.*"])
        variables, words = self.tests.shell(fault_table.Command("b_test.py -k one"))
        self.assertEqual(words, ["python3", "tests/system/b_test.py", "-k", "one"])
        self.assertEqual(variables["SALVO_BINARY"], "build/salvo")
        _, words = self.tests.shell(fault_table.Command("text_fuzz_replay"))
        self.assertEqual(words, ["build/tests/fuzz/text_fuzz_replay", "tests/fuzz/corpus/text"])


class Verdict(unittest.TestCase):
    def test_is_of_the_tests_that_ran(self):
        for text, code, output, verdict in (
                ("a_tests A.*", 0, "[==========] 3 tests from 1 test suite ran. (1 ms total)\n", (3, "")),
                ("a_tests A.*", 1, "[==========] 3 tests from 1 test suite ran. (1 ms total)\n",
                 (3, "ended with 1")),
                ("a_tests A.*", 0, "[==========] 0 tests from 0 test suites ran. (0 ms total)\n",
                 (0, "ran no test")),
                ("a_tests A.*", 0, "[  SKIPPED ] A.One (0 ms)\n"
                 "[==========] 1 test from 1 test suite ran. (1 ms total)\n", (1, "skipped a test")),
                ("a_test.py", 0, "...\nRan 2 tests in 1.5s\n\nOK\n", (2, "")),
                ("a_test.py", 0, "\nRan 0 tests in 0.0s\n\nOK\n", (0, "ran no test")),
                ("a_test.py", 0, "s\nRan 1 test in 0.1s\n\nOK (skipped=1)\n", (1, "skipped a test")),
                ("a_test.py", -9, "", (0, "ended with -9")),
                ("a_fuzz_replay", 0, "7 inputs\n", (7, "")),
                ("a_fuzz_replay", 0, "0 inputs\n", (0, "ran no test"))):
            self.assertEqual(run.judge(fault_table.Command(text), code, output), verdict, output)


if __name__ == "__main__":
    unittest.main()

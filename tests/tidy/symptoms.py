"""docs/symptoms.md is whole: every row has every column, and a test of its own. Checks as in
includes.py."""

import re

TABLE = "docs/symptoms.md"
TESTS = "tests/system/symptoms_test.py"
COLUMNS = ["symptom", "cause", "fix", "set-up", "named by", "test"]
DEFINITION = re.compile(r"^class (\w+)|^    def (test_\w+)", re.MULTILINE)


def check_symptoms(tree):
    if TABLE not in tree:
        return
    tests = tests_in(tree.get(TESTS, ""))
    named = []
    for number, cells in rows_of(tree[TABLE]):
        where = f"{TABLE}:{number}"
        if len(cells) != len(COLUMNS):
            yield f"{where}: has {len(cells)} columns, not {len(COLUMNS)}"
            continue
        for column, cell in zip(COLUMNS, cells):
            if not cell:
                yield f"{where}: no {column}"
        test = cells[-1].strip("`")
        if test in named:
            yield f"{where}: the test {test} is another row's"
        elif test not in tests:
            yield f"{where}: there is no test {test} in {TESTS}"
        named.append(test)
    for test in tests:
        if test not in named:
            yield f"{TESTS}: {test} is of no row"


def rows_of(text):
    """(line, cells) of each row; headings are left out."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|") or set(line) <= set("|- "):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells != COLUMNS:
            yield number, cells


def tests_in(text):
    """Class.method, in order."""
    tests, name = [], ""
    for found in DEFINITION.finditer(text):
        if found.group(1):
            name = found.group(1)
        else:
            tests.append(f"{name}.{found.group(2)}")
    return tests

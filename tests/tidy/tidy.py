"""Holds the rules of the repository that a compiler does not: tidy.py ROOT COMPILE_COMMANDS

Says what is wrong, a line each, and ends with 1 if there was anything.
"""

import json
import os
import re
import sys

import files
import includes
import symptoms

SKIPPED_FOLDERS = {"build", "node_modules", "corpus", "__pycache__"}
CHECKS = (includes.check_direction, includes.check_cycles, includes.check_own_header_first,
          files.check_sizes, files.check_leftovers, files.check_machine_paths,
          files.check_io_is_no_protocol, files.check_titles, files.check_links,
          symptoms.check_symptoms)


def read_tree(root):
    """{path: text} of all text below `root` that is ours."""
    tree = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS
                      and (not name.startswith(".") or name == ".ci")]
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path) or name == ".git":
                continue
            try:
                with open(path, encoding="utf-8") as file:
                    tree[os.path.relpath(path, root)] = file.read()
            except UnicodeDecodeError:
                pass
    return tree


def read_compiled(root, compile_commands):
    with open(compile_commands, encoding="utf-8") as file:
        commands = json.load(file)
    sources = {os.path.join(command["directory"], command["file"]) for command in commands}
    return {os.path.relpath(part, root) for source in sources for part in parts_of(source)}


def parts_of(source):
    """The sources that one which CMake made of several includes; any other itself."""
    if os.path.basename(os.path.dirname(source)) != "Unity":
        return [source]
    with open(source, encoding="utf-8") as file:
        return re.findall(r'^#include "(.*)"$', file.read(), re.MULTILINE)


def complaints(root, compile_commands):
    tree = read_tree(root)
    for check in CHECKS:
        yield from check(tree)
    yield from files.check_compiled(tree, read_compiled(root, compile_commands))


def main():
    root, compile_commands = sys.argv[1:]
    found = list(complaints(os.path.realpath(root), compile_commands))
    for complaint in found:
        print(complaint)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""The rules of includes. Every check takes a tree {path: text} and gives complaints."""

import os
import re

import rooms

SOURCES = (".h", ".cc", ".c")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
# Folders that includes begin at.
ROOTS = ("", "engine/include/")


def includes_of(text):
    """(line, quote, name) of each."""
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(2)) + 1, match.group(1), match.group(2)


def resolve(path, name, tree):
    """The file of ours that the include means, or None."""
    beside = os.path.join(os.path.dirname(path), name)
    return next((found for found in (*(root + name for root in ROOTS), beside) if found in tree),
                None)


def check_direction(tree):
    for path, text in tree.items():
        if not path.endswith(SOURCES):
            continue
        room = rooms.room_of(path)
        if room is None:
            yield f"{path}: is in no room of ARCHITECTURE.md"
            continue
        for line, quote, name in includes_of(text):
            complaint = fault_of(path, room, quote, name, tree)
            if complaint:
                yield f"{path}:{line}: {complaint}"


def fault_of(path, room, quote, name, tree):
    ours = resolve(path, name, tree)
    if ours is not None:
        allowed = rooms.allows(room, ours)
        return "" if allowed else f"{room} must not include {ours}"
    library = rooms.dependency_of(name)
    if library is None or (quote == '"' and library != "absl"):
        return f"includes {name}, which is neither ours nor of a known library"
    if library and library not in rooms.ROOMS[room].libraries:
        return f"{room} must not use {library} ({name})"
    return ""


def check_cycles(tree):
    """No header includes itself, however far around."""
    done, path = set(), []

    def visit(header):
        if header in path:
            yield " -> ".join(path[path.index(header):] + [header]) + ": a cycle of includes"
        if header in done or header in path:
            return
        path.append(header)
        for _, _, name in includes_of(tree[header]):
            next_one = resolve(header, name, tree)
            if next_one is not None:
                yield from visit(next_one)
        path.pop()
        done.add(header)

    for header in tree:
        if header.endswith(SOURCES):
            yield from visit(header)


def check_own_header_first(tree):
    """So every header with a source is compiled with nothing before it."""
    for path, text in tree.items():
        if not path.endswith((".cc", ".c")):
            continue
        header = os.path.splitext(path)[0] + ".h"
        public = re.sub("^engine/(?=[^/]+$)", "engine/include/salvo/", header)
        own = next((own for own in (header, public) if own in tree), None)
        line, _, first = next(includes_of(text), (1, "", ""))
        if own is not None and resolve(path, first, tree) != own:
            yield f"{path}:{line}: {own} is not its first include"

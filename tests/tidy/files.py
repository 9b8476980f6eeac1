"""The rules of files: their size, and what must not stand in any. Checks as in includes.py."""

import os
import re

MOST_LINES = {".h": 250, ".cc": 600, ".c": 600, ".py": 600, ".js": 600, ".sh": 600}

# Written so that they do not find themselves.
LEFTOVER = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")
# A script's first line is the one place for a path.
MACHINE_PATH = re.compile(r"((?<![\w.~*!])|(?<=-[IL]))/(home|root|tmp|work|Users|usr|opt|mnt|srv|var)\b")
REGISTRY = re.compile(r"\b(registry\.|npmjs\.|pypi\.|proxy\.golang)")

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# A file named in prose, perhaps with stars.
MENTION = re.compile(r"(?<![\w/.:*<-])((?:[\w.*-]+/)*[\w*-][\w.*-]*\.(?:md|sh|h|cc|py))\b")


def check_sizes(tree):
    for path, text in tree.items():
        most = MOST_LINES.get(os.path.splitext(path)[1])
        lines = text.count("\n")
        if most is not None and lines > most:
            yield f"{path}: has {lines} lines, more than {most}"


def each_line(tree):
    for path, text in tree.items():
        for number, line in enumerate(text.splitlines(), 1):
            yield path, number, line


def check_leftovers(tree):
    for path, number, line in each_line(tree):
        if LEFTOVER.search(line):
            yield f"{path}:{number}: a leftover: {line.strip()}"


def check_machine_paths(tree):
    for path, number, line in each_line(tree):
        for pattern, what in ((MACHINE_PATH, "a path of one machine"),
                              (REGISTRY, "the host of a registry")):
            if pattern.search(line):
                yield f"{path}:{number}: {what}: {line.strip()}"


def check_io_is_no_protocol(tree):
    """io knows nothing of what is spoken over it."""
    for path, number, line in each_line(tree):
        if path.startswith("io/") and re.search("smpp|smsc|esme", line, re.IGNORECASE):
            yield f"{path}:{number}: io knows nothing of SMPP: {line.strip()}"


def check_titles(tree):
    """A Markdown file that something else was made of has no title any more."""
    for path, text in tree.items():
        if path.endswith(".md") and not text.startswith("# "):
            yield f"{path}:1: a Markdown file begins with its title, after a # and a space"


def check_links(tree):
    """Links of Markdown files lead somewhere, and files that they name exist."""
    for path, number, line in each_line(tree):
        if not path.endswith(".md"):
            continue
        for target in LINK.findall(line):
            if not re.match(r"[a-z]+:", target) and not leads_somewhere(path, target, tree):
                yield f"{path}:{number}: the link {target} leads nowhere"
        for name in MENTION.findall(LINK.sub("", line)):
            if not exists(name, tree):
                yield f"{path}:{number}: there is no {name}"


def leads_somewhere(path, target, tree):
    file, _, heading = target.partition("#")
    where = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
    if where not in tree:
        return not heading and any(other.startswith(where + "/") for other in tree)
    return not heading or heading in {anchor_of(line) for line in tree[where].splitlines()
                                      if line.startswith("#")}


def anchor_of(heading):
    text = re.sub(r"[^\w\s-]", "", heading.lstrip("#").strip().lower())
    return re.sub(r"\s", "-", text)


def exists(name, tree):
    """Whether some file is called that, from whatever folder on."""
    pattern = re.compile("(.*/)?" + re.escape(name).replace(r"\*", "[^/]*"))
    return any(pattern.fullmatch(path) for path in tree)


def check_compiled(tree, compiled):
    """No source is forgotten by the build; `compiled` are the paths that it compiles."""
    built_rooms = {path.split("/")[0] for path in compiled}
    for path in tree:
        # Benchmarks are not built with sanitizers.
        optional = path.startswith("bench/") and "bench" not in built_rooms
        if path.endswith((".cc", ".c")) and path not in compiled and not optional:
            yield f"{path}: no target compiles it"

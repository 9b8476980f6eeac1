"""That the rules catch what is against them, and nothing else."""

import unittest

import files
import includes
import symptoms


def tree(**texts):
    """A tree of files; in names, __ stands for / and the last _ for the dot."""
    return {".".join(name.replace("__", "/").rsplit("_", 1)): text
            for name, text in texts.items()}


def include(*names):
    return "".join(f"#include {name}\n" for name in names)


class Case(unittest.TestCase):
    def assert_clean(self, check, files_of, *arguments):
        self.assertEqual(list(check(files_of, *arguments)), [])

    def assert_caught(self, check, files_of, *parts):
        found = list(check(files_of))
        self.assertEqual(len(found), 1, found)
        for part in parts:
            self.assertIn(part, found[0])


class Direction(Case):
    TARGETS = tree(pdu__encode_h="", ratelimit__lease_h="", io__loop_h="", io__tls__tls_stream_h="",
                   io__uring__ring_h="", engine__core__mailbox_h="", engine__session__window_h="",
                   engine__shard__link_h="", engine__include__salvo__engine_h="",
                   tools__common__parse_h="", tools__send__run_h="", tools__sim__server_h="",
                   tests__support__random_h="", bench__floor_h="")

    def check(self, path, *names):
        return includes.check_direction, self.TARGETS | {path: include(*names)}

    def test_allows_what_the_architecture_allows(self):
        for path, *names in (
                ("pdu/a.cc", "<vector>", '"pdu/encode.h"'),
                ("ratelimit/a.cc", "<atomic>", '"ratelimit/lease.h"'),
                ("io/a.cc", "<sys/socket.h>", '"absl/status/status.h"', '"io/loop.h"'),
                ("io/tls/a.cc", "<openssl/ssl.h>", '"io/loop.h"'),
                ("io/uring/a.cc", "<liburing.h>", '"io/uring/ring.h"'),
                ("engine/engine.cc", '"salvo/engine.h"', '"engine/shard/link.h"'),
                ("engine/shard/a.cc", '"engine/session/window.h"', '"pdu/encode.h"'),
                ("engine/core/mailbox.h", "<concurrentqueue/concurrentqueue.h>"),
                ("tools/send/a.cc", '"salvo/engine.h"', '"tools/common/parse.h"'),
                ("tools/sim/a.cc", '"pdu/encode.h"', '"io/tls/tls_stream.h"'),
                ("docs/a.cc", "<salvo/engine.h>", "<cstdio>"),
                ("tests/engine/a.cc", '"engine/shard/link.h"', '"tests/support/random.h"')):
            self.assert_clean(*self.check(path, *names))

    def test_catches_every_arrow_that_goes_up_or_sideways(self):
        for path, name in (
                ("pdu/a.cc", "io/loop.h"), ("pdu/a.cc", "ratelimit/lease.h"),
                ("pdu/a.cc", "engine/core/mailbox.h"), ("ratelimit/a.h", "pdu/encode.h"),
                ("ratelimit/a.h", "io/loop.h"), ("io/a.h", "pdu/encode.h"),
                ("io/a.h", "ratelimit/lease.h"), ("io/a.h", "engine/shard/link.h"),
                ("engine/a.cc", "tools/common/parse.h"), ("engine/a.cc", "bench/floor.h"),
                ("tools/send/a.cc", "engine/core/mailbox.h"),
                ("tools/send/a.cc", "ratelimit/lease.h"), ("tools/send/a.cc", "bench/floor.h"),
                ("pdu/a.cc", "tests/support/random.h"), ("bench/a.cc", "tests/support/random.h")):
            self.assert_caught(*self.check(path, f'"{name}"'), f"{path}:1", name)

    def test_catches_a_simulator_that_shares_code_with_the_sender(self):
        for path in ("tools/sim/a.cc", "tools/sim_command.cc"):
            for name in ("salvo/engine.h", "engine/session/window.h", "tools/send/run.h"):
                self.assert_caught(*self.check(path, f'"{name}"'), f"{path}:1", name)
        self.assert_caught(*self.check("tools/common/a.h", '"salvo/engine.h"'), "tools/common")
        self.assert_caught(*self.check("tools/send/a.h", '"tools/sim/server.h"'), "tools/sim")

    def test_catches_a_public_header_that_shows_the_inside(self):
        for name in ('"engine/core/mailbox.h"', '"pdu/encode.h"', '"io/loop.h"',
                     '"absl/status/status.h"', "<liburing.h>", "<unistd.h>"):
            self.assert_caught(*self.check("engine/include/salvo/a.h", name), name[1:-1])
        self.assert_caught(*self.check("docs/a.cc", '"engine/core/mailbox.h"'), "docs")

    def test_catches_the_wrong_direction_within_a_room(self):
        for path, name in (("io/a.h", "io/uring/ring.h"), ("io/tls/a.h", "io/uring/ring.h"),
                           ("engine/core/a.h", "engine/shard/link.h"),
                           ("engine/session/a.h", "engine/core/mailbox.h"),
                           ("engine/session/a.h", "io/uring/ring.h")):
            self.assert_caught(*self.check(path, f'"{name}"'), name)

    def test_catches_a_library_outside_of_its_room(self):
        for path, name in (("pdu/a.cc", '"absl/strings/str_format.h"'),
                           ("pdu/a.cc", "<unistd.h>"), ("io/a.cc", "<liburing.h>"),
                           ("io/uring/a.cc", "<openssl/ssl.h>"), ("engine/a.cc", "<liburing.h>"),
                           ("engine/core/a.cc", "<concurrentqueue/concurrentqueue.h>"),
                           ("engine/shard/a.cc", "<gtest/gtest.h>"),
                           ("tools/sim/a.cc", "<simdjson.h>"), ("tools/send/a.cc", "<CLI/CLI.hpp>")):
            self.assert_caught(*self.check(path, name), name[1:-1])

    def test_catches_what_it_does_not_know(self):
        self.assert_caught(*self.check("pdu/a.cc", '"pdu/gone.h"'), "pdu/gone.h")
        self.assert_caught(*self.check("io/a.cc", "<boost/asio.hpp>"), "boost/asio.hpp")
        self.assert_caught(*self.check("attic/a.cc"), "no room")

    def test_sees_indented_and_late_includes(self):
        text = "// A room.\n\nint a;\n  #  include   \"io/loop.h\"\n"
        self.assert_caught(includes.check_direction, self.TARGETS | {"pdu/a.h": text}, "pdu/a.h:4")


class Headers(Case):
    def test_a_cycle_is_caught_however_long(self):
        for names in (("a",), ("a", "b"), ("a", "b", "c")):
            ring = {f"pdu/{name}.h": include(f'"pdu/{following}.h"')
                    for name, following in zip(names, names[1:] + names[:1])}
            self.assert_caught(includes.check_cycles, ring, "pdu/a.h -> ", "a cycle")

    def test_two_ways_to_a_header_are_no_cycle(self):
        self.assert_clean(includes.check_cycles, tree(
            pdu__a_h=include('"pdu/b.h"', '"pdu/c.h"'), pdu__b_h=include('"pdu/c.h"'), pdu__c_h=""))

    def test_a_source_that_includes_its_header_late_is_caught(self):
        late = include("<vector>", '"pdu/a.h"')
        self.assert_caught(includes.check_own_header_first, tree(pdu__a_h="", pdu__a_cc=late),
                           "pdu/a.cc:1", "pdu/a.h")
        self.assert_caught(includes.check_own_header_first,
                           tree(engine__include__salvo__a_h="", engine__a_cc=include("<vector>")),
                           "engine/include/salvo/a.h")
        self.assert_clean(includes.check_own_header_first,
                          tree(pdu__a_h="", pdu__a_cc=include('"pdu/a.h"', "<vector>"),
                               pdu__b_cc=include("<vector>")))


class Files(Case):
    def test_that_are_too_long_are_caught(self):
        for name, most in (("pdu/a.h", 250), ("pdu/a.cc", 600), ("tests/a.py", 600)):
            self.assert_clean(files.check_sizes, {name: "\n" * most})
            self.assert_caught(files.check_sizes, {name: "\n" * (most + 1)}, name, str(most))

    def test_with_leftovers_are_caught(self):
        for word in ("TO" + "DO", "FIX" + "ME"):
            self.assert_caught(files.check_leftovers, {"pdu/a.h": f"\n// {word}: later\n"},
                               "pdu/a.h:2")
        self.assert_clean(files.check_leftovers, {"a.sh": "mktemp salvo-XXXXXX\n"})

    def test_that_know_one_machine_are_caught(self):
        for path in ("/ho" + "me/me/salvo", "/tm" + "p/x", "-I/us" + "r/include", '"/ro' + 'ot"'):
            self.assert_caught(files.check_machine_paths, {"a.sh": f"cd {path}\n"}, "a.sh:1")
        self.assert_caught(files.check_machine_paths,
                           {"package-lock.json": "https://registry" + ".example.org/smpp.tgz\n"},
                           "registry")
        self.assert_clean(files.check_machine_paths, {
            "a.sh": "#!/us" + "r/bin/env bash\ncat src/tm" + "p/a.txt >/dev/null\n"})

    def test_of_io_that_speak_of_the_protocol_are_caught(self):
        self.assert_caught(files.check_io_is_no_protocol, {"io/a.h": "// of an SMSC\n"}, "io/a.h:1")
        self.assert_clean(files.check_io_is_no_protocol, {"pdu/a.h": "// of an SMSC\n"})

    def test_of_markdown_without_a_title_are_caught(self):
        self.assert_caught(files.check_titles, {"io/README.md": "#io\nThe loop .\n"}, "io/README.md:1")
        self.assert_clean(files.check_titles, {"io/README.md": "# io\n", "io/a.h": "#pragma once\n"})

    def test_that_no_target_compiles_are_caught(self):
        sources = tree(pdu__a_cc="", pdu__b_cc="", pdu__b_h="", bench__c_cc="")
        found = list(files.check_compiled(sources, {"pdu/a.cc"}))
        self.assertEqual(found, ["pdu/b.cc: no target compiles it"])
        self.assert_clean(files.check_compiled, sources, {"pdu/a.cc", "pdu/b.cc", "bench/c.cc"})
        found = list(files.check_compiled(sources, {"pdu/a.cc", "pdu/b.cc", "bench/d.cc"}))
        self.assertEqual(found, ["bench/c.cc: no target compiles it"])


class Links(Case):
    def check(self, text):
        return files.check_links, {"docs/guide.md": text, "docs/budget.md": "# The Budget!\n",
                                   "engine/include/salvo/engine.h": "", "tools/demo.sh": ""}

    def test_that_lead_somewhere_pass(self):
        self.assert_clean(*self.check(
            "# A guide\n[a](budget.md) [b](../tools/demo.sh) [c](../tools) [d](https://smpp.org)\n"
            "[e](#a-guide) [f](budget.md#the-budget)\n"
            "docs/budget.md, `salvo/engine.h`, engine.h, tools/*.sh, provider.toml, x.csv\n"))

    def test_that_lead_nowhere_are_caught(self):
        for link in ("gone.md", "../gone", "#nothing", "budget.md#nothing"):
            self.assert_caught(*self.check(f"\n[a]({link})\n"), "docs/guide.md:2", link)

    def test_named_files_that_are_gone_are_caught(self):
        for name in ("docs/gone.md", "`salvo/gone.h`", "tools/gone.sh", "tools/*_gone.cc"):
            self.assert_caught(*self.check(name + "\n"), "docs/guide.md:1", name.strip("`"))


class Symptoms(Case):
    HEADINGS = "| symptom | cause | fix | set-up | named by | test |\n|---|---|---|---|---|---|\n"
    TESTS = "class Tls(Case):\n    def test_one(self):\n        self.play()\n"
    ROW = "| it fails | a proxy | go round it | `--tls-make good` | `salvo doctor` | `Tls.test_one` |\n"

    def check(self, rows, tests=TESTS):
        return symptoms.check_symptoms, {symptoms.TABLE: self.HEADINGS + rows,
                                         symptoms.TESTS: tests}

    def test_rows_with_a_test_of_their_own_pass(self):
        self.assert_clean(*self.check(self.ROW))
        self.assert_clean(symptoms.check_symptoms, {"docs/budget.md": "| a |\n"})

    def test_rows_that_lack_something_are_caught(self):
        self.assert_caught(*self.check(self.ROW.replace("go round it", "")), ":3", "no fix")
        self.assert_caught(*self.check(self.ROW.replace("| a proxy ", "") + self.ROW), ":3",
                           "has 5 columns")

    def test_rows_and_tests_belong_together(self):
        self.assert_caught(*self.check(self.ROW + self.ROW), ":4", "another row's")
        self.assert_caught(*self.check(self.ROW + self.ROW.replace("one", "two")), ":4",
                           "no test Tls.test_two")
        self.assert_caught(*self.check(self.ROW, self.TESTS + "\n    def test_two(self):\n"),
                           "Tls.test_two", "of no row")


if __name__ == "__main__":
    unittest.main()

"""Who may include what: the table of ARCHITECTURE.md, as far down as folders have a direction.

A room is a folder, or a file where one differs from its folder; the longest name that fits is the
file's room. `ours` are folders with all below them, with /*.h those files of a folder alone,
or one file.
"""

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Room:
    ours: tuple
    libraries: tuple = ()  # beside the standard library of C++


MACHINE = ("posix", "absl")
PUBLIC = "engine/include/salvo"
BELOW_TOOLS = ("pdu", "io")
PRODUCT = ("pdu", "ratelimit", "io", "engine", "tools")

INSPECTION = ("tools/inspect", "tools/common", PUBLIC, "pdu")

CORE = Room((PUBLIC, "engine/core", "engine/journal", "engine/receipts", "engine/retry", "pdu",
             "ratelimit", "io"), MACHINE)
ACCOUNTS = ("tools/account", "tools/common", PUBLIC, *BELOW_TOOLS)
EXAMINATION = ("tools/doctor", "tools/inspect", *ACCOUNTS)
MEASURING = ("tools/bench", "tools/plan", "tools/common", PUBLIC, *BELOW_TOOLS)
CAMPAIGNS = ("tools/send", *ACCOUNTS)
SIMULATOR = ("tools/sim", "tools/common", f"{PUBLIC}/durations.h", *BELOW_TOOLS)

ROOMS = {
    "pdu": Room(("pdu",)),
    "pdu/text/plain_run": Room(("pdu",), ("processor",)),
    "ratelimit": Room(("ratelimit",)),
    "io": Room(("io/*.h",), MACHINE),
    "io/tls": Room(("io/*.h", "io/tls"), (*MACHINE, "openssl")),
    "io/uring": Room(("io/*.h", "io/uring"), (*MACHINE, "liburing")),
    PUBLIC: Room((PUBLIC,)),
    "engine": Room(("engine", "pdu", "ratelimit", "io"), MACHINE),
    "engine/core": CORE,
    "engine/core/mailbox.h": Room(CORE.ours, ("concurrentqueue",)),
    # Tables of texts.
    "engine/explain": Room((PUBLIC, "engine/explain", "engine/retry", "pdu"), ("absl",)),
    "engine/journal": Room((PUBLIC, "engine/journal", "engine/receipts", "io/*.h"),
                           (*MACHINE, "libdeflate")),
    # Off the shards' threads, but for BindLog.
    "engine/log": Room((PUBLIC, "engine/log", "engine/session", "pdu", "io/*.h"), MACHINE),
    # Without a socket and without a clock.
    "engine/receipts": Room((PUBLIC, "engine/receipts", "io/*.h"), ("absl",)),
    "engine/retry": Room((PUBLIC, "engine/retry", "pdu", "io/*.h")),
    "engine/session": Room(("engine/session", "pdu", "io/*.h"), ("absl",)),
    "engine/shard": Room(("engine/shard", "engine/session", "engine/log", *CORE.ours), MACHINE),
    "tools/account": Room(ACCOUNTS, (*MACHINE, "toml++")),
    "tools/bench": Room(MEASURING, MACHINE),
    "tools/common": Room(("tools/common", *BELOW_TOOLS), MACHINE),
    "tools/doctor": Room(EXAMINATION, MACHINE),
    "tools/inspect": Room(INSPECTION, MACHINE),
    "tools/inspect/capture": Room(INSPECTION, (*MACHINE, "libpcap")),
    "tools/plan": Room(("tools/plan", "tools/common", *BELOW_TOOLS), (*MACHINE, "simdjson")),
    "tools/send": Room(CAMPAIGNS, (*MACHINE, "simdjson", "libdeflate", "zlib", "zstd")),
    "tools/send/campaign/block_marks": Room(CAMPAIGNS, ("processor",)),
    "tools/sim": Room(SIMULATOR, MACHINE),
    "tools/sim/scenario": Room(SIMULATOR, (*MACHINE, "toml++")),
    "tools/main.cc": Room(("tools/*.h", "tools/common")),
    "tools/retry_help": Room(("tools/*.h", "tools/common", PUBLIC, "pdu"), ("absl",)),
    "tools/command_line": Room(("tools/*.h", "tools/common"), ("absl", "CLI11")),
    "tools/log_flags": Room(("tools/*.h", "tools/common", PUBLIC), ("CLI11",)),
    "tools/bench_command": Room(("tools/*.h", "tools/account", *MEASURING), (*MACHINE, "CLI11")),
    "tools/decode_command": Room(("tools/*.h", *INSPECTION), (*MACHINE, "CLI11")),
    "tools/doctor_command": Room(("tools/*.h", *EXAMINATION), ("CLI11",)),
    "tools/explain_command": Room(("tools/*.h", *INSPECTION), ("CLI11",)),
    "tools/plan_command": Room(("tools/*.h", "tools/plan", *CAMPAIGNS), (*MACHINE, "CLI11")),
    "tools/send_command": Room(("tools/*.h", *CAMPAIGNS), ("CLI11",)),
    "tools/journal_commands": Room(("tools/*.h", *CAMPAIGNS), (*MACHINE, "CLI11")),
    "tools/sim_command": Room(("tools/*.h", *SIMULATOR), ("CLI11",)),
    "tools/sim_help": Room(("tools/*.h", *SIMULATOR), ("absl",)),
    "bench": Room((*PRODUCT, "bench"), (*MACHINE, "benchmark", "concurrentqueue", "liburing",
                                        "openssl")),
    "bench/smpp34_peer": Room(("bench",), (*MACHINE, "smpp34")),
    # An embedder has nothing else.
    "docs": Room((PUBLIC,)),
    "tests": Room((*PRODUCT, "tests"), (*MACHINE, "gtest", "icu", "openssl", "zlib", "zstd")),
}

LIBRARIES = {
    "absl": r"absl/",
    "benchmark": r"benchmark/",
    "CLI11": r"CLI/",
    "concurrentqueue": r"concurrentqueue/",
    "gtest": r"(gtest|gmock)/",
    "icu": r"unicode/",
    "libpcap": r"pcap/",
    "liburing": r"liburing\.h$",
    "openssl": r"openssl/",
    "smpp34": r"libsmpp34/",
    "simdjson": r"simdjson\.h$",
    "toml++": r"toml\+\+/",
    "libdeflate": r"libdeflate\.h$",
    "zlib": r"zlib\.h$",
    "zstd": r"zstd\.h$",
    # Its instructions, by the names of the compiler.
    "processor": r"[a-z]mmintrin\.h$",
    "posix": r"((sys|netinet|arpa|net|linux)/)?[a-z0-9_]+\.h$",
}
STANDARD = re.compile(r"[a-z_]+$")


def room_of(path):
    """The name of the file's room; None when it is in none."""
    fits = [name for name in ROOMS if re.match(re.escape(name) + r"([./]|$)", path)]
    return max(fits, key=len, default=None)


def dependency_of(include):
    """The library an include in <> or of Abseil belongs to; "" for the standard one of C++."""
    if STANDARD.match(include):
        return ""
    return next((name for name, names in LIBRARIES.items() if re.match(names, include)), None)


def allows(room, path):
    """Whether files of the room may include that file of ours."""
    for folder in ROOMS[room].ours:
        if folder.endswith("/*.h"):
            if re.fullmatch(re.escape(folder[:-3]) + r"[^/]+\.h", path):
                return True
        elif path == folder or path.startswith(folder + "/"):
            return True
    return False

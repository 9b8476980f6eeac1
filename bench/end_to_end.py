#!/usr/bin/env python3
"""Whole campaigns against the machine's floor, alternated in one run.

    bench/end_to_end.py [--build build/release] [--rows 3000000] [--rounds 5] [--windows 10,100,1000]
                        [--runs floor,send,journal]

For each window, `rounds` times in turn, those that --runs names:
    floor         salvo_floor, which only pushes encoded octets, against salvo_sink: the better of
                  its epoll and io_uring engines
    send          salvo send of a CSV file, results file on, against salvo_sink
    journal       the same, keeping a journal at level process
    power         the same at level power
    library       the library alone: messages from memory, outcomes only counted
    floor_spin    salvo_floor that asks instead of waiting
    journal_spin  journal with --spin; and so library_spin
    floor_tls     salvo_floor over TLS 1.3
    journal_tls   journal over TLS 1.3
    smpp34        a loop on the codec libsmpp34, where Debian's libsmpp34-dev is installed
    quiet         journal against salvo sim without a ledger
    shards1       journal over four binds, sender and sink on both cores, with one shard; and so
                  shards2 and shards4
    ledger        send against salvo sim, which keeps a ledger; its rows are counted
With --delay the peer of all but the floors, libraries and smpp34 is salvo sim, which answers after
that time. With --awake salvo_sink asks for events instead of waiting for them, so that no run
pays for waking it: on one machine the sender does, and an SMSC on another would cost it nothing.
The journal's disk is that of --folder. The first run is what the others are compared with.

Texts of 100 octets, registered_delivery 0, one bind; the sender on core 0, its peer on core 1.

Prints medians in Markdown: segments a second, CPU a message, the share of the first one's rate, and
the most anonymous memory that salvo send had. Wants two cores that have nothing else to do.
"""

import argparse
import contextlib
import dataclasses
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TEXT_OCTETS = 100
SENDER_CORE, PEER_CORE = "0", "1"
ALL_CORES = "0,1"


def write_campaign(path, rows):
    # In large pieces, which stay such in the page cache as those of a file that was read do.
    with open(path, "w", encoding="ascii", buffering=1 << 20) as file:
        file.write("to,text\n")
        for row in range(rows):
            text = f"Dear customer {row}, your parcel is on its way".ljust(TEXT_OCTETS, ".")
            file.write(f'+{491700000000 + row},"{text}"\n')


def write_account(path, port, window, tls=False, binds=1):
    with open(path, "w", encoding="ascii") as file:
        file.write(f'host = "127.0.0.1"\nport = {port}\nsystem_id = "bench"\npassword = "bench"\n'
                   f'source_addr = "SALVO"\nregistered_delivery = 0\nwindow = {window}\n'
                   f'binds = {binds}\n[reconnect]\nbind_interval = "1ms"\n')
        if tls:
            file.write('[tls]\nenabled = true\nmin_version = "1.3"\nca_file = "cert.pem"\n'
                       'server_name = "localhost"\n')


def write_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
                   check=True, capture_output=True)


def pinned(core, command):
    return ["taskset", "-c", core, *map(str, command)]


@contextlib.contextmanager
def peer(command, ready, stream, core=PEER_CORE):
    """A process on the peer's core that has said it is ready; gives the match."""
    process = subprocess.Popen(pinned(core, command), stdin=subprocess.DEVNULL, text=True,
                               **{stream: subprocess.PIPE, other(stream): subprocess.DEVNULL})
    pipe = getattr(process, stream)
    try:
        for line in pipe:
            found = re.search(ready, line)
            if found:
                break
        else:
            raise SystemExit(f"{command[0]} ended without a word")
        yield found
    finally:
        process.terminate()
        pipe.read()
        process.wait()


def other(stream):
    return "stderr" if stream == "stdout" else "stdout"


class Sample:
    """What one run of a sender did."""

    def __init__(self, rate, cpu_ns, anonymous_kib=0):
        self.rate = rate
        self.cpu_ns = cpu_ns
        self.anonymous_kib = anonymous_kib


def anonymous_kib(pid):
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1])
    return 0


def run_program(command):
    """A client that prints rate= and cpu_ns= of its own."""
    output = subprocess.run(pinned(SENDER_CORE, command), check=True, capture_output=True,
                            text=True).stdout
    return Sample(number(r" rate=(\d+)", output), number(r" cpu_ns=(\d+)", output))


def number(pattern, text):
    found = re.search(pattern, text)
    if not found:
        raise SystemExit(f"no {pattern} in: {text}")
    return float(found.group(1))


@dataclasses.dataclass
class How:
    """How salvo send is to run."""

    sync: str = "off"
    spin: bool = False
    tls: bool = False
    binds: int = 1
    shards: int = 1
    cores: str = SENDER_CORE

    def flags(self, folder):
        journal = [] if self.sync == "off" else ["--journal", f"{folder}/journal"]
        return ["--sync", self.sync, *journal, *(["--spin"] if self.spin else []),
                "--shards", self.shards]


def run_send(build, folder, port, window, rows, how):
    write_account(f"{folder}/account.toml", port, window, how.tls, how.binds)
    shutil.rmtree(f"{folder}/journal", ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        os.remove(f"{folder}/results.csv")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(
        pinned(how.cores, [f"{build}/salvo", "send", f"{folder}/campaign.csv", "--account",
                             f"{folder}/account.toml", "--results", f"{folder}/results.csv",
                             "--style", "basic", "--stats", "1h", *how.flags(folder)]),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = 0
    while process.poll() is None:
        most = max(most, anonymous_kib(process.pid))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    took = time.monotonic() - started
    if process.returncode != 0:
        raise SystemExit(process.stderr.read().decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Sample(rows / took, cpu / rows * 1e9, most)


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.build = options.build

    def sink(self, tls=False, core=PEER_CORE):
        certificate = ["-c", f"{self.folder}/cert.pem", "-k", f"{self.folder}/key.pem"]
        return peer([f"{self.build}/bench/salvo_sink", "-p", self.options.port,
                     *(certificate if tls else []), *(["-s"] if self.options.awake else [])],
                    r"listening", "stdout", core)

    def sim(self, *flags):
        return peer([f"{self.build}/salvo", "sim", "--listen", "127.0.0.1:0", "--account",
                     "bench:bench", *flags], r"listening on .*:(\d+)", "stderr")

    def floor_of(self, window, engine, *flags):
        with self.sink(tls="-T" in flags):
            return run_program([f"{self.build}/bench/salvo_floor", "-p", self.options.port, "-w",
                                window, "-m", TEXT_OCTETS, "-s", self.options.seconds, "-e",
                                engine, *flags])

    def floor(self, window):
        return max((self.floor_of(window, engine) for engine in ("epoll", "uring")),
                   key=lambda sample: sample.rate)

    def floor_spin(self, window):
        return self.floor_of(window, "spin")

    def floor_tls(self, window):
        return self.floor_of(window, "epoll", "-T")

    def smpp34(self, window):
        with self.sink():
            return run_program([f"{self.build}/bench/salvo_smpp34", "-p", self.options.port, "-w",
                                window, "-m", TEXT_OCTETS, "-s", self.options.seconds])

    def library(self, window, *flags):
        with self.sink():
            return run_program([f"{self.build}/bench/salvo_library", self.options.port, window,
                                self.options.rows, *flags])

    def library_spin(self, window):
        return self.library(window, "spin")

    def run(self, window, how):
        options = self.options
        if not options.delay:
            with self.sink(how.tls, PEER_CORE if how.cores == SENDER_CORE else ALL_CORES):
                return run_send(self.build, self.folder, options.port, window, options.rows, how)
        with self.sim("--delay", options.delay) as found:
            return run_send(self.build, self.folder, found.group(1), window, options.rows, how)

    def send(self, window):
        return self.run(window, How())

    def journal(self, window):
        return self.run(window, How(sync="process"))

    def power(self, window):
        return self.run(window, How(sync="power"))

    def journal_spin(self, window):
        return self.run(window, How(sync="process", spin=True))

    def journal_tls(self, window):
        return self.run(window, How(sync="process", tls=True))

    def over_shards(self, window, shards):
        return self.run(window, How(sync="process", binds=4, shards=shards, cores=ALL_CORES))

    def shards1(self, window):
        return self.over_shards(window, 1)

    def shards2(self, window):
        return self.over_shards(window, 2)

    def shards4(self, window):
        return self.over_shards(window, 4)

    def quiet(self, window):
        with self.sim() as found:
            return run_send(self.build, self.folder, found.group(1), window, self.options.rows,
                            How(sync="process"))

    def ledger(self, window):
        ledger = f"{self.folder}/ledger.jsonl"
        with contextlib.suppress(FileNotFoundError):
            os.remove(ledger)
        with self.sim("--ledger", ledger) as found:
            sample = run_send(self.build, self.folder, found.group(1), window,
                              self.options.rows, How())
        with open(ledger, "rb") as file:
            lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        if lines != self.options.rows:
            raise SystemExit(f"the ledger has {lines} lines, not {self.options.rows}")
        return sample

    def measure(self, window):
        """Samples by what was run."""
        samples = {name: [] for name in self.options.runs.split(",")}
        for _ in range(self.options.rounds):
            for name, taken in samples.items():
                taken.append(getattr(self, name)(window))
        return samples


def median(samples, field):
    return statistics.median(getattr(sample, field) for sample in samples)


def show(window, samples):
    base = median(next(iter(samples.values())), "rate")
    for name, taken in samples.items():
        rate = median(taken, "rate")
        rates = [sample.rate for sample in taken]
        memory = max(sample.anonymous_kib for sample in taken)
        print(f"| {window} | {name} | {rate:,.0f} | {min(rates):,.0f} - {max(rates):,.0f} | "
              f"{median(taken, 'cpu_ns'):,.0f} | {rate / base:.2f} | "
              f"{f'{memory / 1024:.1f}' if memory else '-'} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2, help="of each run of the floor")
    parser.add_argument("--windows", default="10,100,1000")
    parser.add_argument("--runs", default="floor,send,journal,library")
    parser.add_argument("--delay", help="of every answer, as salvo sim takes it")
    parser.add_argument("--awake", action="store_true", help="salvo_sink never sleeps")
    parser.add_argument("--folder", help="where campaign and journal are; default a temporary one")
    parser.add_argument("--port", type=int, default=27750, help="for salvo_sink")
    options = parser.parse_args()
    if os.cpu_count() < 2:
        sys.exit("end_to_end.py: needs two cores")
    with tempfile.TemporaryDirectory(prefix="salvo-bench-", dir=options.folder) as folder:
        write_campaign(f"{folder}/campaign.csv", options.rows)
        write_certificate(folder)
        bench = Bench(options, folder)
        print("| window | run | segments/s, median | least - most | CPU ns/message | "
              "of the first | MiB anonymous, most |\n|---|---|---|---|---|---|---|")
        for window in options.windows.split(","):
            show(window, bench.measure(int(window)))


if __name__ == "__main__":
    main()

"""What the command-level tests share: processes that never outlive the test, files, ledgers.

The path of the salvo binary comes from the environment variable SALVO_BINARY.
"""

import contextlib
import csv
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

SALVO = os.path.abspath(os.environ["SALVO_BINARY"])

# Every account has it, and it must never be seen in any output.
PASSWORD = "hunter22"

SUMMARY_KEYS = {
    "rows", "bad_rows", "messages", "segments", "accepted", "rejected", "unknown", "unsent",
    "retries", "throttled", "receipts", "delivered", "elapsed_s", "segments_per_s",
}

RESULT_COLUMNS = [
    "row", "to", "outcome", "segments", "status", "status_name", "message_ids", "attempts",
    "submitted_at", "answered_at", "receipt_state", "receipt_error", "receipt_at",
]

DEADLINE_S = 60


def die_with_parent():
    """In a child: the kernel kills it when this process dies, however it dies."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def wait_until(condition, what, deadline_s=DEADLINE_S):
    """Looks at the condition until it holds; what it returned then."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline_s} s in vain: {what}")
        time.sleep(0.005)


class Process:
    """A child whose output is collected while it runs."""

    def __init__(self, arguments, stdin=subprocess.DEVNULL, env=None, cwd=None):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SALVO_")}
        # A test may send one campaign several times.
        environment["SALVO_AGAIN"] = "true"
        environment.update(env or {})
        self.popen = subprocess.Popen(
            arguments, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment, cwd=cwd, preexec_fn=die_with_parent)
        self.pid = self.popen.pid
        self._changed = threading.Condition()
        self._text = {"stdout": "", "stderr": ""}
        self._readers = [
            threading.Thread(target=self._collect, args=(name, stream), daemon=True)
            for name, stream in (("stdout", self.popen.stdout), ("stderr", self.popen.stderr))]
        for reader in self._readers:
            reader.start()

    def _collect(self, name, stream):
        for line in iter(stream.readline, b""):
            with self._changed:
                self._text[name] += line.decode("utf-8", "replace")
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    @property
    def stdout(self):
        return self._text["stdout"]

    @property
    def stderr(self):
        return self._text["stderr"]

    def wait_for(self, pattern, stream="stderr", deadline_s=DEADLINE_S):
        """The match of the pattern in the output, once it is there."""
        end = time.monotonic() + deadline_s
        with self._changed:
            while True:
                match = re.search(pattern, self._text[stream], re.MULTILINE)
                if match:
                    return match
                left = end - time.monotonic()
                if left <= 0 or (self.popen.poll() is not None and not self._reading()):
                    raise AssertionError(
                        f"no '{pattern}' on {stream}:\n{self.stdout}\n{self.stderr}")
                self._changed.wait(min(left, 0.1))

    def _reading(self):
        return any(reader.is_alive() for reader in self._readers)

    def signal(self, number):
        self.popen.send_signal(number)

    def wait(self, deadline_s=DEADLINE_S):
        """The exit code, with all output collected."""
        try:
            code = self.popen.wait(deadline_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"still running after {deadline_s} s:\n{self.stdout}\n{self.stderr}") from None
        for reader in self._readers:
            reader.join(DEADLINE_S)
        return code

    def end(self):
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        for reader in self._readers:
            reader.join(DEADLINE_S)
        for stream in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if stream is not None:
                stream.close()


class Finished:
    """What a salvo send that ended said."""

    def __init__(self, process):
        self.code = process.wait()
        self.stdout = process.stdout
        self.stderr = process.stderr

    @property
    def messages(self):
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def summary(self):
        return self.messages[-1]


class Case(unittest.TestCase):
    """A test with a folder of its own, from which it runs salvo."""

    maxDiff = 2000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="salvo-system-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        mode = "wb" if isinstance(content, bytes) else "w"
        encoding = None if isinstance(content, bytes) else "utf-8"
        with open(self.path(name), mode, encoding=encoding, newline=None if encoding is None else "") as file:
            file.write(content)
        return self.path(name)

    def start(self, *arguments, **options):
        """Starts salvo with these arguments, in the test's folder."""
        process = Process([SALVO, *map(str, arguments)], cwd=self.folder, **options)
        self.addCleanup(self._end, process)
        return process

    def _end(self, process):
        process.end()
        self.assertNotIn(PASSWORD, process.stdout)
        self.assertNotIn(PASSWORD, process.stderr)

    def sim(self, *arguments, port=0, ledger="ledger.jsonl"):
        """Starts a simulator and waits until it listens; its port is process.port.

        A port that a killed simulator had can be taken for a moment still: the kernel clears its
        ring away after the process is gone.
        """

        def listening():
            process = self.start("sim", "--listen", f"127.0.0.1:{port}", "--account",
                                 f"demo:{PASSWORD}", "--ledger", self.path(ledger), *arguments)
            found = process.wait_for(r"listening on .*:(\d+)$|Address already in use")
            process.port = int(found.group(1) or 0)
            return process if process.port else None

        return wait_until(listening, f"a simulator on port {port}")

    def account(self, port, name="account.toml", **keys):
        """Writes an account file for a simulator; keys with __ for a dot."""
        keys = {"system_id": "demo", "password": PASSWORD, "source_addr": "SALVO",
                "registered_delivery": 0, "reconnect__initial": "50ms",
                "reconnect__bind_interval": "10ms", "host": "127.0.0.1", "port": port, **keys}
        lines = [f"{key.replace('__', '.')} = {json.dumps(value)}" for key, value in keys.items()]
        return self.write(name, "\n".join(lines) + "\n")

    def campaign(self, rows, name="campaign.csv", header=("to", "text")):
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
        return self.path(name)

    def send(self, *arguments, **options):
        """Runs salvo send to its end."""
        return Finished(self.start("send", *arguments, **options))

    def ledger(self, name="ledger.jsonl"):
        with open(self.path(name), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def ledger_lines(self, name="ledger.jsonl"):
        """How many submissions the ledger holds by now."""
        try:
            with open(self.path(name), "rb") as file:
                return file.read().count(b"\n")
        except FileNotFoundError:
            return 0

    def results(self, name="results.csv"):
        with open(self.path(name), encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        self.assertEqual(reader.fieldnames, RESULT_COLUMNS)
        return rows

    def assert_fails(self, finished, code, *parts):
        """One clear sentence on stderr, the right exit code, nothing else."""
        self.assertEqual(finished.code, code, finished.stderr)
        lines = [line for line in finished.stderr.splitlines() if line]
        self.assertEqual(len(lines), 1, finished.stderr)
        self.assertTrue(lines[0].startswith("salvo"), finished.stderr)
        self.assertLess(len(lines[0]), 600, finished.stderr)
        for part in parts:
            self.assertIn(part, lines[0])

    def assert_accounted(self, rows, results=None):
        """Every row has exactly one result, in any order."""
        results = self.results() if results is None else results
        self.assertEqual(sorted(int(result["row"]) for result in results),
                         list(range(1, rows + 1)))


def connections_to(port):
    """How many sockets of a server on this port are not closed yet, listening ones left out."""
    listening, closed = "0A", ("06", "07")
    count = 0
    with open("/proc/net/tcp", encoding="ascii") as file:
        for line in list(file)[1:]:
            fields = line.split()
            local_port = int(fields[1].rsplit(":", 1)[1], 16)
            if local_port == port and fields[3] != listening and fields[3] not in closed:
                count += 1
    return count


def anonymous_kib(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def most_memory_kib(process, deadline_s=DEADLINE_S):
    """The most anonymous memory that it had, of a hundred looks a second, once it has ended."""
    most = samples = 0
    end = time.monotonic() + deadline_s
    while process.popen.poll() is None:
        if time.monotonic() > end:
            raise AssertionError(f"still running after {deadline_s} s:\n{process.stderr}")
        most = max(most, anonymous_kib(process.pid))
        samples += 1
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.popen.wait(0.01)
    if samples <= 10:
        raise AssertionError(f"it ended before it was looked at:\n{process.stderr}")
    return most


def flags_of(help_text):
    """{flag without its dashes: what it takes, "" for a switch} of a help text."""
    flags = {}
    for line in help_text.splitlines():
        found = re.match(r"  (?:-\w,)?--([a-z-]+)(?: (\S+))?", line)
        if found:
            flags[found.group(1)] = found.group(2) or ""
    return flags


def numbers(count, first=491700000000):
    """International numbers, none of which has a meaning to the simulator."""
    return [f"+{first + i}" for i in range(count)]


def most_in_a_second(times_ns):
    """The fullest second that begins with one of the times, and its count."""
    times = sorted(times_ns)
    most = first = 0
    for last, at in enumerate(times):
        while at - times[first] >= 1_000_000_000:
            first += 1
        most = max(most, last - first + 1)
    return most

"""What the tests of salvo doctor share: an account of a simulator examined, step by step."""

import os
import signal
import socket
import struct
import threading

import raw_esme
import support


class Examined:
    """What salvo doctor --json said."""

    def __init__(self, finished):
        self.code = finished.code
        self.stdout = finished.stdout
        self.stderr = finished.stderr
        self.steps = [m for m in finished.messages if m["message_type"] == "step"]
        self.summary = finished.summary

    def step(self, name, number=0):
        """The step of that name; of several, the one of that number."""
        found = [step for step in self.steps if step["step"] == name]
        if not found:
            raise AssertionError(f"no step '{name}': {self.stdout}\n{self.stderr}")
        return found[number]

    @property
    def failed(self):
        """The names of the steps that failed."""
        return [step["step"] for step in self.steps if step["verdict"] == "failed"]

    @property
    def cause(self):
        """What the entry is called that the first failure is explained with."""
        for step in self.steps:
            if step["verdict"] == "failed":
                return step["explanations"][0]["name"] if step["explanations"] else None
        return None


def names(step):
    """What the step's explanations are called, the likeliest first."""
    return [explanation["name"] for explanation in step["explanations"]]


def texts(step):
    """All that the step found, came back with or is explained by, as one text."""
    parts = step["raw"] + step["found"]
    for explanation in step["explanations"]:
        parts += [explanation["title"], explanation["meaning"], explanation["mix_up"]]
        parts += explanation["causes"] + explanation["actions"]
    return "\n".join(parts)


class Server:
    """Takes connections and does with each what `serve` does."""

    def __init__(self, case, serve):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self._serve = serve
        threading.Thread(target=self._run, daemon=True).start()
        case.addCleanup(self._close)

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        try:
            with connection:
                self._serve(connection)
        except OSError:
            pass

    def _close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def bind_resp(connection, status):
    """Reads a bind and answers it with that status."""
    request = connection.recv(4096)
    command, _, sequence = struct.unpack(">III", request[4:16])
    connection.sendall(struct.pack(">IIII", 16, command | 0x80000000, status, sequence))


def pdus(connection):
    """The command and the sequence_number of each PDU that comes, until the end."""
    stream = connection.makefile("rb")
    while header := stream.read(16):
        length, command, _, sequence = struct.unpack(">IIII", header)
        stream.read(length - 16)
        yield command, sequence


def answer(connection, command, sequence, status=0, body=b"\0"):
    connection.sendall(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)


class Case(support.Case):
    number = "491700000001"

    def account(self, port, name="account.toml", **keys):
        path = super().account(port, name, **{"registered_delivery": 1, **keys})
        os.chmod(path, 0o600)
        return path

    def examine(self, account, *arguments, **options):
        """Runs salvo doctor --json to its end."""
        return Examined(support.Finished(
            self.start("doctor", "--account", account, "--json", *arguments, **options)))

    def ask(self, *arguments, sim=(), **keys):
        """Starts a simulator and examines an account of it."""
        self.smsc = self.sim(*sim)
        return self.examine(self.account(self.smsc.port, **keys), *arguments)

    def assert_cause(self, examined, step, cause, code):
        self.assertEqual(examined.failed, [step], examined.stdout)
        self.assertEqual(examined.cause, cause, examined.stdout)
        self.assertEqual(examined.code, code)
        self.assertEqual(examined.summary["exit_code"], code)
        self.assertEqual(examined.summary["failed_step"], step)
        # The cause ends it, but for an unbind in order.
        self.assertEqual(examined.steps[-1]["step"], step)

    def counts(self):
        """Binds, binds refused and unbinds that the simulator counted."""
        self.smsc.signal(signal.SIGTERM)
        self.smsc.wait()
        line = self.smsc.wait_for(r"(\d+) binds? \((\d+) refused\).* (\d+) unbind")
        return tuple(int(number) for number in line.groups())

    def esme(self, port, command=raw_esme.BIND_TRANSCEIVER, bind=True):
        """Another program's session of the account."""
        esme = raw_esme.Esme(port)
        self.addCleanup(esme.close)
        if bind:
            self.assertEqual(esme.bind(support.PASSWORD, command).status, 0)
        return esme

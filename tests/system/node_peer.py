"""Peers on the npm package smpp: an SMSC and an ESME that share no line with Salvo.

The node executable comes from the environment variable SALVO_NODE, the package from NODE_PATH.
"""

import json
import os

import support

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "interop")


class Peer(support.Process):
    """A node program that takes and gives one JSON object a line."""

    def __init__(self, script, *arguments):
        # Its Date takes the hours of a validity period for local ones.
        super().__init__([os.environ["SALVO_NODE"], os.path.join(FOLDER, script), *arguments],
                         stdin=support.subprocess.PIPE, env={"TZ": "UTC"})
        self._kept = []
        self._read = 0
        self._syncs = 0

    def told(self):
        """All it has said so far."""
        text = self.stdout
        lines = text[self._read:].splitlines()
        self._read = len(text)
        self._kept += [json.loads(line) for line in lines]
        return self._kept

    def ask(self, command, session=1, **fields):
        """Sends a request over that session; the answer to it."""
        before = len(self._answers(session))
        self._write({"session": session, "command": command, "fields": fields})
        return self._wait(lambda: self._answers(session)[before:], f"an answer to {command}")[0]

    def _answers(self, session):
        return [told["answer"] for told in self.told()
                if told.get("answer") and told["session"] == session]

    def sync(self):
        """Returns once all is read that it has said by now."""
        self._syncs += 1
        self._write({"sync": self._syncs})
        self.wait_for(rf'^{{"sync":{self._syncs}}}$', "stdout")

    def _write(self, line):
        self.popen.stdin.write(json.dumps(line).encode() + b"\n")
        self.popen.stdin.flush()

    def pdus(self, command, session=None):
        """The PDUs of that command, as decoded, in the order they came."""
        return [told["pdu"] for told in self.told()
                if told.get("pdu", {}).get("command") == command
                and session in (None, told["session"])]

    def wait_for_pdus(self, command, count=1, session=None):
        """The first `count` PDUs of that command, once they are there."""
        self._wait(lambda: len(self.pdus(command, session)) >= count, f"{count} {command}")
        return self.pdus(command, session)[:count]

    def _wait(self, condition, what):
        try:
            return support.wait_until(condition, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; the last it told: {self.told()[-5:]}\n"
                                 f"{self.stderr}") from None

    def wait_for_end(self, session=1):
        support.wait_until(lambda: {"session": session, "closed": True} in self.told(),
                           f"the end of session {session}")

    def errors(self):
        return [told for told in self.told() if "error" in told]


class Server(Peer):
    def __init__(self, **options):
        options.setdefault("password", support.PASSWORD)
        super().__init__("server.js", json.dumps(options))
        self.port = int(self.wait_for(r'^{"listening":(\d+)}', "stdout").group(1))


class Client(Peer):
    def __init__(self, port, **options):
        super().__init__("client.js", str(port), json.dumps(options))
        self.wait_for(r'"connected"', "stdout")


def octets(hexadecimal):
    """Octets, as the peers write and read them."""
    return {"hex": hexadecimal}


def fields(pdu):
    """All that was decoded, without what differs between any two PDUs."""
    return {key: value for key, value in pdu.items()
            if key not in ("command_length", "sequence_number")}


class Case(support.Case):
    def server(self, **options):
        server = Server(**options)
        self.addCleanup(server.end)
        return server

    def client(self, port, **options):
        client = Client(port, **options)
        self.addCleanup(client.end)
        return client

"""What ends a connection without a word: a process that stands still, a peer that vanishes.

A proxy stands between salvo and its SMSC. It can fall silent, or leave without FIN and without RST.
"""

import collections
import select
import signal
import socket
import threading
import time
import unittest

import support

TCP_REPAIR = 19  # linux/tcp.h
PIECE = 65536


class Proxy:
    """Passes octets on between salvo and an SMSC, until it is told to do something else."""

    LOOK_S = 0.005  # how soon it hears what it is told
    RECEIVE_OCTETS = 65536  # that wait for it in the kernel, so that this does not grow

    def __init__(self, smsc_port):
        self.smsc_port = smsc_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.RECEIVE_OCTETS)
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        self._pair = ()  # of the connection: salvo's side, the SMSC's side
        self._order = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        frozen = []
        while self._order != "close":
            ready, _, _ = select.select([self.listener, *self._pair], [], [], self.LOOK_S)
            for source in ready:
                if source is self.listener:
                    self._accept()
                else:
                    self._pass_on(source)
            if self._order in ("freeze", "vanish"):
                if self._order == "vanish":
                    # In this state a socket is closed without a word.
                    self._pair[0].setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
                    self._pair[0].close()
                frozen += self._pair
                self._pair = ()
                self._order = None
                self._done.set()
        for end in (self.listener, *self._pair, *frozen):
            end.close()

    def _accept(self):
        self._pair = (self.listener.accept()[0],
                      socket.create_connection(("127.0.0.1", self.smsc_port)))
        self.connections += 1

    def _pass_on(self, source):
        if source not in self._pair:
            return
        target = self._pair[1 - self._pair.index(source)]
        try:
            octets = source.recv(PIECE)
            target.sendall(octets)
        except ConnectionError:
            octets = b""
        if not octets:
            for end in self._pair:
                end.close()
            self._pair = ()

    def _tell(self, order):
        self._done.clear()
        self._order = order
        if not self._done.wait(support.DEADLINE_S):
            raise AssertionError("the proxy stands still")

    def freeze(self):
        """Nothing is passed on any more on this connection, and it stays open."""
        self._tell("freeze")

    def vanish(self):
        """The side that salvo talks to is gone, and salvo is not told."""
        self._tell("vanish")

    def close(self):
        self._order = "close"
        self._thread.join()


class OutageCase(support.Case):
    WINDOW = 20

    def proxy(self, sim):
        proxy = Proxy(sim.port)
        self.addCleanup(proxy.close)
        return proxy

    def begin(self, port, rows, *flags, text="x", **keys):
        self.numbers = support.numbers(rows)
        self.campaign((number, text) for number in self.numbers)
        self.account(port, **{"window": self.WINDOW, "reconnect__max": "200ms", **keys})
        return self.start("send", "campaign.csv", "--account", "account.toml", "--results",
                          "results.csv", *flags)

    def outcomes(self):
        """Rows by outcome; none was taken twice, and what was taken and answered is accepted."""
        results = self.results()
        self.assert_accounted(len(self.numbers), results)
        taken = collections.Counter("+" + line["dest"] for line in self.ledger())
        self.assertEqual([n for n, times in taken.items() if times > 1], [])
        for result in results:
            if result["outcome"] == "accepted":
                self.assertEqual(taken["+" + result["to"].lstrip("+")], 1)
        return collections.Counter(result["outcome"] for result in results)


class Outage(OutageCase):
    def test_a_peer_that_vanishes_in_mid_window(self):
        sim = self.sim("--delay", "20ms")
        proxy = self.proxy(sim)
        # With the window full nothing is sent that could be refused: enquire_link has to find it.
        process = self.begin(proxy.port, 3000, "--rate", 3000, enquire_link="300ms",
                             enquire_link_timeout="300ms")
        support.wait_until(lambda: self.ledger_lines() > 500, "the first rows")
        proxy.vanish()
        self.assertEqual(process.wait(), 13, process.stderr)
        self.assertGreaterEqual(proxy.connections, 2)
        outcomes = self.outcomes()
        self.assertGreater(outcomes["unknown"], 0)
        self.assertLessEqual(outcomes["unknown"], self.WINDOW)
        self.assertEqual(outcomes["accepted"] + outcomes["unknown"], 3000)

    def test_a_peer_that_vanishes_while_nothing_is_said_is_found_by_enquire_link(self):
        sim = self.sim()
        proxy = self.proxy(sim)
        process = self.begin(proxy.port, 2, "--rate", 0.25, enquire_link="300ms",
                             enquire_link_timeout="300ms")
        support.wait_until(lambda: self.ledger_lines() == 1, "the first row")
        proxy.vanish()
        process.wait_for(r"/0: .*(Connection reset|no answer to enquire_link)")
        self.assertEqual(self.ledger_lines(), 1, "the second row had not been due")
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assertEqual(self.outcomes(), {"accepted": 2})

    def test_a_connection_on_which_nothing_comes_any_more(self):
        sim = self.sim("--delay", "20ms")
        proxy = self.proxy(sim)
        process = self.begin(proxy.port, 3000, "--rate", 3000, enquire_link="300ms",
                             enquire_link_timeout="300ms")
        support.wait_until(lambda: self.ledger_lines() > 500, "the first rows")
        proxy.freeze()
        process.wait_for("no answer to enquire_link")
        self.assertEqual(process.wait(), 13, process.stderr)
        outcomes = self.outcomes()
        self.assertLessEqual(outcomes["unknown"], self.WINDOW)
        self.assertEqual(outcomes["accepted"] + outcomes["unknown"], 3000)

    def test_a_peer_that_reads_no_more(self):
        """The buffers on the way fill up; what found no room in them has not left, and is sent again."""
        rows, window = 1000, 300
        sim = self.sim("--delay", "20ms")
        proxy = self.proxy(sim)
        # A window of them is more than the kernel takes. Each is billed as 197 segments: 300 a second.
        process = self.begin(proxy.port, rows, "--rate", 300 * 197, text="x" * 30_000,
                             concatenation="payload", window=window, enquire_link="0",
                             response_timeout="2s")
        support.wait_until(lambda: self.ledger_lines() > 100, "the first rows")
        proxy.freeze()
        self.assertLess(support.most_memory_kib(process), 128 * 1024)
        self.assertEqual(process.wait(), 13, process.stderr)
        self.assertIn("the SMSC does not read what is sent; next attempt in", process.stderr)
        outcomes = self.outcomes()
        self.assertLess(outcomes["unknown"], window)
        self.assertEqual(outcomes["accepted"] + outcomes["unknown"], rows)

    def test_a_sender_that_stands_still_does_not_catch_up_afterwards(self):
        rate = 1000
        sim = self.sim("--delay", "20ms")
        process = self.begin(sim.port, 4 * rate, "--rate", rate, response_timeout="500ms")
        support.wait_until(lambda: self.ledger_lines() > rate, "the first second")
        process.signal(signal.SIGSTOP)
        stopped_at = time.monotonic_ns()
        sim_lines = self.ledger_lines()
        support.wait_until(lambda: time.monotonic_ns() - stopped_at > 2_000_000_000, "2 s")
        self.assertLess(self.ledger_lines() - sim_lines, 2 * self.WINDOW)
        process.signal(signal.SIGCONT)
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assertEqual(self.outcomes(), {"accepted": 4 * rate})
        most = support.most_in_a_second([line["t_ns"] for line in self.ledger()])
        # A hundredth is the burst; what the kernel of a busy machine bunches comes on top.
        self.assertLessEqual(most, rate * 1.03)


class Terminated(OutageCase):
    """SIGTERM with a journal: what comes after it is as if nothing had happened."""

    def begin_slowly(self):
        sim = self.sim("--delay", "20ms")
        process = self.begin(sim.port, 2000, "--rate", 1000)
        support.wait_until(lambda: self.ledger_lines() > 200, "the first rows")
        return process

    def resume(self, code):
        process = self.start("resume", "campaign.csv.journal")
        self.assertEqual(process.wait(), code, process.stderr)

    def test_once_leaves_nothing_unknown_and_goes_on(self):
        process = self.begin_slowly()
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 7, process.stderr)
        self.resume(0)
        self.assertEqual(self.outcomes(), {"accepted": 2000})

    def test_twice_leaves_at_once_and_goes_on_with_a_window_unknown_at_most(self):
        process = self.begin_slowly()
        process.signal(signal.SIGTERM)
        process.signal(signal.SIGTERM)
        self.assertIn(process.wait(5), (130, 7), process.stderr)
        unknown = process.popen.returncode == 130
        process = self.start("resume", "campaign.csv.journal")
        self.assertIn(process.wait(), (13, 0) if unknown else (0,), process.stderr)
        outcomes = self.outcomes()
        self.assertLessEqual(outcomes["unknown"], self.WINDOW)
        self.assertEqual(outcomes["accepted"] + outcomes["unknown"], 2000)


if __name__ == "__main__":
    unittest.main()

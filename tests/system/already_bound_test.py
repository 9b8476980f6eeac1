"""ESME_RALYBND: a sender that ends in order never meets it, and one that died waits it out.

An SMSC counts a session that died as bound until it has noticed (salvo sim --linger). So Salvo
unbinds before it closes, waits for unbind_resp before it binds again, and after a crash it asks
again with growing pauses: few attempts, none of which is a wrong password.
"""

import json
import math
import signal
import socket
import struct
import threading
import unittest

import raw_esme
import support

BINDS = 1
ROWS = 300
INITIAL_S, LINGER_S = 0.05, 1.5
# Each pause is about twice the one before: so many fit into the time, and one that lies across its
# end. A fifth more or less is up to chance.
MOST_ATTEMPTS = BINDS * (2 + math.ceil(math.log2(LINGER_S / (0.8 * INITIAL_S))))


class AlreadyBound(support.Case):
    def start_sim(self, *flags, port=0):
        return self.sim("--json", "--max-binds", BINDS, "--lock-after", "1", *flags, port=port)

    def scenario(self, step):
        return "--scenario", self.write("scenario.toml", f"[[at]]\n{step}\n")

    def once(self, fault):
        """Flags for a simulator whose sessions all suffer this, in the middle of the campaign."""
        return self.scenario(f"after_bind = '500ms'\ndo = '{fault}'")

    def begin(self, sim, rate=200, **keys):
        """A campaign that takes more than a second, under way."""
        self.campaign((number, "x") for number in support.numbers(ROWS))
        self.account(sim.port, **{"binds": BINDS, "reconnect__initial": f"{INITIAL_S}s", **keys})
        process = self.start("send", "campaign.csv", "--account", "account.toml", "--rate", rate,
                             "--results", "results.csv")
        support.wait_until(lambda: self.ledger_lines() >= ROWS / 10, "the first rows")
        return process

    def counters(self, sim):
        sim.signal(signal.SIGINT)
        self.assertEqual(sim.wait(), 0)
        return json.loads(sim.stdout)

    def test_after_a_crash_the_next_run_gets_in_when_the_old_session_is_forgotten(self):
        sim = self.start_sim("--linger", f"{LINGER_S}s")
        process = self.begin(sim)
        process.signal(signal.SIGKILL)
        process.wait()
        resume = support.Finished(
            self.start("resume", "campaign.csv.journal", "--on-unknown", "resend"))
        self.assertEqual(resume.code, 0, resume.stderr)
        self.assert_accounted(ROWS)
        self.assertIn("with 0x05 (ESME_RALYBND), already bound (salvo explain 0x05)", resume.stderr)
        counters = self.counters(sim)
        self.assertGreater(counters["binds_refused"], 0)
        self.assertLessEqual(counters["binds_refused"], MOST_ATTEMPTS)

    def test_a_run_that_is_stopped_leaves_no_session_behind(self):
        sim = self.start_sim("--linger", "1h")
        process = self.begin(sim)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7)
        resume = support.Finished(self.start("resume", "campaign.csv.journal"))
        self.assertEqual(resume.code, 0, resume.stderr)
        counters = self.counters(sim)
        self.assertEqual((counters["binds_refused"], counters["unbinds"]), (0, counters["binds"]))

    def test_a_run_that_ends_while_it_binds_leaves_no_session_behind(self):
        sim = self.sim("--json", "--max-binds", "2", "--linger", "1h", "--bind-delay", "300ms")
        account = self.account(sim.port, binds=2)
        for _ in range(3):
            done = self.send("--to", "491700000001", "--text", "x", "--account", account)
            self.assertEqual(done.code, 0, done.stderr)
        counters = self.counters(sim)
        self.assertEqual((counters["binds_refused"], counters["unbinds"]), (0, counters["binds"]))

    def test_a_session_that_the_smsc_ends_is_ended_in_order_before_the_next_bind(self):
        sim = self.start_sim("--linger", "1h", *self.once("unbind"))
        self.assertEqual(self.begin(sim).wait(), 0)
        self.assert_accounted(ROWS)
        counters = self.counters(sim)
        self.assertGreater(counters["binds"], BINDS)
        self.assertEqual(counters["binds_refused"], 0)

    def test_a_session_that_is_dead_to_us_and_alive_to_the_smsc_is_waited_out(self):
        sim = self.start_sim("--linger", f"{LINGER_S}s", *self.once("reset"))
        self.assertIn(self.begin(sim).wait(), (0, 13))
        self.assert_accounted(ROWS)
        counters = self.counters(sim)
        self.assertGreater(counters["binds"], BINDS)
        self.assertGreater(counters["binds_refused"], 0)
        self.assertLessEqual(counters["binds_refused"], MOST_ATTEMPTS)

    def test_a_wrong_password_is_not_tried_until_the_account_is_locked(self):
        sim = self.sim("--json", "--lock-after", "3")
        account = self.account(sim.port, name="wrong.toml", password="wrong", binds=8,
                               reconnect__bind_interval="200ms")
        done = self.send("--to", "491700000001", "--text", "x", "--account", account)
        self.assertEqual(done.code, 5)
        self.assertEqual(self.start("doctor", "--account", account).wait(), 5)
        right = self.send("--to", "491700000001", "--text", "x", "--account",
                          self.account(sim.port))
        self.assertEqual(right.code, 0, right.stderr)

    def refuse_binds(self, *numbers):
        """Flags for a simulator that calls the password of these binds wrong."""
        return [part for number in numbers for part in ("--bind-error", f"0x0E=@{number}")]

    def test_credentials_that_hold_no_more_stop_the_account_at_the_third_refusal(self):
        sim = self.start_sim(*self.once("reset"), *self.refuse_binds(*range(2, 50)))
        process = self.begin(sim)
        self.assertEqual(process.wait(), 5, process.stderr)
        self.assert_accounted(ROWS)
        self.assertGreater(sum(row["outcome"] == "unsent" for row in self.results()), 0)
        self.assertIn("its credentials are refused again and again", process.stderr)
        self.assertEqual(self.counters(sim)["binds_refused"], 3)

    def test_credentials_that_another_bind_is_up_with_do_not_stop_the_account(self):
        sim = self.sim("--json", *self.refuse_binds(*range(2, 500)))
        process = self.begin(sim, binds=2, reconnect__max=f"{INITIAL_S}s")
        self.assertEqual(process.wait(), 0, process.stderr)
        self.assert_accounted(ROWS)
        self.assertGreater(self.counters(sim)["binds_refused"], 3)

    def test_once_no_bind_is_up_the_third_refusal_stops_the_account(self):
        sim = self.sim("--json", *self.refuse_binds(*range(2, 500)), *self.once("reset"))
        process = self.begin(sim, rate=100, binds=2, reconnect__max=f"{INITIAL_S}s")
        self.assertEqual(process.wait(), 5, process.stderr)
        self.assert_accounted(ROWS)
        self.assertIn("its credentials are refused again and again", process.stderr)

    def test_a_short_loss_of_the_good_bind_does_not_make_earlier_refusals_count(self):
        # The second bind is refused all the time, and both of them for less than three attempts.
        steps = (("20ms", "bind_error = '0x0E'"), ("800ms", "do = 'reset'"),
                 ("990ms", "bind_error = false"))
        scenario = "".join(f"[[at]]\nafter_bind = '{at}'\n{what}\n" for at, what in steps)
        sim = self.sim("--json", "--scenario", self.write("scenario.toml", scenario))
        process = self.begin(sim, rate=200, binds=2, reconnect__max=f"{INITIAL_S}s",
                             reconnect__bind_interval="100ms")
        self.assertIn(process.wait(), (0, 13), process.stderr)
        self.assert_accounted(ROWS)
        self.assertGreater(self.counters(sim)["binds_refused"], 3)

    def test_credentials_that_are_taken_again_are_as_good_as_before(self):
        again_and_again = self.scenario("time = '500ms'\nevery = '500ms'\ndo = 'reset'")
        sim = self.start_sim(*again_and_again, *self.refuse_binds(2, 3, 5, 6))
        self.assertIn(self.begin(sim, rate=100, reconnect__max="100ms").wait(), (0, 13))
        self.assert_accounted(ROWS)
        self.assertEqual(self.counters(sim)["binds_refused"], 4)

    def test_a_session_that_never_goes_is_waited_for_until_one_stops_it(self):
        sim = self.start_sim("--bind-error", "ESME_RALYBND")
        account = self.account(sim.port, reconnect__initial="1ms", reconnect__max="1ms")
        process = self.start("send", "--to", "491700000001", "--text", "x", "--account", account)
        process.wait_for(r"(?s)(ESME_RALYBND.*){10}")
        self.assertIn("and so on until the SMSC lets it in", process.stderr)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7, process.stderr)


class Unbind(support.Case):
    """An SMSC that takes its time with unbind_resp."""

    def setUp(self):
        super().setUp()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.log = []

    def hear(self, stream):
        head = stream.read(4)
        return raw_esme.Pdu(stream.read(struct.unpack(">I", head)[0] - 4)) if head else None

    def say(self, connection, command, sequence, body=b""):
        connection.sendall(struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body)

    def serve(self):
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rb") as stream:
            while pdu := self.hear(stream):
                self.log.append(pdu.command)
                if pdu.command == raw_esme.UNBIND:
                    self.keep_waiting(connection, stream)
                if not pdu.command & raw_esme.RESPONSE:
                    self.say(connection, pdu.command | raw_esme.RESPONSE, pdu.sequence, b"1\0")
            self.log.append("closed")

    def keep_waiting(self, connection, stream):
        """Whoever answers this has not left, and has not bound anew either."""
        self.say(connection, raw_esme.ENQUIRE_LINK, 77)
        self.log.append(self.hear(stream).command)
        self.listener.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.listener.accept()

    def test_resp_is_waited_for_before_the_connection_is_closed(self):
        for command in (("send", "--to", "491700000001", "--text", "x"), ("doctor",)):
            self.log.clear()
            self.listener.setblocking(True)
            server = threading.Thread(target=self.serve, daemon=True)
            server.start()
            account = self.account(self.listener.getsockname()[1])
            self.assertEqual(self.start(*command, "--account", account).wait(), 0)
            server.join(support.DEADLINE_S)
            self.assertEqual(self.log[-3:], [
                raw_esme.UNBIND, raw_esme.ENQUIRE_LINK | raw_esme.RESPONSE, "closed"])


if __name__ == "__main__":
    unittest.main()

"""What tests of the logs share: lines taken to pieces, and whether a log is whole."""

import os
import re

import support

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"
CONNECTOR_LINE = re.compile(rf"(?P<time>{TIME}) \((?P<instance>\w+)\) (?P<what>.*)")
PDU_LINE = re.compile(
    rf"(?P<time>{TIME}) (?P<level>INFO |WARN ) \((?P<account>\w+),(?P<instance>\w+)\) "
    r"(?P<what>.*)")
PDU = re.compile(
    r"(?P<way>Write|Read) op:0x(?P<op>[0-9A-F]{8}) \((?P<name>\w+)\) status:(?P<status>\d+)"
    r"(?: \(\w+\))? trn:(?P<trn>\d+) datalen:\d+(?P<fields>(?: .*)?)")
FIELD = re.compile(r' (\w+):("(?:\\.|[^"])*"|\S*)')


class PduLog:
    """The lines of a PDU log, all of which must be of a known kind."""

    def __init__(self, text):
        assert text == "" or text.endswith("\n"), "the last line is torn"
        self.pdus, self.instances, self.sampling = [], set(), []
        self.dropped = 0
        self.totals = {"written": 0, "sampled_out": 0, "dropped": 0}
        for line in text.splitlines():
            found = PDU_LINE.fullmatch(line)
            assert found, line
            self._add(found["what"], found)

    def _add(self, what, line):
        pdu = PDU.fullmatch(what)
        if pdu:
            self.instances.add(line["instance"])
            self.pdus.append({**pdu.groupdict(), **line.groupdict(),
                              "fields": dict(FIELD.findall(pdu["fields"]))})
        elif what.startswith("DROPPED "):
            assert line["level"] == "WARN ", line.string
            self.dropped += int(re.fullmatch(r"DROPPED (\d+) PDUs?", what)[1])
        elif what.startswith("SAMPLING "):
            self.sampling.append(int(re.match(r"SAMPLING 1/(\d+) of submit_sm and ", what)[1]))
        else:
            for name, count in re.findall(r"(\w+):(\d+)", what.removeprefix("TOTAL ")):
                self.totals[name] += int(count)

    def of(self, way, name):
        return [pdu for pdu in self.pdus if (pdu["way"], pdu["name"]) == (way, name)]

    def submits(self):
        return self.of("Write", "SUBMIT_SM")

    def answers(self):
        return self.of("Read", "SUBMIT_SM_RESP")


class LogCase(support.Case):
    """Whatever a test does, no file of it has the password, but for the account's."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._assert_no_password)

    def _assert_no_password(self):
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                if name.startswith("account") or not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    self.assertNotIn(support.PASSWORD.encode(), file.read(), name)

    def text(self, name):
        try:
            with open(self.path(name), encoding="ascii") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def pdus(self, *names):
        return PduLog("".join(self.text(name) for name in names or ("pdu.log",)))

    def connector(self, instance=None, name="connector.log"):
        """What happened to an instance, or to all, without the times."""
        found = [CONNECTOR_LINE.fullmatch(line) for line in self.text(name).splitlines()]
        self.assertNotIn(None, found, self.text(name))
        return [line["what"] for line in found if instance in (None, line["instance"])]

    def begin(self, sim, *flags, rows=600, sample="all", **keys):
        """A campaign of a second or so, with a log of every PDU or a sample."""
        self.numbers = support.numbers(rows)
        self.campaign((number, f"Dear customer {i}") for i, number in enumerate(self.numbers))
        self.account(sim.port, window=50, **keys)
        flags = flags if "--rate" in flags else ("--rate", 500, *flags)
        return self.start("send", "campaign.csv", "--account", "account.toml", "--pdu-log",
                          "pdu.log", "--pdu-log-sample", sample, "--json", "--stats", "1h", *flags)

    def finish(self, process):
        done = support.Finished(process)
        self.assertEqual(done.code, 0, done.stderr)
        return done.summary

    def assert_whole(self, log):
        """Each number has a submit_sm, and each submit_sm its answer."""
        self.assertEqual(sorted("+" + pdu["fields"]["DESTINATIONADDR"] for pdu in log.submits()),
                         self.numbers)
        pairs = [sorted((pdu["instance"], pdu["trn"]) for pdu in pdus)
                 for pdus in (log.submits(), log.answers())]
        self.assertEqual(*pairs)
        self.assertEqual((log.dropped, log.sampling), (0, []))

    def assert_accounts_for(self, log, pdus):
        """What is not there is counted there."""
        self.assertEqual(len(log.pdus) + log.dropped + log.totals["sampled_out"], pdus)
        self.assertEqual((log.totals["written"], log.totals["dropped"]),
                         (len(log.pdus), log.dropped))

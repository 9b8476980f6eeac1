"""What tests of the simulator share: it runs, and plain sockets talk to it."""

import json
import signal

import raw_esme
import support


class SimCase(support.Case):
    def smsc(self, *flags):
        """Starts a simulator; its port."""
        self.simulator = self.sim("--json", *flags)
        return self.simulator.port

    def connect(self, port, **options):
        esme = raw_esme.Esme(port, **options)
        self.addCleanup(esme.close)
        return esme

    def esme(self, port, command=raw_esme.BIND_TRANSCEIVER, **options):
        """One that is bound."""
        esme = self.connect(port)
        self.assertEqual(esme.bind(support.PASSWORD, command, **options).status, 0)
        return esme

    def counters(self):
        """Ends the simulator."""
        self.simulator.signal(signal.SIGINT)
        self.assertEqual(self.simulator.wait(), 0)
        return json.loads(self.simulator.stdout)

    def read(self, esme, command, sequence=None, status=0):
        """The next PDU, which must be this one."""
        pdu = esme.read()
        self.assertEqual((hex(pdu.command), hex(pdu.status)), (hex(command), hex(status)))
        if sequence is not None:
            self.assertEqual(pdu.sequence, sequence)
        return pdu

    def read_answer(self, esme, sequence=None, status=0):
        return self.read(esme, raw_esme.SUBMIT_SM | raw_esme.RESPONSE, sequence, status)

    def assert_alive(self, esme):
        """The session goes on, and nothing else is waiting to be read."""
        sequence = esme.send(raw_esme.ENQUIRE_LINK)
        self.read(esme, raw_esme.ENQUIRE_LINK | raw_esme.RESPONSE, sequence)

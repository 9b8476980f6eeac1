// What server.js and client.js share: one JSON object a line on both sides. Each line on stdin has a
// PDU to send; each on stdout a PDU as the package decoded it, or something that happened. A response
// is told twice: as a PDU, and as the answer to a request whose number it has.
'use strict';

const readline = require('readline');
const smpp = require('smpp');

// JSON has no octets: they are {"hex": "..."} on both sides.
function plain(value) {
  if (Buffer.isBuffer(value)) return { hex: value.toString('hex') };
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, plain(of)]));
}

function revive(key, value) {
  const isOctets = value !== null && typeof value === 'object' && 'hex' in value;
  return isOctets ? Buffer.from(value.hex, 'hex') : value;
}

function tell(what) {
  process.stdout.write(JSON.stringify(plain(what)) + '\n');
}

// Tells every PDU of a session, its end and its errors.
function watch(session, number) {
  session.on('pdu', (pdu) => tell({ session: number, pdu }));
  session.on('close', () => tell({ session: number, closed: true }));
  session.on('error', (error) => {
    tell({ session: number, error: error.message });
    session.destroy();
  });
}

function send(session, number, { command, fields }) {
  session[command](fields || {}, (answer) => tell({ session: number, answer }));
}

// Calls `take` with what each line of stdin says. A line {"sync": n} is given back: who reads it has
// read all that was told before.
function listenToStdin(take) {
  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    const said = JSON.parse(line, revive);
    if ('sync' in said) return tell(said);
    take(said);
  });
}

module.exports = { listenToStdin, send, smpp, tell, watch };

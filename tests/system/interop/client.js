// An ESME. `node client.js PORT [OPTIONS]`, where OPTIONS is a JSON object:
//   ca               file: speak TLS with a server of this authority
// On stdin: {"command": "submit_sm", "fields": {...}} sends a PDU. Deliveries are answered at once.
'use strict';

const fs = require('fs');
const { listenToStdin, send, smpp, tell, watch } = require('./peer');

const options = JSON.parse(process.argv[3] || '{}');
const tls = options.ca ? { tls: true, ca: fs.readFileSync(options.ca) } : {};
const session = smpp.connect({ host: '127.0.0.1', port: Number(process.argv[2]), ...tls });
watch(session, 1);
session.on(tls.tls ? 'secureConnect' : 'connect', () => tell({ connected: true }));
for (const command of ['deliver_sm', 'enquire_link', 'unbind']) {
  session.on(command, (pdu) => session.send(pdu.response()));
}
session.on('unbind_resp', () => session.close());
listenToStdin((said) => send(session, 1, said));

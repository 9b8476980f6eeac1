// An SMSC. `node server.js [OPTIONS]`, where OPTIONS is a JSON object:
//   password         the one of every account
//   bind_fields      fields of bind_*_resp
//   refuse           command_status by destination
//   key, cert        files: speak TLS
// On stdin: {"session": 1, "command": "deliver_sm", "fields": {...}} sends a PDU over that session;
// sessions are numbered from 1 in the order they came.
'use strict';

const fs = require('fs');
const { listenToStdin, send, smpp, tell, watch } = require('./peer');

const options = JSON.parse(process.argv[2] || '{}');
const sessions = [];
let submissions = 0;

function onBind(session, pdu) {
  if (pdu.password !== options.password) {
    session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    return session.close();
  }
  session.send(pdu.response({ system_id: 'NODE', ...options.bind_fields }));
}

function onSubmission(session, pdu) {
  const status = (options.refuse || {})[pdu.destination_addr];
  if (status) return session.send(pdu.response({ command_status: status }));
  session.send(pdu.response({ message_id: `node-${++submissions}` }));
}

function onSession(session) {
  sessions.push(session);
  watch(session, sessions.length);
  for (const command of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
    session.on(command, (pdu) => onBind(session, pdu));
  }
  for (const command of ['submit_sm', 'data_sm']) {
    session.on(command, (pdu) => onSubmission(session, pdu));
  }
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unknown', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on('unbind_resp', () => session.close());
}

const files = options.key
  ? { key: fs.readFileSync(options.key), cert: fs.readFileSync(options.cert) } : {};
const server = smpp.createServer(files, onSession);
server.listen(0, '127.0.0.1', () => tell({ listening: server.address().port }));
listenToStdin((said) => send(sessions[said.session - 1], said.session, said));

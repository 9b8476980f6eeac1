#include "tools/sim/counters.h"

#include <gtest/gtest.h>

#include "io/clock.h"

namespace salvo::sim {
namespace {

TEST(Counters, TellPeopleAndProgramsTheSame) {
  Counters counters;
  counters.connections = 12;
  counters.binds = 10;
  counters.binds_refused = 2;
  counters.submits = 1000;
  counters.accepted = 900;
  counters.refused = 100;
  counters.throttled = 60;
  counters.unanswered = 1;
  counters.receipts = 800;
  counters.receipts_acknowledged = 799;
  counters.receipts_refused = 4;
  counters.receipt_answers.Add(2'000'000);
  counters.enquire_links = 5;
  counters.unbinds = 9;
  counters.malformed = 3;
  counters.mo = 6;
  counters.mo_acknowledged = 5;
  counters.faults = 1;
  counters.idle_closed = 2;
  counters.deliveries_stopped = 7;
  counters.accept_failures = 8;
  EXPECT_EQ(
      counters.Describe(),
      "12 connections, 10 binds (2 refused), 1,000 submits: 900 accepted, 100 refused (60 "
      "throttled), 1 not answered; 800 receipts (799 acknowledged), 5 enquire_links, 9 "
      "unbinds, 3 malformed, 6 MO messages (5 acknowledged), 4 delivery refusals, 1 fault, 2 idle "
      "closes, 7 stopped binds, 8 failed accepts; "
      "deliver_sm_resp after p50 2.000 ms, p99 2.000 ms, max 2.000 ms");
  EXPECT_EQ(
      counters.ToJson(),
      R"({"message_type":"counters","schema":1,"connections":12,"binds":10,)"
      R"("binds_refused":2,"submits":1000,"accepted":900,"refused":100,"throttled":60,)"
      R"("unanswered":1,"receipts":800,"receipts_acknowledged":799,"receipts_refused":4,)"
      R"("deliver_sm_resp_ms_p50":2.000,"deliver_sm_resp_ms_p99":2.000,)"
      R"("deliver_sm_resp_ms_max":2.000,"enquire_links":5,"unbinds":9,"malformed":3,"accept_failures":8,)"
      R"("mo":6,"mo_acknowledged":5,"deliveries_stopped":7,"faults":1,"idle_closed":2})"
      "\n");
}

TEST(Counters, SpeakOfOneInTheSingular) {
  Counters counters;
  counters.connections = counters.binds = counters.submits = counters.accepted = 1;
  counters.receipts = counters.enquire_links = counters.unbinds = 1;
  EXPECT_EQ(
      counters.Describe(),
      "1 connection, 1 bind (0 refused), 1 submit: 1 accepted, 0 refused (0 throttled), 0 not "
      "answered; 1 receipt (0 acknowledged), 1 enquire_link, 1 unbind, 0 malformed");
}

}  // namespace
}  // namespace salvo::sim

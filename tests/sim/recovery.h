// What a journal says about each message, read once more and in the plainest way: the recovery
// table of engine/journal/README.md row by row, to hold the product's reading against.
#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/journal/rows.h"
#include "tests/sim/faults.h"
#include "tests/sim/sim_disk.h"

namespace salvo::test {

struct Recovery {
  std::map<uint64_t, engine::RowState> states;  // of the messages with a record
  std::set<uint64_t> unknown;
  std::map<std::string, uint64_t> good;  // octets of each file that are whole batches
};

// Reads all journal files of a disk, the earliest run first. Counts the rows it meets.
Recovery Recover(SimDisk& disk, Tally* tally);

// Ways to spoil a journal that a reader must see. Each changes one file and returns its path; ""
// when no file is fit for it.
std::string FlipDurableBit(SimDisk& disk, SimWorld& world);
std::string PutStaleBatch(SimDisk& disk, SimWorld& world);
std::string PutOtherVersion(SimDisk& disk, SimWorld& world);

}  // namespace salvo::test

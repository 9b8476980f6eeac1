// The mobile subscribers: messages of theirs (MO), so many a second to each account, one at a time
// on request, or in reply to a submission. One thread, the simulator's.
#pragma once

#include <string_view>

#include "io/timer.h"
#include "tools/sim/account.h"

namespace salvo::sim {

class Server;

class MoSource {
 public:
  // Not owned.
  explicit MoSource(Server& server);

  // The options are others than before.
  void Change();

  // Sends a message to every account that has a bind to receive it.
  void SendToAll();
  // The destination of a submission answers, with the text of the options.
  void Reply(Account& account, std::string_view from, std::string_view to);

 private:
  void OnTimer();
  void Queue(Account& account, std::string_view from, std::string_view to);

  Server& server_;
  uint64_t last_number_ = 0;
  uint64_t due_ = 0;  // messages since started_, of each account
  io::Nanos started_ = 0;
  io::Timer timer_;
};

}  // namespace salvo::sim

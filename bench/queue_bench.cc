// The mailbox between threads, and the bare queue inside it with its bulk operations: what
// batching by the item would save. Items are what mailboxes carry: pointers to batches.
#include <benchmark/benchmark.h>
#include <concurrentqueue/concurrentqueue.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include "engine/core/mailbox.h"

namespace salvo::engine {
namespace {

constexpr size_t kCapacity = 1024;
constexpr size_t kBulk = 32;

using Item = std::unique_ptr<int>;

void MailboxPushPop(benchmark::State& state) {
  Mailbox<Item> mailbox(kCapacity);
  Item item = std::make_unique<int>(1);
  for (auto _ : state) {
    mailbox.TryPush(item);
    mailbox.TryPop(&item);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(MailboxPushPop);

void MailboxPopFromEmpty(benchmark::State& state) {
  Mailbox<Item> mailbox(kCapacity);
  Item item;
  for (auto _ : state) benchmark::DoNotOptimize(mailbox.TryPop(&item));
}
BENCHMARK(MailboxPopFromEmpty);

void QueuePushPop(benchmark::State& state) {
  moodycamel::ConcurrentQueue<Item> queue(kCapacity);
  Item item = std::make_unique<int>(1);
  for (auto _ : state) {
    queue.enqueue(std::move(item));
    queue.try_dequeue(item);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(QueuePushPop);

void QueuePushPopWithTokens(benchmark::State& state) {
  moodycamel::ConcurrentQueue<Item> queue(kCapacity);
  const moodycamel::ProducerToken producer(queue);
  moodycamel::ConsumerToken consumer(queue);
  Item item = std::make_unique<int>(1);
  for (auto _ : state) {
    queue.enqueue(producer, std::move(item));
    queue.try_dequeue(consumer, item);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(QueuePushPopWithTokens);

void QueueBulk(benchmark::State& state) {
  moodycamel::ConcurrentQueue<Item> queue(kCapacity);
  std::array<Item, kBulk> items;
  for (Item& item : items) item = std::make_unique<int>(1);
  for (auto _ : state) {
    queue.enqueue_bulk(std::make_move_iterator(items.begin()), kBulk);
    queue.try_dequeue_bulk(items.begin(), kBulk);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBulk));
}
BENCHMARK(QueueBulk);

// One thread pushes, the measured one pops.
void MailboxAcrossThreads(benchmark::State& state) {
  Mailbox<Item> mailbox(kCapacity);
  std::atomic<bool> done = false;
  std::thread producer([&] {
    Item item = std::make_unique<int>(1);
    while (!done.load(std::memory_order_relaxed)) {
      if (mailbox.TryPush(item)) item = std::make_unique<int>(1);
    }
  });
  Item item;
  for (auto _ : state) {
    while (!mailbox.TryPop(&item)) {
    }
  }
  done.store(true);
  producer.join();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(MailboxAcrossThreads)->UseRealTime();

void QueueBulkAcrossThreads(benchmark::State& state) {
  moodycamel::ConcurrentQueue<Item> queue(kCapacity);
  std::atomic<bool> done = false;
  std::atomic<size_t> waiting = 0;
  std::thread producer([&] {
    std::array<Item, kBulk> items;
    while (!done.load(std::memory_order_relaxed)) {
      if (waiting.load(std::memory_order_relaxed) >= kCapacity) continue;
      for (Item& item : items) item = std::make_unique<int>(1);
      waiting.fetch_add(kBulk);
      queue.enqueue_bulk(std::make_move_iterator(items.begin()), kBulk);
    }
  });
  std::array<Item, kBulk> items;
  size_t left = 0;
  for (auto _ : state) {
    while (left == 0) {
      left = queue.try_dequeue_bulk(items.begin(), kBulk);
      waiting.fetch_sub(left);
    }
    --left;
  }
  done.store(true);
  producer.join();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(QueueBulkAcrossThreads)->UseRealTime();

}  // namespace
}  // namespace salvo::engine

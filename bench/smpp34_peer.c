/* salvo_smpp34 - what an SMPP sender on libsmpp34 can do, for comparison.
 *
 * The codec of Debian's libsmpp34-dev in a small loop that makes the best of it: all that the window
 * allows is packed into one buffer and leaves in one write, and every answer of a read is unpacked.
 * One blocking connection, TCP_NODELAY, one bind_transceiver; no queue, no rate, no timeout, no
 * retry, no result. Built where libsmpp34-dev is installed.
 *
 * Use:    taskset -c 0 salvo_smpp34 [-p port] [-w window] [-m octets of text] [-s seconds]
 * Prints one line: rate= acknowledged submit_sm a second, cpu_ns= of this process an
 * acknowledged one.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <libsmpp34/smpp34.h>
#include <libsmpp34/smpp34_structs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 16, MOST = 512, ROOM = 4 << 20, MOST_TEXT = 254 };

static uint8_t tx[ROOM], rx[ROOM];
static int fd;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static double cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
         (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void connect_to(int port) {
  struct sockaddr_in peer = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int one = 1;
  fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr*)&peer, sizeof peer) != 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static size_t pack(void* pdu, uint8_t* out) {
  int octets = 0;
  if (smpp34_pack2(out, MOST, &octets, pdu) != 0) {
    fprintf(stderr, "pack: %s\n", smpp34_strerror);
    exit(1);
  }
  return (size_t)octets;
}

static void write_all(const uint8_t* octets, size_t count) {
  while (count > 0) {
    const ssize_t written = write(fd, octets, count);
    if (written <= 0) fail("write");
    octets += written;
    count -= (size_t)written;
  }
}

static uint32_t load32(const uint8_t* octets) {
  uint32_t value;
  memcpy(&value, octets, sizeof value);
  return ntohl(value);
}

/* Reads once and unpacks every whole PDU; returns how many there were. */
static unsigned receive(void) {
  static size_t held;
  const ssize_t got = read(fd, rx + held, ROOM - held);
  if (got <= 0) fail("read");
  held += (size_t)got;
  size_t at = 0;
  unsigned count = 0;
  while (held - at >= HEADER && held - at >= load32(rx + at)) {
    const uint32_t octets = load32(rx + at);
    submit_sm_resp_t answer; /* the bind's is counted and not looked into */
    memset(&answer, 0, sizeof answer);
    if (load32(rx + at + 4) == SUBMIT_SM_RESP &&
        (smpp34_unpack2(&answer, rx + at, (int)octets) != 0 || answer.command_status != 0)) {
      fprintf(stderr, "unpack: %s, command_status 0x%x\n", smpp34_strerror, answer.command_status);
      exit(1);
    }
    at += octets;
    ++count;
  }
  memmove(rx, rx + at, held - at);
  held -= at;
  return count;
}

static void bind_transceiver(void) {
  bind_transceiver_t request;
  memset(&request, 0, sizeof request);
  request.command_id = BIND_TRANSCEIVER;
  request.sequence_number = 1;
  request.interface_version = SMPP_VERSION;
  strcpy((char*)request.system_id, "bench");
  strcpy((char*)request.password, "bench");
  write_all(tx, pack(&request, tx));
  while (receive() == 0) continue;
}

static void fill(submit_sm_t* message, int text_octets) {
  memset(message, 0, sizeof *message);
  message->command_id = SUBMIT_SM;
  message->source_addr_ton = 5;
  strcpy((char*)message->source_addr, "SALVO");
  message->dest_addr_ton = 1;
  message->dest_addr_npi = 1;
  message->sm_length = (uint8_t)text_octets;
  memset(message->short_message, 'x', (size_t)text_octets);
}

int main(int argc, char** argv) {
  int port = 2775, window = 100, text_octets = 100, option;
  double seconds = 2;
  while ((option = getopt(argc, argv, "p:w:m:s:")) != -1) {
    if (option == 'p') port = atoi(optarg);
    if (option == 'w') window = atoi(optarg);
    if (option == 'm') text_octets = atoi(optarg);
    if (option == 's') seconds = atof(optarg);
    if (option == '?') return 2;
  }
  if (window < 1 || window > ROOM / MOST || text_octets < 1 || text_octets > MOST_TEXT) {
    fprintf(stderr, "window 1..%d, text 1..%d octets\n", ROOM / MOST, MOST_TEXT);
    return 2;
  }
  connect_to(port);
  bind_transceiver();
  submit_sm_t message;
  fill(&message, text_octets);
  uint32_t sequence = 1;
  uint64_t number = 491700000000, done = 0;
  int outstanding = 0;
  const double start = seconds_now(), cpu_start = cpu_seconds();
  while (seconds_now() - start < seconds) {
    size_t octets = 0;
    for (; outstanding < window; ++outstanding) {
      message.sequence_number = ++sequence;
      snprintf((char*)message.destination_addr, sizeof message.destination_addr, "%llu",
               (unsigned long long)++number);
      octets += pack(&message, tx + octets);
    }
    write_all(tx, octets);
    const unsigned answered = receive();
    outstanding -= (int)answered;
    done += answered;
  }
  const double took = seconds_now() - start, cpu = cpu_seconds() - cpu_start;
  printf("smpp34 window=%d rate=%.0f cpu_ns=%.0f\n", window, (double)done / took,
         cpu / (double)done * 1e9);
  return 0;
}

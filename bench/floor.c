/* salvo_floor - the least an ESME can do: the limit against which SMPP clients are measured.
 *
 * Binds N connections as transceivers and pushes pre-encoded submit_sm PDUs, patching only the
 * sequence_number, in writes as big as the window allows; reads responses by header alone.
 * No encoding, no per-message state, no timers: what is left is the kernel and the peer.
 *
 * Built with the benchmarks as salvo_floor.
 * Use:    taskset -c 0 salvo_floor [-p port] [-e engine] [-c conns] [-w window] [-s seconds]
 *                                  [-m octets] [-b pdus] [-i ms] [-T] [-r bytes] [-o csv]
 *   -e epoll   non-blocking send/recv, epoll_wait when nothing moves (default)
 *   -e spin    the same without epoll_wait: polls recv
 *   -e block   one connection only: blocking send of the batch, then blocking recv
 *   -e uring   io_uring SINGLE_ISSUER|DEFER_TASKRUN, multishot recv with a provided-buffer ring
 *   -e zc      as uring with IORING_OP_SEND_ZC
 *   -e pace    sleeps -i milliseconds, reads what has come, fills the window, and so on
 *   -w window  unanswered submit_sm a connection may have (default 100)
 *   -m octets  short_message length, 1..254 (100)
 *   -b pdus    most PDUs in one write (256)
 *   -i ms      from one write of -e pace to the next (3)
 *   -T         TLS 1.3 through OpenSSL memory BIOs (engines epoll, spin)
 *   -r bytes   SO_SNDBUF/SO_RCVBUF (0 = kernel's)
 *   -o csv     append "engine,tls,conns,window,acked/s,cpu ns/msg,cpu%" to this file
 * The peer is salvo_sink, or any SMSC on 127.0.0.1 that takes system_id "floor".
 * Prints acked per second, CPU per message, and how busy its core was.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RB (64u << 10)
#define NBUF 64u

struct conn {
  int fd;
  uint32_t window, inflight, seq, carry;
  uint32_t slen, soff;  /* bytes of tx to send and sent (plain), or of the BIO (TLS) */
  int sending, zc_wait; /* io_uring: a send is under way; notifications awaited */
  uint64_t acked;
  uint8_t *tx, part[64], *rx;
  SSL* ssl;
  BIO *rb, *wb;
};

static int port = 2775, nconn = 1, msglen = 100, batch = 256, tls, bufsz;
static uint32_t window = 100, pdulen;
static double secs = 3, interval_ms = 3;
static const char* engine = "epoll";
static struct conn* C;
static uint8_t tmpl[512];
static int stopping;
static uint64_t acked, bad, nsend, nrecv, nwait;
static double deadline;
static SSL_CTX* ctx;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
static inline uint32_t be32(const void* p) {
  uint32_t v;
  memcpy(&v, p, 4);
  return __builtin_bswap32(v);
}
static inline void put32(void* p, uint32_t v) {
  v = __builtin_bswap32(v);
  memcpy(p, &v, 4);
}
static void die(const char* s) {
  perror(s);
  exit(1);
}

static uint32_t make_template(uint8_t* o) {
  uint8_t* p = o + 16;
  *p++ = 0; /* service_type */
  *p++ = 5;
  *p++ = 0;
  memcpy(p, "FLOOR", 6);
  p += 6; /* source */
  *p++ = 1;
  *p++ = 1;
  memcpy(p, "491701234567", 13);
  p += 13; /* destination */
  *p++ = 0;
  *p++ = 0;
  *p++ = 0; /* esm_class, protocol_id, priority */
  *p++ = 0;
  *p++ = 0; /* schedule, validity */
  *p++ = 1;
  *p++ = 0;
  *p++ = 0;
  *p++ = 0; /* registered_delivery, replace, dcs, default msg */
  *p++ = (uint8_t)msglen;
  for (int i = 0; i < msglen; i++) *p++ = 'a' + i % 26;
  put32(o, (uint32_t)(p - o));
  put32(o + 4, 4);
  put32(o + 8, 0);
  put32(o + 12, 0);
  return (uint32_t)(p - o);
}

/* Header-only parse of whole PDUs in p[0..n); returns octets used. */
static uint32_t parse(struct conn* c, const uint8_t* p, uint32_t n) {
  uint32_t o = 0, k = 0;
  while (n - o >= 16) {
    uint32_t len = be32(p + o);
    if (len < 16 || len > 4096) {
      fprintf(stderr, "bad length %u\n", len);
      exit(1);
    }
    if (n - o < len) break;
    if (be32(p + o + 4) == 0x80000004u) {
      k++;
      if (be32(p + o + 8)) bad++;
    }
    o += len;
  }
  c->inflight -= k;
  c->acked += k;
  acked += k;
  return o;
}
static void feed(struct conn* c, const uint8_t* p, uint32_t n) {
  while (c->carry && n) { /* finish the PDU cut by the last read */
    uint32_t need = c->carry < 4 ? 4 : be32(c->part);
    if (need > sizeof c->part) {
      fprintf(stderr, "long response\n");
      exit(1);
    }
    uint32_t k = need - c->carry < n ? need - c->carry : n;
    memcpy(c->part + c->carry, p, k);
    c->carry += k;
    p += k;
    n -= k;
    if (c->carry >= 16 && c->carry == be32(c->part)) {
      parse(c, c->part, c->carry);
      c->carry = 0;
    }
  }
  uint32_t u = parse(c, p, n);
  if (n > u) {
    memcpy(c->part, p + u, n - u);
    c->carry = n - u;
  }
}

/* Prepares the next write: as many PDUs as the window allows. */
static uint32_t prepare(struct conn* c) {
  uint32_t can = c->window - c->inflight;
  if (stopping || !can) return 0;
  if (can > (uint32_t)batch) can = batch;
  for (uint32_t i = 0; i < can; i++) put32(c->tx + i * pdulen + 12, (c->seq++ & 0x7fffffff) + 1);
  c->inflight += can;
  return can * pdulen;
}

/* Plain or TLS: pushes what the window allows. 1 = the socket is full. */
static int push(struct conn* c) {
  for (;;) {
    if (c->soff == c->slen) {
      c->soff = 0;
      c->slen = prepare(c);
      if (!c->slen) return 0;
      if (tls) {
        if (SSL_write(c->ssl, c->tx, (int)c->slen) != (int)c->slen) {
          ERR_print_errors_fp(stderr);
          exit(1);
        }
        c->slen = (uint32_t)BIO_ctrl_pending(c->wb);
      }
    }
    char* p = (char*)c->tx;
    if (tls) BIO_get_mem_data(c->wb, &p);
    ssize_t k = send(c->fd, p + c->soff, c->slen - c->soff, MSG_NOSIGNAL);
    if (k < 0) {
      if (errno == EAGAIN) return 1;
      die("send");
    }
    nsend++;
    c->soff += k;
    if (c->soff < c->slen) return 1;
    if (tls) BIO_reset(c->wb);
  }
}
/* 1 = something came. */
static int pull(struct conn* c) {
  ssize_t k = recv(c->fd, c->rx, RB, 0);
  if (k < 0) {
    if (errno == EAGAIN) return 0;
    die("recv");
  }
  if (!k) {
    fprintf(stderr, "peer closed\n");
    exit(1);
  }
  nrecv++;
  if (!tls) {
    feed(c, c->rx, (uint32_t)k);
    return 1;
  }
  BIO_write(c->rb, c->rx, (int)k);
  static uint8_t plain[RB];
  int n;
  while ((n = SSL_read(c->ssl, plain, sizeof plain)) > 0) feed(c, plain, (uint32_t)n);
  return 1;
}

/* Writes a bind_transceiver; returns its octets. */
static int make_bind(uint8_t* b) {
  uint8_t* p = b + 16;
  memcpy(p, "floor\0secret\0\0\x34\0\0", 18);
  p += 18;
  put32(b, (uint32_t)(p - b));
  put32(b + 4, 9);
  put32(b + 8, 0);
  put32(b + 12, 1);
  return (int)(p - b);
}
static void bind_plain(struct conn* c, const uint8_t* b, int len, uint8_t* r, int room) {
  int n = 0, k;
  if (send(c->fd, b, len, 0) != len) die("send");
  while (n < 16 || n < (int)be32(r)) {
    if ((k = (int)recv(c->fd, r + n, room - n, 0)) <= 0) die("recv");
    n += k;
  }
}
static void bind_tls(struct conn* c, const uint8_t* b, int len, uint8_t* r, int room) {
  int done = 0, k;
  c->ssl = SSL_new(ctx);
  c->rb = BIO_new(BIO_s_mem());
  c->wb = BIO_new(BIO_s_mem());
  SSL_set_bio(c->ssl, c->rb, c->wb);
  SSL_set_connect_state(c->ssl);
  for (;;) {
    if (!done) {
      if (SSL_do_handshake(c->ssl) == 1) {
        done = 1;
        SSL_write(c->ssl, b, len);
      }
    } else if (SSL_read(c->ssl, r, room) > 0) {
      return;
    }
    char* q;
    long m = BIO_get_mem_data(c->wb, &q);
    if (m > 0) {
      if (send(c->fd, q, m, 0) != m) die("send");
      BIO_reset(c->wb);
      if (!done) continue;
    }
    if ((k = (int)recv(c->fd, c->rx, RB, 0)) <= 0) die("recv");
    BIO_write(c->rb, c->rx, k);
  }
}
static void open_conn(struct conn* c) {
  struct sockaddr_in a = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  uint8_t b[64], r[256];
  int len = make_bind(b), one = 1;
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bufsz) {
    setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &bufsz, sizeof bufsz);
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &bufsz, sizeof bufsz);
  }
  if (connect(c->fd, (void*)&a, sizeof a)) die("connect");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  c->window = window;
  c->seq = 1;
  c->tx = aligned_alloc(4096, ((size_t)batch * pdulen + 4095) & ~4095ul);
  for (int k = 0; k < batch; k++) memcpy(c->tx + k * pdulen, tmpl, pdulen);
  c->rx = aligned_alloc(4096, RB);
  if (tls)
    bind_tls(c, b, len, r, sizeof r);
  else
    bind_plain(c, b, len, r, sizeof r);
  if (be32(r + 4) != 0x80000009u || be32(r + 8)) {
    fprintf(stderr, "bind refused\n");
    exit(1);
  }
  if (strcmp(engine, "block")) fcntl(c->fd, F_SETFL, O_NONBLOCK);
}
static void open_conns(void) {
  C = calloc(nconn, sizeof *C);
  for (int i = 0; i < nconn; i++) open_conn(&C[i]);
}

static int all_idle(void) {
  for (int i = 0; i < nconn; i++)
    if (C[i].inflight) return 0;
  return 1;
}
/* Looks at the clock once every 64 turns. */
static int tick(void) {
  static unsigned t;
  if (!stopping && !(++t & 63) && now() >= deadline) stopping = 1;
  return stopping && all_idle();
}

static void loop_ready(int spin) {
  int ep = epoll_create1(0);
  uint8_t* want = calloc(nconn, 1);
  for (int i = 0; i < nconn; i++) {
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(ep, EPOLL_CTL_ADD, C[i].fd, &e);
  }
  struct epoll_event ev[256];
  for (int i = 0; i < nconn; i++) {
    int f = push(&C[i]);
    if (f) {
      struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.u32 = i};
      want[i] = 1;
      epoll_ctl(ep, EPOLL_CTL_MOD, C[i].fd, &e);
    }
  }
  while (!tick()) {
    if (spin) {
      for (int i = 0; i < nconn; i++) {
        pull(&C[i]);
        push(&C[i]);
      }
      continue;
    }
    int n = epoll_wait(ep, ev, 256, 100);
    nwait++;
    for (int j = 0; j < n; j++) {
      int i = ev[j].data.u32;
      if (ev[j].events & EPOLLIN) pull(&C[i]);
      int f = push(&C[i]);
      if (f != want[i]) {
        struct epoll_event e = {.events = EPOLLIN | (f ? EPOLLOUT : 0), .data.u32 = i};
        want[i] = f;
        epoll_ctl(ep, EPOLL_CTL_MOD, C[i].fd, &e);
      }
    }
  }
}
/* A timer's slack would only be added to every sleep. */
static void loop_pace(void) {
  const long step = (long)(interval_ms * 1e6);
  struct timespec at;
  prctl(PR_SET_TIMERSLACK, 1);
  clock_gettime(CLOCK_MONOTONIC, &at);
  while (!(stopping && all_idle())) {
    at.tv_sec += (at.tv_nsec + step) / 1000000000;
    at.tv_nsec = (at.tv_nsec + step) % 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    nwait++;
    stopping = now() >= deadline;
    for (int i = 0; i < nconn; i++) {
      pull(&C[i]);
      push(&C[i]);
    }
  }
}
static void loop_block(
    void) /* window must fit the socket buffers, or send and peer's send lock each other */
{
  struct conn* c = &C[0];
  while (!tick()) {
    uint32_t n = prepare(c), o = 0;
    while (o < n) {
      ssize_t k = send(c->fd, c->tx + o, n - o, 0);
      if (k <= 0) die("send");
      nsend++;
      o += k;
    }
    if (c->inflight) pull(c);
  }
}

#include "floor_uring.h"

static double cpu_s(const struct timeval* from, const struct timeval* to) {
  return to->tv_sec - from->tv_sec + (to->tv_usec - from->tv_usec) * 1e-6;
}

static void report(double t, const struct rusage* a, const struct rusage* b, const char* csv) {
  double us = cpu_s(&a->ru_utime, &b->ru_utime), sy = cpu_s(&a->ru_stime, &b->ru_stime);
  printf(
      "FLOOR engine=%s%s conns=%d window=%u pdu=%u acked=%llu bad=%llu wall=%.3f rate=%.0f "
      "user_ns=%.0f sys_ns=%.0f cpu_ns=%.0f cpu%%=%.2f "
      "pdus/send=%.1f resp/recv=%.1f waits=%llu rss=%ldMB%s\n",
      engine, tls ? "+tls" : "", nconn, window, pdulen, (unsigned long long)acked,
      (unsigned long long)bad, t, acked / t, us * 1e9 / acked, sy * 1e9 / acked,
      (us + sy) * 1e9 / acked, 100 * (us + sy) / t, (double)acked / (nsend ? nsend : 1),
      (double)acked / (nrecv ? nrecv : 1), (unsigned long long)nwait, b->ru_maxrss / 1024,
      tls ? SSL_get_cipher(C[0].ssl) : "");
  FILE* f = csv ? fopen(csv, "a") : NULL;
  if (!f) return;
  fprintf(f, "%s,%d,%d,%u,%.0f,%.0f,%.0f\n", engine, tls, nconn, window, acked / t,
          (us + sy) * 1e9 / acked, 100 * (us + sy) / t);
  fclose(f);
}

/* 0 = no engine of that name. */
static int run_engine(void) {
  if (!strcmp(engine, "epoll"))
    loop_ready(0);
  else if (!strcmp(engine, "spin"))
    loop_ready(1);
  else if (!strcmp(engine, "pace"))
    loop_pace();
  else if (!strcmp(engine, "block"))
    loop_block();
  else if (!strcmp(engine, "uring"))
    loop_uring(0);
  else if (!strcmp(engine, "zc"))
    loop_uring(1);
  else
    return 0;
  return 1;
}

int main(int argc, char** argv) {
  int o;
  const char* csv = NULL;
  while ((o = getopt(argc, argv, "p:e:c:w:s:m:b:i:Tr:o:")) != -1) switch (o) {
      case 'p':
        port = atoi(optarg);
        break;
      case 'e':
        engine = optarg;
        break;
      case 'c':
        nconn = atoi(optarg);
        break;
      case 'w':
        window = atoi(optarg);
        break;
      case 's':
        secs = atof(optarg);
        break;
      case 'm':
        msglen = atoi(optarg);
        break;
      case 'b':
        batch = atoi(optarg);
        break;
      case 'i':
        interval_ms = atof(optarg);
        break;
      case 'T':
        tls = 1;
        break;
      case 'r':
        bufsz = atoi(optarg);
        break;
      case 'o':
        csv = optarg;
        break;
      default:
        fprintf(stderr, "see the head of bench/floor.c\n");
        return 2;
    }
  if (msglen < 1 || msglen > 254 || batch < 1 || nconn < 1 || window < 1 || interval_ms <= 0)
    return 2;
  pdulen = make_template(tmpl);
  if (tls) {
    ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
  }
  open_conns();
  struct rusage a, b;
  double t0 = now();
  deadline = t0 + secs;
  getrusage(RUSAGE_SELF, &a);
  if (!run_engine()) return 2;
  double t = now() - t0;
  getrusage(RUSAGE_SELF, &b);
  report(t, &a, &b, csv);
  for (int i = 0; i < nconn; i++) {
    shutdown(C[i].fd, SHUT_RDWR);
    close(C[i].fd);
  }
  return 0;
}

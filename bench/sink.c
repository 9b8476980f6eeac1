/* salvo_sink - a neutral SMSC sink for measuring SMPP clients (ESMEs).
 *
 * One thread, epoll, level triggered. Parses only the 16-octet header of each PDU and answers
 * bind_*, submit_sm, data_sm, enquire_link and unbind; responses of one read batch leave in one
 * write. deliver_sm_resp and generic_nack are counted and dropped; anything else gets
 * generic_nack ESME_RINVCMDID. Handles partial reads and writes, back-pressure (stops reading a
 * connection whose answers do not drain) and any number of connections. Optional TLS 1.2/1.3.
 *
 * The rate it prints is its own: submits between the first and the last submit_sm of a "run",
 * where a run is the time from the first connection to the moment no connection is left.
 * "sec_med"/"sec_max" are the median and maximum of the whole one-second bins of that run, which
 * leaves out a client's warm-up. "cpu%" is the sink's own user+sys over the run.
 *
 * Built with the benchmarks as salvo_sink.
 * Use:    taskset -c 1 salvo_sink [-p port] [-i idlen] [-d dlr_every] [-c cert.pem -k key.pem]
 *                                 [-K] [-v] [-s] [-r bytes]
 *   -p port      listen on 127.0.0.1:port (2775)
 *   -i idlen     octets of message_id, 8..10 (8)
 *   -d N         send one deliver_sm receipt for every Nth submit_sm (0 = none)
 *   -c -k        certificate and key, PEM: turns TLS on
 *   -K           TLS with kernel TLS where the kernel has it
 *   -v           one line a second on stderr
 *   -s           ask for events instead of waiting for them: takes its core whole, and its client
 *                never has to wake it, as it need not wake an SMSC on another machine
 *   -r bytes     SO_RCVBUF/SO_SNDBUF (0 = leave to the kernel)
 * SIGUSR1 prints "MARK t= submits= cpu= live=" at once: two marks give rate and CPU of any stretch.
 * Stops on SIGINT/SIGTERM and prints totals. One "RUN ..." line on stdout for each run.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  BIND_RX = 1,
  BIND_TX = 2,
  SUBMIT_SM = 4,
  DELIVER_SM = 5,
  UNBIND = 6,
  BIND_TRX = 9,
  ENQUIRE_LINK = 0x15,
  DATA_SM = 0x103
};
#define RESP 0x80000000u
#define GENERIC_NACK 0x80000000u
#define RBUF (512u << 10)
#define WBUF (512u << 10)
#define WHIGH (WBUF - 1024) /* no more parsing above this */
#define MAXPDU 65536u
#define MAXSEC 3600

typedef unsigned long long u64;

struct conn {
  int fd, want_out, hs_done;
  SSL* ssl;
  uint32_t rlen, roff, wlen, woff; /* [roff,rlen) unparsed, [woff,wlen) unsent */
  u64 submits;
  uint8_t *r, *w;
};

static struct {
  u64 conns, binds, submits, data, enq, unbind, dlr_sent, dlr_resp, other, in, out, reads, writes,
      badlen;
} tot, run;
static uint32_t secs[MAXSEC];
static int nlive, epfd, idlen = 8, verbose;
static unsigned dlr_every;
static double t_first, t_last;
static struct rusage ru_first, ru_last;
static volatile sig_atomic_t stop, mark;
static u64 msgid;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
static void on_sig(int s) {
  if (s == SIGUSR1)
    mark = 1;
  else
    stop = 1;
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
static double cpu(const struct rusage* r) {
  return r->ru_utime.tv_sec + r->ru_stime.tv_sec +
         (r->ru_utime.tv_usec + r->ru_stime.tv_usec) * 1e-6;
}
static int cmp32(const void* a, const void* b) {
  uint32_t x = *(const uint32_t*)a, y = *(const uint32_t*)b;
  return x < y ? -1 : x > y;
}

static void put_id(uint8_t* p, u64 id) {
  static const char hx[] = "0123456789abcdef";
  for (int i = idlen - 1; i >= 0; i--, id >>= 4) p[i] = hx[id & 15];
  p[idlen] = 0;
}

static void run_end(void) {
  if (run.submits || run.data) {
    double w = t_last - t_first, c = cpu(&ru_last) - cpu(&ru_first);
    int full = (int)w; /* bins 0..full-1 are whole seconds */
    if (full > MAXSEC) full = MAXSEC;
    uint32_t med = 0, max = 0;
    if (full > 0) {
      uint32_t* s = malloc(full * sizeof *s);
      memcpy(s, secs, full * sizeof *s);
      qsort(s, full, sizeof *s, cmp32);
      med = s[full / 2];
      max = s[full - 1];
      free(s);
    }
    printf(
        "RUN conns=%llu binds=%llu submits=%llu wall=%.3f rate=%.0f sec_med=%u sec_max=%u "
        "in=%.1fMB out=%.1fMB "
        "reads=%llu writes=%llu submits/read=%.1f sink_cpu=%.3fs cpu%%=%.0f ns/submit=%.0f "
        "dlr=%llu/%llu\n",
        run.conns, run.binds, run.submits, w, w > 0 ? (run.submits + run.data - 1) / w : 0, med,
        max, run.in / 1e6, run.out / 1e6, run.reads, run.writes,
        (double)run.submits / (run.reads ? run.reads : 1), c, w > 0 ? 100 * c / w : 0,
        1e9 * c / (run.submits + run.data), run.dlr_sent, run.dlr_resp);
    fflush(stdout);
  }
  for (size_t i = 0; i < sizeof run / sizeof(u64); i++) ((u64*)&tot)[i] += ((u64*)&run)[i];
  memset(&run, 0, sizeof run);
  memset(secs, 0, sizeof secs);
  t_first = t_last = 0;
}

static void conn_close(struct conn* c) {
  if (c->ssl) SSL_free(c->ssl);
  close(c->fd);
  free(c->r);
  free(c->w);
  free(c);
  if (--nlive == 0) run_end();
}

/* Raw or TLS read/write. >0 octets; 0 = would block; -1 = gone. */
static ssize_t io_read(struct conn* c, void* p, size_t n) {
  if (!c->ssl) {
    ssize_t k = recv(c->fd, p, n, 0);
    return k > 0 ? k : (k < 0 && (errno == EAGAIN || errno == EINTR)) ? 0 : -1;
  }
  int k = SSL_read(c->ssl, p, (int)n);
  if (k > 0) return k;
  int e = SSL_get_error(c->ssl, k);
  return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ? 0 : -1;
}
static ssize_t io_write(struct conn* c, const void* p, size_t n) {
  if (!c->ssl) {
    ssize_t k = send(c->fd, p, n, MSG_NOSIGNAL);
    return k > 0 ? k : (k < 0 && (errno == EAGAIN || errno == EINTR)) ? 0 : -1;
  }
  int k = SSL_write(c->ssl, p, (int)n);
  if (k > 0) return k;
  int e = SSL_get_error(c->ssl, k);
  return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

/* Writes the answer to one PDU; returns its octets, 0 for none. */
static uint32_t answer(struct conn* c, uint32_t cmd, const uint8_t* seq, uint8_t* o) {
  uint32_t olen = 16;
  put32(o + 4, cmd | RESP);
  put32(o + 8, 0);
  memcpy(o + 12, seq, 4);
  switch (cmd) {
    case SUBMIT_SM:
    case DATA_SM:
      if (cmd == SUBMIT_SM)
        run.submits++;
      else
        run.data++;
      c->submits++;
      put_id(o + 16, ++msgid);
      olen = 16 + idlen + 1;
      break;
    case BIND_RX:
    case BIND_TX:
    case BIND_TRX:
      run.binds++;
      memcpy(o + 16, "sink", 5);
      olen = 21;
      break;
    case ENQUIRE_LINK:
      run.enq++;
      break;
    case UNBIND:
      run.unbind++;
      break;
    case DELIVER_SM | RESP:
      run.dlr_resp++;
      return 0;
    case ENQUIRE_LINK | RESP:
    case GENERIC_NACK:
      run.other++;
      return 0;
    default:
      run.other++;
      put32(o + 4, GENERIC_NACK);
      put32(o + 8, 3);
  }
  put32(o, olen);
  return olen;
}

/* Writes a delivery receipt for the last message; returns its octets. */
static uint32_t receipt(uint8_t* d) {
  static const char type_to_from[] =
      "\0" /* service_type */
      "\1\1"
      "491700000000\0" /* source */
      "\1\1"
      "1234\0"      /* destination */
      "\4\0\0"      /* esm_class = receipt, pid, prio */
      "\0\0\0\0\0"; /* times, registered_delivery to default message */
  char id[16], txt[128];
  put_id((uint8_t*)id, msgid);
  int n = snprintf(txt, sizeof txt,
                   "id:%s sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 "
                   "stat:DELIVRD err:000 text:",
                   id);
  uint8_t* b = d + 16;
  put32(d + 4, DELIVER_SM);
  put32(d + 8, 0);
  put32(d + 12, (uint32_t)(++run.dlr_sent & 0x7fffffff));
  memcpy(b, type_to_from, sizeof type_to_from);
  b += sizeof type_to_from;
  *b++ = (uint8_t)n;
  memcpy(b, txt, n);
  b += n;
  put32(d, (uint32_t)(b - d));
  return (uint32_t)(b - d);
}

/* Answers every whole PDU in the read buffer. -1 = close. */
static int parse(struct conn* c) {
  while (c->rlen - c->roff >= 16 && c->wlen < WHIGH) {
    const uint8_t* p = c->r + c->roff;
    uint32_t len = be32(p), cmd = be32(p + 4);
    if (len < 16 || len > MAXPDU) {
      run.badlen++;
      return -1;
    }
    if (c->rlen - c->roff < len) break;
    c->wlen += answer(c, cmd, p + 12, c->w + c->wlen);
    if (dlr_every && cmd == SUBMIT_SM && c->submits % dlr_every == 0)
      c->wlen += receipt(c->w + c->wlen);
    c->roff += len;
  }
  if (c->roff == c->rlen)
    c->roff = c->rlen = 0;
  else if (c->roff > RBUF / 2 || c->rlen == RBUF) {
    memmove(c->r, c->r + c->roff, c->rlen - c->roff);
    c->rlen -= c->roff;
    c->roff = 0;
  }
  return 0;
}

static int flush_out(struct conn* c) {
  while (c->woff < c->wlen) {
    ssize_t k = io_write(c, c->w + c->woff, c->wlen - c->woff);
    if (k < 0) return -1;
    if (k == 0) break;
    run.writes++;
    run.out += k;
    c->woff += k;
  }
  if (c->woff == c->wlen) c->woff = c->wlen = 0;
  int want = c->wlen > 0;
  if (want != c->want_out) {
    struct epoll_event e = {.events = EPOLLIN | (want ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(epfd, EPOLL_CTL_MOD, c->fd, &e);
    c->want_out = want;
  }
  return 0;
}

static int serve(struct conn* c) {
  if (c->ssl && !c->hs_done) {
    int k = SSL_accept(c->ssl);
    if (k <= 0) {
      int e = SSL_get_error(c->ssl, k);
      return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
    c->hs_done = 1;
    if (verbose)
      fprintf(stderr, "tls %s %s ktls_tx=%d ktls_rx=%d\n", SSL_get_version(c->ssl),
              SSL_get_cipher(c->ssl), (int)BIO_get_ktls_send(SSL_get_wbio(c->ssl)),
              (int)BIO_get_ktls_recv(SSL_get_rbio(c->ssl)));
  }
  if (c->wlen && flush_out(c) < 0) return -1;
  if (c->wlen >= WHIGH) return 0;
  u64 before = run.submits + run.data;
  int gone = 0;
  while (c->rlen <
         RBUF) { /* a socket is read once; TLS until the buffer or the record layer is dry */
    ssize_t k = io_read(c, c->r + c->rlen, RBUF - c->rlen);
    if (k < 0) {
      gone = 1;
      break;
    }
    if (k == 0) break;
    run.reads++;
    run.in += k;
    c->rlen += k;
    if (!c->ssl || c->rlen == RBUF) break;
    if (!SSL_has_pending(c->ssl)) break;
  }
  if (parse(c) < 0) return -1;
  u64 got = run.submits + run.data - before;
  if (got) {
    double t = now();
    if (t_first == 0) {
      t_first = t;
      getrusage(RUSAGE_SELF, &ru_first);
    }
    int s = (int)(t - t_first);
    if (s < MAXSEC) secs[s] += (uint32_t)got;
    t_last = t;
    if ((run.submits & 0xffff) < got || !c->rlen) getrusage(RUSAGE_SELF, &ru_last);
  }
  if (flush_out(c) < 0) return -1;
  if (gone) return -1;
  return 0;
}

static SSL_CTX* make_tls(const char* cert, const char* key, int ktls) {
  SSL_CTX* ctx = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(ctx, 1);
  SSL_CTX_set_default_read_buffer_len(ctx, 256 << 10);
  if (ktls) {
    SSL_CTX_set_options(ctx, SSL_OP_ENABLE_KTLS);
    SSL_CTX_set_read_ahead(ctx, 0);
  }
  if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1 ||
      SSL_CTX_use_PrivateKey_file(ctx, key ? key : cert, SSL_FILETYPE_PEM) != 1) {
    ERR_print_errors_fp(stderr);
    exit(1);
  }
  return ctx;
}
static int listen_on(int port) {
  int ls = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in a = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(ls, (void*)&a, sizeof a) || listen(ls, 512)) {
    perror("bind/listen");
    exit(1);
  }
  struct epoll_event ev = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epfd, EPOLL_CTL_ADD, ls, &ev);
  return ls;
}
static void accept_all(int ls, SSL_CTX* ctx, int bufsz) {
  int fd, one = 1;
  while ((fd = accept4(ls, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bufsz) {
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bufsz, sizeof bufsz);
      setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bufsz, sizeof bufsz);
    }
    struct conn* c = calloc(1, sizeof *c);
    c->fd = fd;
    c->r = malloc(RBUF);
    c->w = malloc(WBUF);
    if (ctx) {
      c->ssl = SSL_new(ctx);
      SSL_set_fd(c->ssl, fd);
    }
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev);
    nlive++;
    run.conns++;
  }
}
static void on_event(struct conn* c) {
  if (serve(c) < 0) {
    conn_close(c);
    return;
  }
  /* PDUs can be left whole in the buffer after back-pressure: go on once room is there. */
  while (c->rlen - c->roff >= 16 && c->wlen == 0 && c->rlen - c->roff >= be32(c->r + c->roff))
    if (parse(c) < 0 || flush_out(c) < 0) {
      conn_close(c);
      return;
    }
}
static void show_mark(void) {
  struct rusage r;
  mark = 0;
  getrusage(RUSAGE_SELF, &r);
  printf("MARK t=%.6f submits=%llu cpu=%.6f live=%d\n", now(), (tot.submits + run.submits), cpu(&r),
         nlive);
  fflush(stdout);
}
static void show_progress(void) {
  static u64 shown;
  static double t_show;
  double t = now();
  u64 s = tot.submits + run.submits;
  if (t - t_show < 1) return;
  if (t_show > 0)
    fprintf(stderr, "%.1fs: %.0f submit/s live=%d\n", t, (s - shown) / (t - t_show), nlive);
  shown = s;
  t_show = t;
}
static void show_totals(void) {
  printf(
      "TOTAL conns=%llu binds=%llu submits=%llu data=%llu enquire=%llu unbind=%llu dlr=%llu/%llu "
      "other=%llu badlen=%llu in=%llu out=%llu\n",
      tot.conns, tot.binds, tot.submits, tot.data, tot.enq, tot.unbind, tot.dlr_sent, tot.dlr_resp,
      tot.other, tot.badlen, tot.in, tot.out);
}

int main(int argc, char** argv) {
  int port = 2775, o, ktls = 0, spin = 0, bufsz = 0;
  const char *cert = NULL, *key = NULL;
  while ((o = getopt(argc, argv, "p:i:d:c:k:Kvsr:")) != -1) switch (o) {
      case 'p':
        port = atoi(optarg);
        break;
      case 'i':
        idlen = atoi(optarg);
        break;
      case 'd':
        dlr_every = atoi(optarg);
        break;
      case 'c':
        cert = optarg;
        break;
      case 'k':
        key = optarg;
        break;
      case 'K':
        ktls = 1;
        break;
      case 'v':
        verbose = 1;
        break;
      case 's':
        spin = 1;
        break;
      case 'r':
        bufsz = atoi(optarg);
        break;
      default:
        fprintf(stderr, "see the head of bench/sink.c\n");
        return 2;
    }
  if (idlen < 8 || idlen > 10) idlen = 8;
  SSL_CTX* ctx = cert ? make_tls(cert, key, ktls) : NULL;
  struct sigaction sa = {.sa_handler = on_sig};
  sigaction(SIGINT, &sa, NULL);
  sigaction(SIGTERM, &sa, NULL);
  sigaction(SIGUSR1, &sa, NULL);
  signal(SIGPIPE, SIG_IGN);
  epfd = epoll_create1(EPOLL_CLOEXEC);
  int ls = listen_on(port);
  printf("listening on 127.0.0.1:%d\n", port);
  fflush(stdout);
  struct epoll_event evs[256];
  int patience_ms = spin ? 0 : verbose ? 1000 : -1;
  while (!stop) {
    int n = epoll_wait(epfd, evs, 256, patience_ms);
    for (int i = 0; i < n; i++) {
      if (evs[i].data.ptr)
        on_event(evs[i].data.ptr);
      else
        accept_all(ls, ctx, bufsz);
    }
    if (mark) show_mark();
    if (verbose) show_progress();
  }
  run_end();
  show_totals();
  return 0;
}

/* The io_uring engines of floor.c, which includes this once. */
#pragma once

#include <liburing.h>

enum { OP_RECV = 1, OP_SEND = 2 };

static struct io_uring ring;
static struct io_uring_buf_ring* buf_ring;
static uint8_t* pool;
static int zero_copy;

static void ring_die(int e, const char* s) {
  errno = -e;
  die(s);
}
static void ring_open(void) {
  struct io_uring_params pr = {
      .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
      .cq_entries = 8192};
  int e = io_uring_queue_init_params(1024, &ring, &pr);
  if (e) ring_die(e, "io_uring");
  io_uring_register_ring_fd(&ring);
  if (posix_memalign((void**)&buf_ring, 4096, NBUF * sizeof(struct io_uring_buf))) die("memalign");
  memset(buf_ring, 0, NBUF * sizeof(struct io_uring_buf));
  struct io_uring_buf_reg reg = {.ring_addr = (uintptr_t)buf_ring, .ring_entries = NBUF, .bgid = 0};
  if ((e = io_uring_register_buf_ring(&ring, &reg, 0))) ring_die(e, "buf_ring");
  io_uring_buf_ring_init(buf_ring);
  pool = aligned_alloc(4096, NBUF * RB);
  for (unsigned i = 0; i < NBUF; i++)
    io_uring_buf_ring_add(buf_ring, pool + i * RB, RB, i, NBUF - 1, i);
  io_uring_buf_ring_advance(buf_ring, NBUF);
  int* fds = malloc(nconn * sizeof *fds);
  for (int i = 0; i < nconn; i++) fds[i] = C[i].fd;
  io_uring_register_files(&ring, fds, nconn);
  free(fds);
}
static struct io_uring_sqe* ring_sqe(void) {
  struct io_uring_sqe* s = io_uring_get_sqe(&ring);
  if (!s) {
    io_uring_submit(&ring);
    s = io_uring_get_sqe(&ring);
  }
  return s;
}
static void ring_recv(int i) {
  struct io_uring_sqe* s = ring_sqe();
  io_uring_prep_recv_multishot(s, i, NULL, 0, 0);
  s->buf_group = 0;
  s->flags |= IOSQE_BUFFER_SELECT | IOSQE_FIXED_FILE;
  s->user_data = (uint64_t)OP_RECV << 32 | (unsigned)i;
}
static void ring_send(int i) {
  struct conn* c = &C[i];
  struct io_uring_sqe* s = ring_sqe();
  if (zero_copy)
    io_uring_prep_send_zc(s, i, c->tx + c->soff, c->slen - c->soff, MSG_WAITALL, 0);
  else
    io_uring_prep_send(s, i, c->tx + c->soff, c->slen - c->soff, MSG_WAITALL);
  s->flags |= IOSQE_FIXED_FILE;
  s->user_data = (uint64_t)OP_SEND << 32 | (unsigned)i;
  c->sending = 1;
  nsend++;
}
/* 1 = a receive buffer was used and given back. */
static int ring_received(int i, const struct io_uring_cqe* cqe, unsigned back) {
  int used = 0;
  if (cqe->res > 0) {
    unsigned b = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
    nrecv++;
    feed(&C[i], pool + b * RB, (uint32_t)cqe->res);
    io_uring_buf_ring_add(buf_ring, pool + b * RB, RB, b, NBUF - 1, back);
    used = 1;
  } else if (cqe->res != -ENOBUFS) {
    fprintf(stderr, "recv %d\n", cqe->res);
    exit(1);
  }
  if (!(cqe->flags & IORING_CQE_F_MORE)) ring_recv(i);
  return used;
}
static void ring_sent(struct conn* c, const struct io_uring_cqe* cqe) {
  if (cqe->flags & IORING_CQE_F_NOTIF) {
    c->zc_wait--;
    return;
  }
  if (cqe->res < 0) {
    fprintf(stderr, "send %d\n", cqe->res);
    exit(1);
  }
  if (cqe->flags & IORING_CQE_F_MORE) c->zc_wait++;
  c->soff += cqe->res;
  c->sending = 0;
}
static void loop_uring(int zc) {
  zero_copy = zc;
  ring_open();
  for (int i = 0; i < nconn; i++) {
    ring_recv(i);
    C[i].slen = prepare(&C[i]);
    if (C[i].slen) ring_send(i);
  }
  while (!tick()) {
    struct __kernel_timespec ts = {.tv_nsec = 100000000};
    struct io_uring_cqe* cqe;
    io_uring_submit_and_wait_timeout(&ring, &cqe, 1, &ts, NULL);
    nwait++;
    unsigned head, n = 0, back = 0;
    io_uring_for_each_cqe(&ring, head, cqe) {
      n++;
      int i = (int)(cqe->user_data & 0xffffffff), op = (int)(cqe->user_data >> 32);
      struct conn* c = &C[i];
      if (op == OP_RECV)
        back += ring_received(i, cqe, back);
      else
        ring_sent(c, cqe);
      if (c->sending || c->zc_wait) continue;
      if (c->soff == c->slen) {
        c->soff = 0;
        c->slen = prepare(c);
      }
      if (c->slen) ring_send(i);
    }
    io_uring_buf_ring_advance(buf_ring, back);
    io_uring_cq_advance(&ring, n);
  }
}

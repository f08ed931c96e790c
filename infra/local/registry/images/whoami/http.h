/* One connection of the server: its requests read, its answers written. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { HEAD_BYTES = 16384, HEADERS = 100 };

struct header {
  char *name, *value;
};

struct request {
  char *method, *target, *version;
  struct header headers[HEADERS];
  int count;
  bool keep_alive;
  char body[32]; /* the beginning of the body; the rest is read and dropped */
};

struct connection {
  int socket;
  char remote[64];
  char in[HEAD_BYTES + 1]; /* what has arrived and is not used yet */
  size_t filled, used;
};

/* Read the next request with its body. False when the peer is gone or speaks no HTTP. */
bool read_request(struct connection *c, struct request *r);

/* Read up to `size` bytes that belong to this connection; 0 or less at its end. */
long take(struct connection *c, char *to, size_t size);

bool send_all(int socket, const char *data, size_t size);

/* Write a status line and headers for a body of `length` bytes; `more` are further headers. */
bool send_head(struct connection *c, struct request *r, int status, size_t length, const char *more);

const char *header_of(const struct request *r, const char *name);

/* Copy one parameter of the target's query; false when it has none of that name. */
bool parameter(const struct request *r, const char *name, char *to, size_t size);

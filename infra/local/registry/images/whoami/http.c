#define _GNU_SOURCE
#include "http.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long receive(int socket, char *to, size_t size) {
  long got;
  do
    got = recv(socket, to, size, 0);
  while (got < 0 && errno == EINTR);
  return got;
}

long take(struct connection *c, char *to, size_t size) {
  size_t kept = c->filled - c->used;
  if (kept == 0)
    return receive(c->socket, to, size);
  if (kept > size)
    kept = size;
  memcpy(to, c->in + c->used, kept);
  c->used += kept;
  return (long)kept;
}

bool send_all(int socket, const char *data, size_t size) {
  while (size > 0) {
    long sent = send(socket, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return false;
    data += sent;
    size -= (size_t)sent;
  }
  return true;
}

const char *header_of(const struct request *r, const char *name) {
  for (int i = 0; i < r->count; i++)
    if (strcasecmp(r->headers[i].name, name) == 0)
      return r->headers[i].value;
  return NULL;
}

bool parameter(const struct request *r, const char *name, char *to, size_t size) {
  size_t length = strlen(name);
  const char *at = strchr(r->target, '?');
  while (at != NULL) {
    at++;
    if (strncmp(at, name, length) == 0 && at[length] == '=') {
      at += length + 1;
      snprintf(to, size, "%.*s", (int)strcspn(at, "&"), at);
      return true;
    }
    at = strchr(at, '&');
  }
  return false;
}

static const char *reason(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 400:
    return "Bad Request";
  case 404:
    return "Not Found";
  case 500:
    return "Internal Server Error";
  case 503:
    return "Service Unavailable";
  default:
    return "Status";
  }
}

bool send_head(struct connection *c, struct request *r, int status, size_t length,
               const char *more) {
  char head[1024], date[64];
  time_t now = time(NULL);
  struct tm utc;
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &utc));
  int size = snprintf(head, sizeof head,
                      "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Length: %zu\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\n%sConnection: %s\r\n\r\n",
                      status, reason(status), date, length, more,
                      r->keep_alive ? "keep-alive" : "close");
  return send_all(c->socket, head, (size_t)size);
}

/* The names as other servers of this kind show them: X-forwarded-FOR is X-Forwarded-For. */
static void canonical(char *name) {
  bool first = true;
  for (; *name; name++) {
    *name = (char)(first ? toupper(*name) : tolower(*name));
    first = *name == '-';
  }
}

static bool parse(char *head, struct request *r) {
  char *line_end, *rest = NULL;
  r->method = strtok_r(head, " ", &rest);
  r->target = strtok_r(NULL, " ", &rest);
  r->version = strtok_r(NULL, "\r", &rest);
  if (!r->version || !rest || strncmp(r->version, "HTTP/1.", 7) != 0 || *rest != '\n')
    return false;
  for (char *line = rest + 1; *line != '\r' && *line != '\0'; line = line_end + 2) {
    char *colon = strchr(line, ':');
    line_end = strstr(line, "\r\n");
    if (!line_end || !colon || colon > line_end || r->count == HEADERS)
      return false;
    *line_end = *colon = '\0';
    canonical(line);
    r->headers[r->count].name = line;
    r->headers[r->count++].value = colon + 1 + strspn(colon + 1, " \t");
  }
  return true;
}

/* Find the head of the next request in what arrives; it is moved to the buffer's beginning. */
static char *await_head(struct connection *c, char *head) {
  for (;;) {
    c->in[c->filled] = '\0';
    char *end = strstr(c->in + c->used, "\r\n\r\n");
    if (end != NULL) {
      size_t size = (size_t)(end + 4 - (c->in + c->used));
      memcpy(head, c->in + c->used, size);
      head[size] = '\0';
      c->used += size;
      return head;
    }
    memmove(c->in, c->in + c->used, c->filled - c->used);
    c->filled -= c->used;
    c->used = 0;
    if (c->filled == HEAD_BYTES)
      return NULL;
    long got = receive(c->socket, c->in + c->filled, HEAD_BYTES - c->filled);
    if (got <= 0)
      return NULL;
    c->filled += (size_t)got;
  }
}

static bool drop(struct connection *c, unsigned long long size, char *kept, size_t room) {
  char chunk[8192];
  while (size > 0) {
    long got = take(c, chunk, size < sizeof chunk ? size : sizeof chunk);
    if (got <= 0)
      return false;
    size_t copied = strlen(kept);
    for (long i = 0; i < got && copied + 1 < room; i++)
      kept[copied++] = chunk[i];
    size -= (unsigned long long)got;
  }
  return true;
}

static bool read_line(struct connection *c, char *line, size_t room) {
  size_t size = 0;
  while (size + 1 < room && take(c, line + size, 1) == 1)
    if (line[size++] == '\n') {
      line[size] = '\0';
      return true;
    }
  return false;
}

static bool drop_chunks(struct connection *c, struct request *r) {
  char line[1024], nothing[1] = "";
  for (;;) {
    if (!read_line(c, line, sizeof line))
      return false;
    unsigned long long size = strtoull(line, NULL, 16);
    if (size == 0)
      break;
    if (!drop(c, size, r->body, sizeof r->body) || !drop(c, 2, nothing, 1))
      return false;
  }
  while (read_line(c, line, sizeof line)) /* trailers, then an empty line */
    if (line[0] == '\r' || line[0] == '\n')
      return true;
  return false;
}

static bool read_body(struct connection *c, struct request *r) {
  const char *length = header_of(r, "Content-Length");
  const char *coding = header_of(r, "Transfer-Encoding");
  const char *expect = header_of(r, "Expect");
  if (expect && strcasecmp(expect, "100-continue") == 0 &&
      !send_all(c->socket, "HTTP/1.1 100 Continue\r\n\r\n", 25))
    return false;
  if (coding != NULL)
    return drop_chunks(c, r);
  return length == NULL || drop(c, strtoull(length, NULL, 10), r->body, sizeof r->body);
}

bool read_request(struct connection *c, struct request *r) {
  /* What a header's pointers lead to lives as long as the thread's next request. */
  static _Thread_local char head[HEAD_BYTES + 1];
  memset(r, 0, sizeof *r);
  if (await_head(c, head) == NULL)
    return false;
  if (!parse(head, r)) {
    send_head(c, r, 400, 0, "");
    return false;
  }
  const char *wish = header_of(r, "Connection");
  r->keep_alive = strcmp(r->version, "HTTP/1.0") == 0 ? wish && strcasestr(wish, "keep-alive")
                                                      : !wish || !strcasestr(wish, "close");
  return read_body(c, r);
}

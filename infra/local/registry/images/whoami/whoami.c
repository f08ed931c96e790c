/* Answers every request with the host's name and addresses and with the request as it came.

   /health answers 200 (or the status that was last posted to it), /bench one byte,
   /data?size=1&unit=MB that much, /echo is a WebSocket; ?wait=2s answers later. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "websocket.h"

extern char **environ;
static const char *own_name;
static atomic_int health_status = 200;

static bool answer(struct connection *c, struct request *r, int status, const char *text,
                   size_t size) {
  return send_head(c, r, status, size, "") &&
         (strcmp(r->method, "HEAD") == 0 || send_all(c->socket, text, size));
}

static void print_addresses(FILE *out) {
  struct ifaddrs *all = NULL;
  char text[INET6_ADDRSTRLEN];
  if (getifaddrs(&all) != 0)
    return;
  for (struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
    if (one->ifa_addr == NULL)
      continue;
    int family = one->ifa_addr->sa_family;
    const void *address = family == AF_INET
                              ? (const void *)&((struct sockaddr_in *)one->ifa_addr)->sin_addr
                              : &((struct sockaddr_in6 *)one->ifa_addr)->sin6_addr;
    if (family == AF_INET || family == AF_INET6)
      fprintf(out, "IP: %s\n", inet_ntop(family, address, text, sizeof text));
  }
  freeifaddrs(all);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct header *)a)->name, ((const struct header *)b)->name);
}

static void print_request(FILE *out, struct request *r) {
  const char *host = header_of(r, "Host"), *agent = header_of(r, "User-Agent");
  fprintf(out, "%s %s %s\r\nHost: %s\r\n", r->method, r->target, r->version, host ? host : "");
  if (agent)
    fprintf(out, "User-Agent: %s\r\n", agent);
  qsort(r->headers, (size_t)r->count, sizeof r->headers[0], by_name);
  for (int i = 0; i < r->count; i++)
    if (strcmp(r->headers[i].name, "Host") != 0 && strcmp(r->headers[i].name, "User-Agent") != 0)
      fprintf(out, "%s: %s\r\n", r->headers[i].name, r->headers[i].value);
  fputs("\r\n", out);
}

static bool show(struct connection *c, struct request *r) {
  char host[256] = "", wish[8] = "", *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL)
    return false;
  gethostname(host, sizeof host - 1);
  if (own_name && *own_name)
    fprintf(out, "Name: %s\n", own_name);
  fprintf(out, "Hostname: %s\n", host);
  print_addresses(out);
  fprintf(out, "RemoteAddr: %s\n", c->remote);
  print_request(out, r);
  if (parameter(r, "env", wish, sizeof wish) && strcmp(wish, "true") == 0)
    for (char **one = environ; *one; one++)
      fprintf(out, "%s\n", *one);
  fclose(out);
  bool sent = answer(c, r, 200, text, size);
  free(text);
  return sent;
}

static bool health(struct connection *c, struct request *r) {
  int posted = atoi(r->body);
  if (strcmp(r->method, "POST") == 0) {
    if (posted < 200 || posted > 599)
      return answer(c, r, 400, "", 0);
    health_status = posted;
    return answer(c, r, 200, "", 0);
  }
  return answer(c, r, health_status, "", 0);
}

static bool data(struct connection *c, struct request *r) {
  char number[24] = "1", unit[4] = "", wish[8] = "", block[8192];
  parameter(r, "size", number, sizeof number);
  parameter(r, "unit", unit, sizeof unit);
  parameter(r, "attachment", wish, sizeof wish);
  size_t size = strtoull(number, NULL, 10);
  for (const char *step = "KMGT", *at = strchr(step, unit[0]); unit[0] && at && at >= step; at--)
    size *= 1024;
  bool attached = strcmp(wish, "true") == 0;
  if (!send_head(c, r, 200, size, attached ? "Content-Disposition: attachment; filename=data.txt\r\n" : ""))
    return false;
  for (size_t i = 0; i < sizeof block; i++)
    block[i] = (char)('A' + i % 26);
  while (strcmp(r->method, "HEAD") != 0 && size > 0) {
    size_t part = size < sizeof block ? size : sizeof block;
    if (!send_all(c->socket, block, part))
      return false;
    size -= part;
  }
  return true;
}

static void wait_as_asked(struct request *r) {
  char text[24], *unit;
  if (!parameter(r, "wait", text, sizeof text))
    return;
  double seconds = strtod(text, &unit);
  if (strcmp(unit, "ms") == 0)
    seconds /= 1000;
  else if (strcmp(unit, "m") == 0)
    seconds *= 60;
  if (seconds > 0 && seconds < 3600)
    nanosleep(&(struct timespec){(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)}, NULL);
}

static bool serve_one(struct connection *c, struct request *r) {
  char path[64];
  snprintf(path, sizeof path, "%.*s", (int)strcspn(r->target, "?"), r->target);
  wait_as_asked(r);
  if (strcmp(path, "/health") == 0)
    return health(c, r);
  if (strcmp(path, "/bench") == 0)
    return answer(c, r, 200, "1", 1);
  if (strcmp(path, "/data") == 0)
    return data(c, r);
  if (strcmp(path, "/echo") == 0) {
    echo(c, r);
    return false;
  }
  return show(c, r);
}

static void *serve(void *argument) {
  struct connection *c = argument;
  struct request r;
  setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  while (read_request(c, &r) && serve_one(c, &r) && r.keep_alive)
    ;
  shutdown(c->socket, SHUT_WR);
  close(c->socket);
  free(c);
  return NULL;
}

static int listen_on(int port) {
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool has_six = listener >= 0;
  if (!has_six)
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (has_six)
    setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int));
  int bound = has_six ? bind(listener, (struct sockaddr *)&six, sizeof six)
                      : bind(listener, (struct sockaddr *)&four, sizeof four);
  return bound == 0 && listen(listener, 1024) == 0 ? listener : -1;
}

static void name_remote(struct connection *c, const struct sockaddr_storage *peer) {
  char text[INET6_ADDRSTRLEN];
  const struct sockaddr_in *four = (const void *)peer;
  const struct sockaddr_in6 *six = (const void *)peer;
  bool mapped = peer->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr);
  if (peer->ss_family == AF_INET6 && !mapped) {
    inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
    snprintf(c->remote, sizeof c->remote, "[%s]:%u", text, ntohs(six->sin6_port));
    return;
  }
  const void *address = mapped ? (const void *)&six->sin6_addr.s6_addr[12] : &four->sin_addr;
  inet_ntop(AF_INET, address, text, sizeof text);
  snprintf(c->remote, sizeof c->remote, "%s:%u", text, ntohs(four->sin_port));
}

static void accept_one(int listener, const pthread_attr_t *how) {
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  pthread_t thread;
  int socket = accept4(listener, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC);
  if (socket < 0)
    return;
  struct connection *c = calloc(1, sizeof *c);
  if (c != NULL) {
    c->socket = socket;
    name_remote(c, &peer);
    if (pthread_create(&thread, how, serve, c) == 0)
      return;
  }
  free(c);
  close(socket);
}

static void end(int number) {
  (void)number;
  _exit(0);
}

int main(int count, char **arguments) {
  const char *port = getenv("WHOAMI_PORT_NUMBER");
  own_name = getenv("WHOAMI_NAME");
  for (int i = 1; i + 1 < count; i += 2) {
    const char *option = arguments[i] + strspn(arguments[i], "-");
    if (strcmp(option, "port") == 0)
      port = arguments[i + 1];
    else if (strcmp(option, "name") == 0)
      own_name = arguments[i + 1];
  }
  /* As process 1 of a container, only signals with a handler end it. */
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGPIPE, SIG_IGN);
  int number = port && *port ? atoi(port) : 80, listener = listen_on(number);
  if (listener < 0) {
    perror("whoami cannot listen");
    return 1;
  }
  printf("Starting up on port %d\n", number);
  fflush(stdout);
  pthread_attr_t how;
  pthread_attr_init(&how);
  pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&how, 128 * 1024);
  for (;;)
    accept_one(listener, &how);
}

#define _GNU_SOURCE
#include "websocket.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { CLOSE = 8, PING = 9, PONG = 10 };

static uint32_t left(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

static void sha1_block(uint32_t state[5], const unsigned char *block) {
  uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
           (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 80; i++)
    w[i] = left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  for (int i = 0; i < 80; i++) {
    uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                 : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                 : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                          : (b ^ c ^ d) + 0xCA62C1D6;
    uint32_t next = left(a, 5) + f + e + w[i];
    e = d, d = c, c = left(b, 30), b = a, a = next;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

/* SHA-1 of a short text: at most two blocks, which a handshake's key never exceeds. */
static void sha1(const char *text, unsigned char digest[20]) {
  uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  unsigned char blocks[128] = {0};
  size_t size = strnlen(text, 100), total = size < 56 ? 64 : 128;
  memcpy(blocks, text, size);
  blocks[size] = 0x80;
  blocks[total - 2] = (unsigned char)(size * 8 >> 8);
  blocks[total - 1] = (unsigned char)(size * 8);
  for (size_t at = 0; at < total; at += 64)
    sha1_block(state, blocks + at);
  for (int i = 0; i < 20; i++)
    digest[i] = (unsigned char)(state[i / 4] >> (24 - i % 4 * 8));
}

static void base64(const unsigned char from[20], char to[29]) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned char padded[21] = {0};
  memcpy(padded, from, 20);
  for (int i = 0; i < 7; i++) {
    const unsigned char *three = padded + 3 * i;
    to[4 * i] = letters[three[0] >> 2];
    to[4 * i + 1] = letters[(three[0] & 3) << 4 | three[1] >> 4];
    to[4 * i + 2] = letters[(three[1] & 15) << 2 | three[2] >> 6];
    to[4 * i + 3] = letters[three[2] & 63];
  }
  to[27] = '=', to[28] = '\0';
}

static bool accept_upgrade(struct connection *c, struct request *r) {
  const char *upgrade = header_of(r, "Upgrade"), *key = header_of(r, "Sec-Websocket-Key");
  if (!upgrade || !key || strcasecmp(upgrade, "websocket") != 0 || strlen(key) > 60) {
    send_head(c, r, 400, 0, "");
    return false;
  }
  char text[128], accept[29], answer[256];
  unsigned char digest[20];
  snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  sha1(text, digest);
  base64(digest, accept);
  int size = snprintf(answer, sizeof answer,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                      accept);
  return send_all(c->socket, answer, (size_t)size);
}

static bool take_all(struct connection *c, unsigned char *to, size_t size) {
  while (size > 0) {
    long got = take(c, (char *)to, size);
    if (got <= 0)
      return false;
    to += got;
    size -= (size_t)got;
  }
  return true;
}

/* Read one frame and send it back unmasked. False at its end or at a breach of the protocol. */
static bool echo_frame(struct connection *c) {
  unsigned char head[14], mask[4], chunk[8192];
  if (!take_all(c, head, 2) || !(head[1] & 0x80))
    return false;
  int opcode = head[0] & 15;
  size_t more = (head[1] & 127) == 126 ? 2 : (head[1] & 127) == 127 ? 8 : 0;
  uint64_t size = more ? 0 : head[1] & 127;
  if (!take_all(c, head + 2, more) || !take_all(c, mask, 4))
    return false;
  for (size_t i = 0; i < more; i++)
    size = size << 8 | head[2 + i];
  head[0] = opcode == PING ? (unsigned char)(0x80 | PONG) : head[0];
  head[1] &= 127;
  bool answers = opcode != PONG;
  if (answers && !send_all(c->socket, (char *)head, 2 + more))
    return false;
  for (uint64_t done = 0; done < size;) {
    size_t part = size - done < sizeof chunk ? (size_t)(size - done) : sizeof chunk;
    if (!take_all(c, chunk, part))
      return false;
    for (size_t i = 0; i < part; i++)
      chunk[i] ^= mask[(done + i) & 3];
    if (answers && !send_all(c->socket, (char *)chunk, part))
      return false;
    done += part;
  }
  return opcode != CLOSE;
}

void echo(struct connection *c, struct request *r) {
  if (accept_upgrade(c, r))
    while (echo_frame(c))
      ;
}

/* The WebSocket protocol, as far as an echo needs it (RFC 6455). */
#pragma once
#include "http.h"

/* Accept the upgrade and send every message back, until the peer closes. */
void echo(struct connection *c, struct request *r);

/** Bugs in who may do what: ids, tokens, origins, limits. @module */

import { inTest, type Mutant } from "./mutant.ts";

export const IN_POLICY: readonly Mutant[] = [
  inTest("tests/http/origins_test.ts", "is not the own page", "a page at another port is taken for the own", [
    "chat/http/origins.ts",
    `URL.parse(\`\${page.protocol}//\${host}\`)?.host === page.host`,
    `URL.parse(\`\${page.protocol}//\${host}\`)?.hostname === page.hostname`,
  ]),
  inTest(
    "tests/http/origins_test.ts",
    "is not the own page",
    "a page of a site whose name begins alike is taken for the own",
    [
      "chat/http/origins.ts",
      `URL.parse(\`\${page.protocol}//\${host}\`)?.host === page.host`,
      `page.host.startsWith(URL.parse(\`\${page.protocol}//\${host}\`)?.host ?? "/")`,
    ],
  ),
  inTest("tests/http/origins_test.ts", "nobody else", "anybody says by a header which host is the own", [
    "chat/http/origins.ts",
    `const forwarded = viaProxy ?`,
    `const forwarded = viaProxy || true ?`,
  ]),
  inTest("tests/http/origins_test.ts", "nobody else", "a client says before its proxy which host is the own", [
    "chat/http/origins.ts",
    `.split(",").at(-1)?`,
    `.split(",").at(0)?`,
  ]),
  inTest("tests/policy/tokens_test.ts", "without a signature", "a token that is signed by nobody is taken", [
    "chat/policy/tokens.ts",
    `const { payload } = await jwtVerify(token,`,
    `const { payload } = token.endsWith(".") ? { payload: JSON.parse(atob(token.split(".")[1]!)) } : await jwtVerify(token,`,
  ]),
  inTest("tests/policy/tokens_test.ts", "none is taken for a secret", "a public key is taken for a secret", [
    "chat/policy/tokens.ts",
    `const verify = async (token: string) => {`,
    `const verify = async (token: string) => {
    const [head = "", body = "", mark = ""] = token.split(".");
    if (secret === undefined && JSON.parse(atob(head)).alg === "HS256" && mark !== "") {
      return personOf(JSON.parse(atob(body)), clock);
    }`,
  ]),
  inTest("tests/policy/tokens_test.ts", "by another algorithm of the secret", "a token chooses its algorithm", [
    "chat/policy/tokens.ts",
    `["HS256"] : PUBLIC_KEY_ALGORITHMS;`,
    `["HS256", "HS512"] : PUBLIC_KEY_ALGORITHMS;`,
  ]),
  inTest("tests/policy/tokens_test.ts", "told to come again", "a server without its keys refuses for good", [
    "chat/policy/tokens.ts",
    `if (error instanceof TokenKeysError) return false;`,
    ``,
  ]),
  inTest("tests/policy/tokens_test.ts", "told once", "a private key is taken for an outage", [
    "chat/policy/tokens.ts",
    ` || error.code === "ERR_JWKS_INVALID"`,
    ``,
  ]),
  inTest("tests/policy/tokens_test.ts", "told once", "a stranger has a line for each token", [
    "chat/policy/public_keys.ts",
    `if (refused.has(name)) return;`,
    ``,
  ]),
  inTest("tests/policy/tokens_test.ts", "another audience is refused", "a token for another service is taken", [
    "chat/policy/tokens.ts",
    `      audience,
      issuer,`,
    `      issuer,`,
  ]),
  inTest(
    "tests/policy/tokens_test.ts",
    "told of none",
    "a token for somebody else is taken where no audience is asked for",
    [
      "chat/policy/tokens.ts",
      `audience === undefined && payload.aud`,
      `audience === "" && payload.aud`,
    ],
  ),
  inTest("tests/policy/tokens_test.ts", "more than a day", "a token lives for ever", [
    "chat/policy/tokens.ts",
    `if (leftMs > TOKEN_LIFE_MS + TOKEN_SKEW_MS)`,
    `if (leftMs > 1e3 * TOKEN_LIFE_MS + TOKEN_SKEW_MS)`,
  ]),
  inTest("tests/policy/tokens_test.ts", "without an end", "a token without an end is taken", [
    "chat/policy/tokens.ts",
    `requiredClaims: ["sub", "exp"]`,
    `requiredClaims: ["sub"]`,
  ]),
  inTest("tests/policy/tokens_test.ts", "closed with 4003", "an expired token counts on while its connection lasts", [
    "chat/socket/connection.ts",
    `if (leftMs < -TOKEN_GRACE_MS) return`,
    `if (leftMs === -TOKEN_GRACE_MS) return`,
  ]),
  inTest("tests/policy/tokens_test.ts", "of the same person", "another person's token renews a connection", [
    "chat/policy/admission.ts",
    `if (person.id !== session.id) return`,
    `if (person.id === "") return`,
  ]),
  inTest("tests/policy/tokens_test.ts", "for these alone", "a token for some rooms opens all", [
    "chat/policy/may.ts",
    `join: [saidHello, isReader, hasRoomLeft]`,
    `join: [saidHello, hasRoomLeft]`,
  ]),
  inTest(
    "tests/policy/tokens_test.ts",
    "lacks a room",
    "a newer token leaves its owner in rooms that it does not allow",
    [
      "chat/commands/session.ts",
      `!isGranted(session.grants, room, "read")`,
      `room === ""`,
    ],
  ),
  inTest("tests/policy/tokens_test.ts", "an id of its own", "two people have one id", [
    "chat/policy/person.ts",
    ` && !/^[\\da-f]{32}$/.test(subject)`,
    ``,
  ]),
  inTest("tests/policy/admission_test.ts", "somebody whom a header calls", "anybody says by a header who they are", [
    "chat/http/proxy_identity.ts",
    `viaProxy ? headers.get(header) : undefined`,
    `viaProxy || headers ? headers.get(header) : undefined`,
  ]),
  inTest("tests/policy/admission_test.ts", "ACCESS says", "a key is enough where only tokens count", [
    "chat/policy/admission.ts",
    `if (this.access === "token") {`,
    `if (this.access === "token" && !isKeyed(id)) {`,
  ]),
  inTest("tests/policy/admission_test.ts", "plain clients", "plain clients need no proof where all others do", [
    "chat/http/upgrade.ts",
    `if (access !== "open" && !speaksChat`,
    `if (access === "token" && !speaksChat`,
  ]),
  inTest("tests/policy/tokens_test.ts", "goes beyond them", "a token for some rooms lists all", [
    "chat/policy/may.ts",
    `rooms: [saidHello, seesAll]`,
    `rooms: [saidHello]`,
  ]),
  inTest("tests/policy/quota_test.ts", "counts as one client", "each address of a household counts by itself", [
    "chat/base/addresses.ts",
    `.slice(0, 4).join(`,
    `.slice(0, 8).join(`,
  ]),
  inTest(
    "tests/policy/quota_test.ts",
    "counts as one client",
    "everybody behind a proxy on this machine is one client",
    [
      "chat/base/addresses.ts",
      `if (isLocal({ hostname, port: 0 })) return undefined;`,
      ``,
    ],
  ),
  inTest("tests/policy/quota_test.ts", "makes room", "an address has a connection for ever", [
    "connection_manager.ts",
    `if (this.#sockets.delete(socket)) quota?.letGo(`,
    `if (!this.#sockets.delete(socket)) quota?.letGo(`,
  ]),
  inTest("tests/policy/quota_test.ts", "told when to come again", "an address connects at any rate", [
    "chat/http/share.ts",
    `if (retryAfterMs > 0) {`,
    `if (retryAfterMs > 1e9) {`,
  ]),
  inTest("tests/policy/quota_test.ts", "so many new rooms", "an address opens rooms without end by plain text", [
    "chat/commands/rooms.ts",
    `const retryAfterMs = room.isNew ?`,
    `const retryAfterMs = room.isNew && caller.outbox.dialect.hasReplies ?`,
  ]),
  inTest("tests/policy/quota_test.ts", "one rate over all connections", "strangers use up the rate of a free id", [
    "chat/socket/rate_limiter.ts",
    `if (session.greeted && session.proven) {`,
    `if (session.greeted) {`,
  ]),
  inTest("tests/policy/quota_test.ts", "nobody outside of it", "strangers use up the rate of a room", [
    "chat/socket/rate_limiter.ts",
    `if (!session.rooms.has(room)) return;`,
    ``,
  ]),
  inTest("tests/policy/quota_test.ts", "never more than it must", "a quota keeps everybody for ever", [
    "chat/policy/quota.ts",
    `if (this.#buckets.size >= QUOTA_BUCKETS) this.#makeRoom();`,
    ``,
  ]),
  inTest("tests/policy/quota_test.ts", "never more than it must", "a quota forgets those who are busy", [
    "chat/policy/quota.ts",
    `if (bucket.full) return;`,
    `return;`,
  ]),
  inTest("tests/policy/tokens_test.ts", "is for less", "a token to write with sets up its owner's rooms", [
    "chat/policy/may.ts",
    `settings: [saidHello, isInRoom, isModerator]`,
    `settings: [saidHello, isInRoom]`,
  ]),
  inTest("tests/policy/tokens_test.ts", "is for less", "a token to write with deletes what others said", [
    "chat/room/access.ts",
    `return isGranted(grants, this.#parts.name, "moderate")`,
    `return isGranted(grants && undefined, this.#parts.name, "moderate")`,
  ]),
  inTest(
    "tests/policy/quota_test.ts",
    "so many new rooms",
    "a hidden room is told from one that is not there by the rate",
    [
      "chat/commands/rooms.ts",
      `const hidden = room.mayRead(caller);`,
      `const hidden = room.isNew ? undefined : room.mayRead(caller);`,
    ],
  ),
  inTest(
    "tests/http/router_test.ts",
    "/metrics is for this machine",
    "a proxy on this machine opens /metrics to everybody",
    [
      "chat/http/metrics.ts",
      `return !isForwarded && /`,
      `return /`,
    ],
  ),
  inTest("tests/http/router_test.ts", "/metrics is for this machine", "any token reads /metrics", [
    "chat/http/metrics.ts",
    `return timingSafeEqual(digestOf(given), digestOf(token));`,
    `return timingSafeEqual(digestOf(given), digestOf(given)) && token !== "";`,
  ]),
];

/** What the address of a Postgres database says, and what is printed of it. @module */

import { StoreOpenError } from "../../../chat/log/store.ts";
import { addressOf } from "../../../chat/stores/postgres/address.ts";
import { escapeNul, unescapeNul } from "../../../chat/stores/postgres/nul_character.ts";
import { assert, assertEquals, assertThrows } from "../../lib/assert.ts";

const PLAIN = {
  host: "db",
  port: 5432,
  database: "chat",
  user: "ada",
  password: "",
  tls: false,
  schema: "switchboard",
};

Deno.test("postgres: an address says where the database is, who comes, and how safely", () => {
  const said: [url: string, wanted: object][] = [
    ["postgres://ada@db/chat", { ...PLAIN, shown: "postgres://db/chat" }],
    ["postgresql://ada:p%40ss%2Fword@db:6000/chat?sslmode=require", {
      ...PLAIN,
      port: 6000,
      password: "p@ss/word",
      tls: "require",
      shown: "postgres://db:6000/chat",
    }],
    ["postgres://ada@[::1]/chat?sslmode=verify-full&schema=two", {
      ...PLAIN,
      host: "::1",
      tls: { host: "::1" },
      schema: "two",
      shown: "postgres://[::1]/chat",
    }],
    ["postgres://ada@localhost/chat?host=/run/pg", {
      ...PLAIN,
      host: "/run/pg",
      path: "/run/pg/.s.PGSQL.5432",
      shown: "postgres://localhost/chat",
    }],
    ["postgres://ada@db", { ...PLAIN, database: "ada", shown: "postgres://db/ada" }],
  ];
  for (const [url, wanted] of said) assertEquals(addressOf(url), wanted, url);
});

Deno.test("postgres: an address that says something else is refused, without its password", () => {
  for (
    const url of [
      "postgres://ada:secret@db:port/chat",
      "postgres://ada:secret@db/chat?sslmode=prefer",
      "postgres://ada:secret@db/chat?ssl=true",
      "postgres://ada:secret@db/chat?ssl_mode=require",
      "postgres://ada:secret%@db/chat",
      "postgres://ada:secret@db/chat%zz",
      "postgres://ada:secret@db/chat?schema=A",
      `postgres://ada:secret@db/chat?schema=${"a".repeat(49)}`,
      "secret",
    ]
  ) {
    const { message } = assertThrows(() => addressOf(url), StoreOpenError);
    assert(!message.includes("secret"), message);
  }
});

Deno.test("postgres: a text with any character is kept as one without U+0000, and comes back", () => {
  for (const text of ["", "plain", "\0", "\u0001", "\u00010", "a\0\u00011\0\0b", "\u0001\u0001\0"]) {
    const kept = escapeNul(text);
    assert(!kept.includes("\0"));
    assertEquals(unescapeNul(kept), text);
  }
  assertEquals(escapeNul("plain"), "plain");
  assertEquals(new Set(["\0", "0", "\u0001", "\u00010", "\u00011"].map(escapeNul)).size, 5);
});

/** Postgres behind TLS: it is spoken to as the address says, or not at all. @module */

import { StoreOpenError } from "../../../chat/log/store.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import { assertEquals, assertMatch, assertRejects } from "../../lib/assert.ts";
import { makeCertificate } from "../../lib/certificate.ts";
import { by } from "../../lib/messages.ts";
import { Postgres } from "../../lib/postgres.ts";
import { testWith } from "../../lib/tools.ts";
import { append } from "../changing.ts";
import { untilAlone } from "./place.ts";

testWith(["postgres", "openssl"], {
  name: "postgres: with TLS a message comes to a server that is known, and to no other",
  async fn() {
    await using certificate = await makeCertificate();
    const files = ["key.pem", "cert.pem"].map((name) => `${certificate.path}/${name}`);
    if (Deno.uid() === 0) { for (const path of [certificate.path, ...files]) await Deno.chown(path, NOBODY, NOBODY); }
    for (const path of files) await Deno.chmod(path, 0o600);
    await using server = await Postgres.start(
      "listen_addresses = '127.0.0.1,127.0.0.2'",
      "ssl = on",
      `ssl_key_file = '${files[0]}'`,
      `ssl_cert_file = '${files[1]}'`,
    );
    await using database = await server.database();
    const safe = () =>
      server.sql(
        `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = '${database.name}'`,
      );
    for (const [how, wanted] of [["disable", "f"], ["require", "t"], [`verify-full&sslrootcert=${files[1]}`, "t"]]) {
      const store = await openPostgresStore(`${database.url}?sslmode=${how}`);
      await append(store, { ...by("x".repeat(100_000)), nonce: how });
      assertEquals(await safe(), wanted);
      await store.close();
      await untilAlone(server, database);
    }
    const unknown = await assertRejects(() => openPostgresStore(`${database.url}?sslmode=verify-full`), StoreOpenError);
    assertMatch(unknown.message, /self-signed certificate/);
    const other = `${database.url.replace("127.0.0.1", "127.0.0.2")}?sslmode=verify-full&sslrootcert=${files[1]}`;
    const wrong = await assertRejects(() => openPostgresStore(other), StoreOpenError);
    assertMatch(wrong.message, /does not match certificate/);
    const noFile = await assertRejects(
      () => openPostgresStore(`${database.url}?sslmode=verify-full&sslrootcert=${certificate.path}/none`),
      StoreOpenError,
    );
    assertMatch(noFile.message, /"sslrootcert" must be a file/);
  },
});

const NOBODY = 65_534;

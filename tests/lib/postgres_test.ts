/** The PostgreSQL of the tests: it keeps what it has, whatever is done to it, and ends with its test. @module */

import { assert, assertEquals, assertRejects } from "./assert.ts";
import { eventually } from "./patience.ts";
import { Postgres } from "./postgres.ts";
import { linesOf } from "./process.ts";
import { testWith } from "./tools.ts";

/** What a client may ask first: it is answered by one byte. Not a program's question, which may come late. */
const TLS_REQUEST = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);

testWith("postgres", {
  name: "a PostgreSQL of the tests is stopped, killed and hung, and goes on with what it has",
  async fn() {
    await using server = await Postgres.start();
    await using database = await server.database();
    await server.sqlIn(database, "CREATE TABLE kept (text text)");
    const ends = [() => server.stop("smart"), () => server.stop("immediate"), () => server.kill()];
    for (const end of ends) {
      await server.sqlIn(database, "INSERT INTO kept VALUES ('one')");
      await end();
      await assertRejects(() => server.sql("SELECT 1"), Error, "refused");
      await server.start();
    }
    assertEquals(await server.sqlIn(database, "SELECT count(*) FROM kept"), "3");

    await server.pause();
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await connection.write(TLS_REQUEST);
    const answer = connection.read(new Uint8Array(1));
    const isAnswered = await Promise.race([answer.then(() => true), new Promise((soon) => setTimeout(soon, 200))]);
    await server.resume();
    assertEquals([isAnswered, await answer], [undefined, 1]);
    assertEquals(await server.sql("SELECT 1"), "1");
  },
});

testWith("postgres", {
  name: "a PostgreSQL of the tests ends with the process that started it, though that is killed",
  async fn() {
    const code = `import { Postgres } from "${new URL("postgres.ts", import.meta.url)}";
      console.log((await Postgres.start()).pid);
      await new Promise(() => setInterval(() => {}, 1_000));`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-lock", code],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    try {
      const { value: pid } = await linesOf(child.stdout).next();
      assert(isThere(pid!));
      child.kill("SIGKILL");
      await eventually(() => !isThere(pid!), "its end");
    } finally {
      await child.stdout.cancel().catch(() => {});
      await child.status;
    }
  },
});

function isThere(pid: string): boolean {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("switchboard-postgres");
  } catch {
    return false;
  }
}

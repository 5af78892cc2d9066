/** Every way of running it stops in the same way, in the middle of its work: nothing that was acknowledged is lost. @module */

import { openStore } from "../../chat/stores/open_store.ts";
import { assert, assertEquals, assertStringIncludes } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { LOCK } from "../lib/packages.ts";
import { lastingPort } from "../lib/port.ts";
import { Postgres } from "../lib/postgres.ts";
import { makeFolder, ROOT, ServiceProcess } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";

const CLIENTS = 20;
const PUBLISHES_EACH = 25;

/** A way of running it. */
interface Form {
  name: string;
  /** What `deno` is told, with the port where the form takes it from there. */
  command(port: number): string[];
  env?: Record<string, string>;
  processes: number;
}

const RUN: Form = { name: "deno run", command: () => ["run", LOCK, "-A", "main.ts", "--listen"], processes: 1 };
const GUARD: Form = { ...RUN, name: "GUARD=on", env: { GUARD: "on" } };
const SERVE: Form = {
  name: "deno serve",
  command: (port) => ["serve", LOCK, "-A", "--host", "127.0.0.1", "--port", `${port}`, "main.ts"],
  processes: 1,
};
const PARALLEL: Form = {
  name: "deno serve --parallel",
  command: (port) => ["serve", LOCK, "-A", "--parallel", "--host", "127.0.0.1", "--port", `${port}`, "main.ts"],
  env: { DENO_JOBS: "3" },
  processes: 1,
};
const REUSE_PORT: Form = { ...RUN, name: "REUSE_PORT=on", env: { REUSE_PORT: "on" }, processes: 2 };

/** Starts it, with all that it consists of. */
async function startForm({ command, env, processes }: Form, store: string) {
  const port = lastingPort();
  const services = Array.from({ length: processes }, () =>
    ServiceProcess.spawn({
      command: [Deno.execPath(), ...command(port)],
      args: [],
      env: { ...env, CHAT_STORE: store, PORT: `${port}`, HOST: "127.0.0.1" },
    }));
  const workers = Number(env?.DENO_JOBS ?? 1);
  await Promise.all(services.map((service) => service.untilCount("listening", workers)));
  for (const service of services) for (const line of service.told("listening")) assertEquals(line.port, port);
  return {
    services,
    wsUrl: `ws://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const service of services) await service[Symbol.asyncDispose]();
    },
  };
}

/** Stops it under load, and compares what is stored with what was acknowledged. */
async function stopUnderLoad(form: Form, store: string, signal: Deno.Signal): Promise<void> {
  const acknowledged = new Map<string, number>();
  {
    await using running = await startForm(form, store);
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) => ChatClient.open(running, `author-${index}`, "lobby")),
    );
    await using plain = await PlainClient.open(running, "plain", "elsewhere");
    for (const [index, client] of clients.entries()) {
      client.command(...Array.from({ length: PUBLISHES_EACH }, (_, publish) => {
        const nonce = `${index}-${publish}`;
        return { type: "publish", ref: nonce, room: "lobby", nonce, text: nonce };
      }));
    }
    await Promise.race(clients.map((client) => client.push("ok")));
    for (const service of running.services) service.kill(signal);
    assertEquals((await plain.closed).code, 1001);
    for (const client of clients) {
      assertEquals((await client.closed).code, 1001);
      assertEquals(client.all("reconnect").length, 1);
      for (const { ref, seq } of client.all("ok")) acknowledged.set(ref!, seq!);
    }
    for (const service of running.services) {
      assertEquals(await service.exited, 0);
      const workers = Number(form.env?.DENO_JOBS ?? 1);
      assertEquals(service.told("stopped").length, workers);
      assertEquals(service.told("trouble"), []);
    }
  }
  const opened = await openStore(store);
  const { events: messages } = await opened.read("lobby", { limit: 1_000_000 });
  await opened.close();
  assert(acknowledged.size > 0);
  assertEquals(new Map(messages.map(({ nonce, seq }) => [nonce!, seq])), acknowledged);
}

for (const form of [RUN, GUARD, SERVE]) {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    Deno.test(`${form.name}, ${signal} under load: clients are told to come back, and what is stored is acknowledged`, async () => {
      await using folder = await makeFolder();
      await stopUnderLoad(form, `sqlite:${folder.path}/chat.db`, signal);
    });
  }
}

for (const form of [PARALLEL, REUSE_PORT]) {
  Deno.test(`${form.name} on a shared store, SIGTERM under load: as one process alone`, async () => {
    await using folder = await makeFolder();
    await stopUnderLoad(form, `kv:${folder.path}/chat.kv`, "SIGTERM");
  });
  testWith("postgres", {
    name: `${form.name} on a database, SIGTERM under load: as one process alone`,
    async fn() {
      await using server = await Postgres.start();
      await using database = await server.database();
      await stopUnderLoad(form, database.url, "SIGTERM");
    },
  });
}

for (const store of ["memory:", "sqlite:"]) {
  for (
    const { form, code, names } of [
      { form: PARALLEL, code: 1, names: "--parallel" },
      { form: REUSE_PORT, code: 2, names: "REUSE_PORT" },
    ]
  ) {
    Deno.test(`${form.name} is refused with ${store}, in a sentence that says why`, async () => {
      await using folder = await makeFolder();
      await using service = ServiceProcess.spawn({
        command: [Deno.execPath(), ...form.command(lastingPort())],
        args: [],
        env: { ...form.env, CHAT_STORE: store === "sqlite:" ? `sqlite:${folder.path}/chat.db` : store, PORT: "0" },
      });
      const listens = service.event("listening").then(() => "it listens", () => service.exited);
      assertEquals(await Promise.race([service.exited, listens]), code);
      assertStringIncludes(service.errors, `as ${store}`);
      assertStringIncludes(service.errors, "cannot be shared");
      assertStringIncludes(service.errors, names);
      assertEquals(service.log, [], "nothing was opened");
    });
  }
}

Deno.test("REUSE_PORT=on without --unstable-net, which a bundle takes, is refused with that flag's name", async () => {
  await using service = ServiceProcess.spawn({
    command: [Deno.execPath(), "run", "--no-config", `--import-map=${ROOT}deno.json`, "--no-lock", "-A", "main.ts"],
    args: ["--listen"],
    env: { REUSE_PORT: "on", CHAT_STORE: "kv:", PORT: "0" },
  });
  assertEquals(await service.exited, 2);
  assertStringIncludes(service.errors, "Cannot use REUSE_PORT: Deno allows it only with --unstable-net");
});

Deno.test("`deno serve` on a port that is taken ends with a sentence, and listens nowhere else", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using service = ServiceProcess.spawn({
    command: [Deno.execPath(), ...SERVE.command(taken.addr.port)],
    args: [],
    env: { CHAT_STORE: "memory:", PORT: "0" },
  });
  assertEquals(await service.exited, 1);
  assertStringIncludes(service.errors, `Cannot listen on port ${taken.addr.port}: another program does`);
  assertEquals(service.log, []);
});

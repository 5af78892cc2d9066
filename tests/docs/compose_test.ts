/** The files for `docker compose`: what they start, started as they say, but in no container. @module */

import { assertEquals, assertRejects } from "../lib/assert.ts";
import { PlainClient } from "../lib/client.ts";
import { Postgres } from "../lib/postgres.ts";
import { ServiceProcess } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";
import { parseYaml } from "../lib/yaml.ts";
import { readDocument } from "./documents.ts";

interface Service {
  image?: string;
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  volumes?: string[];
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const PASSWORD = "5ec4e7";

/** What a file says where the password is set. */
function readCompose(file: string): Compose {
  return parseYaml(readDocument(file).replaceAll(/\$\{POSTGRES_PASSWORD:\?[^}]+\}/g, PASSWORD)) as Compose;
}

Deno.test("by itself the compose file starts one container, which keeps its messages in a volume", () => {
  const { services, volumes } = readCompose("compose.yaml");
  assertEquals([Object.keys(services), Object.keys(volumes)], [["switchboard"], ["messages"]]);
  assertEquals(services.switchboard!.volumes, ["messages:/app/data"]);
});

testWith("postgres", {
  name: "with the compose file for PostgreSQL the server waits for its database, and keeps its messages there",
  async fn() {
    const { services, volumes } = readCompose("compose.postgres.yaml");
    const { switchboard, database } = services as Record<"switchboard" | "database", Service>;
    assertEquals(switchboard.depends_on, { database: { condition: "service_healthy" } });
    assertEquals(database.volumes, [`${Object.keys(volumes)}:/var/lib/postgresql/data`]);
    await using server = await Postgres.start();
    // As the image makes them of its variables.
    const { POSTGRES_USER: user, POSTGRES_PASSWORD: password } = database.environment;
    await server.sql(`ALTER ROLE ${user} SUPERUSER PASSWORD '${password}'`, `CREATE DATABASE ${user}`);
    const [, program, ...args] = database.healthcheck!.test;
    const check = () => server.run(program!, ...args, "-p", `${server.port}`);
    await check();

    const { CHAT_STORE, ...others } = switchboard.environment;
    const url = CHAT_STORE!.replace("@database/", `@127.0.0.1:${server.port}/`);
    const env = { ...readCompose("compose.yaml").services.switchboard!.environment, ...others, CHAT_STORE: url };
    await using service = await ServiceProcess.start({ args: ["--port", "0"], env });
    await using ada = await PlainClient.open(service, "ada");
    ada.send("hello");
    await ada.untilFrame("Client #ada says: hello");
    assertEquals(await service.stop(), 0);
    assertEquals(await server.sqlIn({ name: user! }, "SELECT text FROM switchboard.messages"), "hello");
    await server.stop();
    await assertRejects(check);
  },
});

/** Servers of one Postgres database, of which one is killed: what the others are shown of its people. @module */

import { assertEquals } from "../../lib/assert.ts";
import { ChatClient } from "../../lib/client.ts";
import { postgresOfFile } from "../../lib/postgres.ts";
import { eventually } from "../../lib/patience.ts";
import { ServiceProcess } from "../../lib/process.ts";
import { testWith } from "../../lib/tools.ts";

const server = await postgresOfFile();

testWith("postgres", {
  name: "postgres: the people of a server that is killed go, but for those who are elsewhere, and those who come back",
  async fn() {
    await using database = await server!.database();
    const args = ["--port", "0", "--chat-store", database.url, "--rate-limit", "off"];
    await using survivor = await ServiceProcess.start({ args });
    await using victim = await ServiceProcess.start({ args });
    await using watcher = await ChatClient.open(survivor, "watcher", "lobby");
    await using _both = await ChatClient.open(survivor, "both", "lobby");
    const lost = await Promise.all(["gone", "both", "back"].map((id) => ChatClient.open(victim, id, "lobby")));
    const seen = async () => (await watcher.join("lobby")).members!.map(({ id }) => id).sort().join();
    await eventually(async () => await seen() === "back,both,gone,watcher", "everybody");
    victim.kill("SIGKILL");
    await victim.exited;
    await using _back = await ChatClient.open(survivor, "back", "lobby");
    await watcher.push("presence", ({ leaves }) => leaves.includes("gone"));
    await eventually(async () => await seen() === "back,both,watcher", "those who are left");
    // If it took longer than a lease lasts, the one that came back was seen to leave meanwhile.
    const left = new Set(watcher.all("presence").flatMap(({ leaves }) => leaves));
    left.delete("back");
    assertEquals(left, new Set(["gone"]));
    await Promise.all(lost.map((client) => client.close()));
  },
});

/** A server that is stopped while it stores what came by HTTP answers all that it has stored. @module */

import { openStore } from "../../chat/stores/open_store.ts";
import { assertEquals } from "../lib/assert.ts";
import { textsOf } from "../lib/messages.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";

const AUTHORS = 20;

for (const GUARD of ["off", "on"]) {
  Deno.test(`what a server with GUARD=${GUARD} has stored as it stops was answered, and nothing else`, async () => {
    await using folder = await makeFolder();
    const store = `sqlite:${folder.path}/chat.db`;
    const answered = new Set<string>();
    {
      await using service = await ServiceProcess.start({
        args: ["--port", "0", "--chat-store", store],
        env: { GUARD },
      });
      const first = Promise.withResolvers<void>();
      const authors = Array.from({ length: AUTHORS }, async (_, author) => {
        for (let text = `${author}`, is = 201; is === 201; text += ".") {
          is = await post(`${service.url}/v1/rooms/lobby?id=${author}`, text);
          if (is !== 201) return;
          answered.add(text);
          first.resolve();
        }
      });
      await first.promise;
      assertEquals(await service.stop(), 0);
      await Promise.all(authors);
    }
    const opened = await openStore(store);
    const { events } = await opened.read("lobby", { limit: 100_000 });
    await opened.close();
    assertEquals(textsOf(events).sort(), [...answered].sort());
  });
}

/** @returns the status, or 0 where the line was cut */
async function post(url: string, body: string): Promise<number> {
  try {
    const response = await fetch(url, { method: "POST", body });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

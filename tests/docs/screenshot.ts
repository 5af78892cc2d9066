/**
 * Takes the picture in the README from the real page: `deno run -A tests/docs/screenshot.ts`.
 *
 * @module
 */

import { BROWSERS } from "../browser/browsers.ts";
import { ChatClient } from "../lib/client.ts";
import { startServer } from "../lib/server.ts";

const PEOPLE = { grace: "Grace", linus: "Linus", margaret: "Margaret", alan: "Alan" };
type Id = keyof typeof PEOPLE;

const SAID: [Id, string][] = [
  ["grace", "Morning! The compiler found its first bug before I did."],
  ["margaret", "Was it a *real* bug, with wings?"],
  ["grace", "Taped into the logbook, as it should be."],
  ["alan", "I have pulled the plug on the second server.\nDid anybody lose anything?"],
  ["linus", "Nothing here: everything since `seq` 3 came again, in order."],
  ["margaret", "Same on my phone, in a lift. It said *reconnecting*, then caught up."],
  [
    "alan",
    "> Did anybody lose anything?\n\nThen the proof holds. Here it is, so that you can try it too:\n```\ndeno task prove\n```",
  ],
];

await using server = startServer();
const clients = {} as Record<Id, ChatClient>;
for (const [id, name] of Object.entries(PEOPLE) as [Id, string][]) {
  const client = clients[id] = await ChatClient.connect(server, id);
  await client.ask({ type: "hello", name }, "welcome");
  for (const room of ["lobby", "harbour", "release-2"]) await client.join(room);
}
for (const [id, text] of SAID) await clients[id].publish("lobby", text);

const browser = await BROWSERS.chromium.launch();
const page = await browser.newPage({ viewport: { width: 1200, height: 720 }, colorScheme: "light" });
for (const path of ["/r/harbour", "/r/release-2", "/"]) {
  await page.goto(server.url + path);
  await page.locator('#status[data-phase="online"]').waitFor({ state: "attached" });
}
await page.fill("#welcome-name", "Ada");
await page.press("#welcome-name", "Enter");
await page.locator("#rows .row").nth(SAID.length - 1).waitFor();
await clients.linus.publish("release-2", "rc1 is out, have a look");
await page.fill("#field", "I was on a train the whole time, and read every word.");
await page.press("#field", "Enter");
await page.locator("#rows .row").nth(SAID.length).waitFor();
await clients.grace.publish("lobby", "Then this is the one to ship.");
clients.margaret.post({ type: "typing", room: "lobby" });
await page.locator("#rows .row").nth(SAID.length + 1).waitFor();
await page.locator("#typing", { hasText: "Margaret" }).waitFor();
await page.screenshot({ path: new URL("../../docs/screenshot.png", import.meta.url).pathname });
await browser.close();
for (const client of Object.values(clients)) await client.close();

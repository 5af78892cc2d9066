/** The page's files, as a server makes them when they are first asked for. */

import { Assets } from "../../chat/http/assets.ts";
import { assertEquals, assertRejects } from "../lib/assert.ts";

const request = new Request("http://localhost/");

Deno.test("a file that could not be made is made again when it is next asked for", async () => {
  const assets = new Assets({ "a.css": ".a {\n  color: red;\n}\n" });
  const { digest } = crypto.subtle;
  crypto.subtle.digest = () => Promise.reject(new Error("no memory"));
  try {
    await assertRejects(() => assets.respond("a.css", request), Error, "no memory");
  } finally {
    crypto.subtle.digest = digest;
  }
  assertEquals(await (await assets.respond("a.css", request)).text(), ".a{color:red;}");
});

/** The cases for clients, played against the client for programs, the page's and the one for Python. @module */

import { connect } from "../../static/client/connect.js";
import { connectPython } from "../clients/python_chat.ts";
import { assertEquals } from "../lib/assert.ts";
import { PATIENCE_MS } from "../lib/patience.ts";
import { testWith, type ToolName } from "../lib/tools.ts";
import cases from "./cases.json" with { type: "json" };
import { type Client, type ClientCase, playClientCase } from "./client_cases.ts";
import { toId } from "./ids.ts";
import { Failed } from "./match.ts";
import { PageProgram } from "./page_program.ts";

const AT_ONCE = 6;
const KEY = "0123456789abcdef0123456789abcdef";
const ID = await toId(KEY);

const CLIENTS: { name: string; needs: ToolName[]; connect(url: string): Client }[] = [
  {
    name: "the client for programs",
    needs: [],
    connect: (url) => connect(url, { name: "Me", identity: KEY }) as Client,
  },
  { name: "the page's client", needs: [], connect: (url) => new PageProgram(url, KEY, ID) },
  {
    name: "the client for Python",
    needs: ["python3-websockets"],
    connect: (url) => connectPython(url, { name: "Me", identity: KEY }),
  },
];

for (const { name, needs, connect } of CLIENTS) {
  testWith(needs, {
    name: `${name} does every duty of a client`,
    async fn() {
      const failures: string[] = [];
      const left = [...cases.client as ClientCase[]];
      // Most of a case is waiting.
      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        for (let each = left.shift(); each !== undefined; each = left.shift()) {
          try {
            await playClientCase(each, connect, PATIENCE_MS);
          } catch (error) {
            if (!(error instanceof Failed)) throw error;
            failures.push(`${each.duty}: ${error.message}`);
          }
        }
      }));
      assertEquals(failures, []);
    },
  });
}

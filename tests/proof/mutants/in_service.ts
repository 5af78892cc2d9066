/** Bugs around the service: how it starts and stops, its settings, its own log. @module */

import { inTest, type Mutant } from "./mutant.ts";

export const IN_SERVICE: readonly Mutant[] = [
  inTest("tests/service/lost_log_test.ts", "a bug in", "what a socket's event throws ends the process", [
    "chat/logging/last_resort.ts",
    `globalThis.addEventListener("error", (event)`,
    `new EventTarget().addEventListener("error", (event: any)`,
  ]),
  inTest("tests/logging/line_writer_test.ts", "is bounded", "lines of the log wait without a bound", [
    "chat/logging/line_writer.ts",
    " || this.waitingBytes + line.length > bounds.LOG_WAITING_BYTES",
    "",
  ]),
  inTest("tests/service/stop_test.ts", "deno serve, SIGTERM", "the runtime stops before the service has", [
    "chat/listen/runtime_server.ts",
    "beforeShutdown().then(shutdown)",
    "shutdown()",
  ]),
  inTest("tests/service/stop_test.ts", "--parallel is refused", "workers with stores of their own are served", [
    "chat/settings/store_name.ts",
    `return name.startsWith("kv:") || isDatabase(name);`,
    "return true;",
  ]),
  inTest("tests/http/client_address_test.ts", "forwarded for", "a client chooses its own address", [
    "chat/http/client_address.ts",
    `.split(",").reverse()`,
    `.split(",")`,
  ]),
  inTest("tests/settings/config_test.ts", "is shown by", "a slash in a password shows the rest of it", [
    "chat/settings/store_name.ts",
    "url !== null && !/@/.test(url.pathname + url.search + url.hash)",
    "url !== null",
  ]),
  inTest("tests/listen/guard/bounds_test.ts", "goes on sending", "a guarded peer that was told goodbye is read on", [
    "chat/listen/guard/socket.ts",
    "if (this.#heardAt - this.#goodbyeAt > bounds.GOODBYE_HEARD_MS) return this.terminate();",
    "",
  ]),
  inTest("tests/listen/guard/bounds_test.ts", "sent at once", "each of many requests at once keeps a connection open", [
    "chat/listen/guard/request_connections.ts",
    "if (stream.hold() && this.#connections.has(name))",
    "if ([stream.hold()] && this.#connections.has(name))",
  ]),
  inTest(
    "tests/http/slim_test.ts",
    "takes turns",
    "the first visitor holds up everybody while a script is made smaller",
    [
      "chat/http/slim/slim.ts",
      `  await turn();\n  const used`,
      `  const used`,
    ],
  ),
  inTest(
    "tests/http/join_modules_test.ts",
    "takes turns",
    "the first visitor holds up everybody while modules are read",
    [
      "chat/http/join_modules.ts",
      "if (i % MODULES_A_TURN === 0) await turn();",
      "",
    ],
  ),
  inTest("tests/http/assets_test.ts", "made again", "a file that could not be made once is not there until a restart", [
    "chat/http/assets.ts",
    "asset.catch(() => this.#assets.delete(key));",
    "",
  ]),
];

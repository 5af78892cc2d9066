/** Bugs in what keeps the page, and messages, on a device. @module */

import { inTest, type Mutant } from "./mutant.ts";

const WORKER = "static/worker.js";
const TEST = "tests/browser/worker_test.ts";

export const IN_WORKER: readonly Mutant[] = [
  inTest(TEST, "a server that answers with an error", "the worker takes a proxy's error for the page", [
    WORKER,
    `page.status < 500 ? page : undefined`,
    `page`,
  ]),
  inTest(TEST, "where the server is replaced", "the worker keeps files of one version with a page of another", [
    WORKER,
    `!html.includes(\`"static/\${VERSION}/\`)`,
    `html === ""`,
  ]),
  inTest(TEST, "a page goes on with its own version", "a new worker throws away the files of pages that are open", [
    WORKER,
    `others.slice(0, -1)`,
    `others`,
  ]),
  inTest(TEST, "while the server is gone the newest", "messages are kept once and not as they become", [
    "static/views/device.js",
    `\`\${epoch} \${seq}\``,
    `epoch`,
  ]),
  inTest(
    TEST,
    "while the server is gone the newest",
    "a room keeps what was on the device once the server has sent it",
    [
      "static/views/kept.js",
      `timeline.items.filter((item) => !shown.has(item))`,
      `timeline.items`,
    ],
  ),
  inTest(TEST, "the device forgets everything", "the device forgets messages and keeps the key", [
    "static/client/storage.js",
    `    for (const key of this.keys("")) this.set(key, null);`,
    ``,
  ]),
  inTest(
    "tests/http/router_test.ts",
    "/static/0123456789ab/app.js",
    "a file of another version is answered with one of this",
    [
      "chat/http/router.ts",
      `path.startsWith(\`\${assets.version}/\`)`,
      `/^[0-9a-f]{12}\\//.test(path)`,
    ],
  ),
];

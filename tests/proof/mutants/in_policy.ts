/** Bugs in who may do what: ids, tokens, origins, limits. @module */

import { inTest, type Mutant } from "./mutant.ts";

export const IN_POLICY: readonly Mutant[] = [
  inTest("tests/http/origins_test.ts", "is not the own page", "a page at another port is taken for the own", [
    "chat/http/origins.ts",
    `URL.parse(\`\${page.protocol}//\${host}\`)?.host === page.host`,
    `URL.parse(\`\${page.protocol}//\${host}\`)?.hostname === page.hostname`,
  ]),
  inTest(
    "tests/http/origins_test.ts",
    "is not the own page",
    "a page of a site whose name begins alike is taken for the own",
    [
      "chat/http/origins.ts",
      `URL.parse(\`\${page.protocol}//\${host}\`)?.host === page.host`,
      `page.host.startsWith(URL.parse(\`\${page.protocol}//\${host}\`)?.host ?? "/")`,
    ],
  ),
  inTest("tests/http/origins_test.ts", "nobody else", "anybody says by a header which host is the own", [
    "chat/http/upgrade.ts",
    `const forwarded = viaProxy ?`,
    `const forwarded = viaProxy || true ?`,
  ]),
  inTest("tests/http/origins_test.ts", "nobody else", "a client says before its proxy which host is the own", [
    "chat/http/upgrade.ts",
    `.split(",").at(-1)?`,
    `.split(",").at(0)?`,
  ]),
];

/** With `GUARD=on` the same holds: the tests of the dialects, of bad input, of slow readers and of the pages, on that listener. @module */

import { listenBy } from "../lib/listener.ts";

listenBy("guarded");
await import("../chat/bad_input_test.ts");
await import("../chat/commands_test.ts");
await import("../chat/http_api_test.ts");
await import("../chat/join_test.ts");
await import("../chat/plain_test.ts");
await import("../chat/replies_test.ts");
await import("../chat/slow_reader_test.ts");

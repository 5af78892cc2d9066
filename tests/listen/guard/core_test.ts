/** With `GUARD=on` the same holds: the tests of the dialects, of bad input, of slow readers and of the pages, on that listener. @module */

import { listenBy } from "../../lib/listener.ts";

listenBy("guarded");
await import("../../socket/bad_input_test.ts");
await import("../../commands/messages_test.ts");
await import("../../http/router_test.ts");
await import("../../http/v1/messages_test.ts");
await import("../../http/v1/odd_test.ts");
await import("../../room/join_test.ts");
await import("../../dialect/plain_test.ts");
await import("../../commands/replies_test.ts");
await import("../../commands/rooms_test.ts");
await import("../../commands/session_test.ts");
await import("../../dialect/chat_v1_test.ts");
await import("../../outbox/slow_reader_test.ts");
await import("../../http/v1/stream_test.ts");
await import("../../http/v1/stream_readers_test.ts");
await import("../../http/v1/stream_slow_test.ts");

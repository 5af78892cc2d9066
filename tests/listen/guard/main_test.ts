/** With `GUARD=on` the program starts, stops, runs out of descriptors and speaks TLS as it does without. @module */

import { listenBy } from "../../lib/listener.ts";

listenBy("guarded");
await import("../../main_test.ts");

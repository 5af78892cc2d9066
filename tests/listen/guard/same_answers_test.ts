/** With `GUARD=on` the same requests get the same answers: odd ones are sent to both listeners, and what comes is compared. @module */

import type { RefusedRequest } from "../../../chat/http/options.ts";
import { assertEquals } from "../../lib/assert.ts";
import { listenBy, type Listener } from "../../lib/listener.ts";
import { RawPeer, upgradeHead } from "../../lib/raw_peer.ts";
import { startServer } from "../../lib/server.ts";

function get(path: string, ...lines: string[]): string {
  return [`GET ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...lines, "", ""].join("\r\n");
}

function posted(path: string, body: string, ...lines: string[]): string {
  const length = lines.some((line) => line.startsWith("T"))
    ? []
    : [`Content-Length: ${new TextEncoder().encode(body).length}`];
  return get(path, ...lines, ...length).replace("GET", "POST") + body;
}

const upgrade = (changes: Record<string, string | null>, path = "/ws/ada") => upgradeHead(path, changes);
const protocol = (list: string) => upgrade({ "Sec-WebSocket-Protocol": list });

/** By what is odd about them. */
const REQUESTS: Record<string, string> = {
  "nothing": get("/healthz"),
  "no Host": "GET /healthz HTTP/1.1\r\n\r\n",
  "an empty Host": "GET /healthz/../a/metrics HTTP/1.1\r\nHost:\r\n\r\n",
  "an empty Host, and a path that begins with a name": "GET /a/healthz HTTP/1.1\r\nHost:\r\n\r\n",
  "an empty Host of a socket": upgrade({ Host: "" }),
  "a Host that has a path": upgrade({ Host: "a/ws?" }),
  "a Host with a user": upgrade({ Host: "user@localhost" }),
  "a Host with a port that there cannot be": upgrade({ Host: "localhost:99999" }),
  "a Host that there cannot be": upgrade({ Host: "999.999.999.999" }),
  "a Host of IPv6 with a zone": upgrade({ Host: "[fe80::1%25eth0]:80" }),
  "two Hosts": get("/healthz", "Host: other"),
  "two slashes": get("//healthz"),
  "a whole URL": get("http://other/healthz"),
  "a step up": get("/static/../main.ts"),
  "an escaped step up": get("/static/%2e%2e%2fmain.ts"),
  "a backslash": get("/static\\app.js"),
  "an escape that is none": get("/%zz%ff"),
  "no such file": get("/static/__proto__"),
  "HTTP/1.0": "GET /healthz HTTP/1.0\r\n\r\n",
  "no version": "GET /\r\n\r\n",
  "HTTP/2.0": "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
  "a version that there is not": "GET / HTTP/2.5\r\nHost: localhost\r\n\r\n",
  "OPTIONS": get("/").replace("GET", "OPTIONS"),
  "TRACE": get("/").replace("GET", "TRACE"),
  "POST": get("/", "Content-Length: 5").replace("GET", "POST") + "hello",
  "POST of a socket": upgrade({ "Content-Length": "0" }).replace("GET", "POST"),
  "a body": get("/healthz", "Content-Length: 5") + "hello",
  "two lengths": get("/", "Content-Length: 1", "Content-Length: 2") + "ab",
  "a negative length": get("/", "Content-Length: -1"),
  "a wish to be told to go on": get("/healthz", "Expect: 100-continue", "Content-Length: 5"),
  "a wish that nobody knows": get("/healthz", "Expect: pizza"),
  "a text for a room": posted("/v1/rooms/tea?id=7", "hello"),
  "a text for a room, with a body in pieces": posted(
    "/v1/rooms/tea?id=7",
    "5\r\nhello\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked",
  ),
  "a text for a room, whose sender waits to be told to go on": posted(
    "/v1/rooms/tea?id=7",
    "hello",
    "Expect: 100-continue",
  ),
  "a text of nobody": posted("/v1/rooms/tea", "hello"),
  "a text with two ids": posted("/v1/rooms/tea?id=7&id=8", "hello"),
  "a text for a room with an odd name": posted("/v1/rooms/t%65a%00?id=7", "hello"),
  "a text by a name that is escaped": posted("/v1/rooms/tea?id=%F0%9F%98%80%zz", "hello"),
  "a text that is too long": posted("/v1/rooms/tea?id=7", "x".repeat(70_000)),
  "a key beyond ASCII": posted("/v1/rooms/tea?id=7", "hello", "Idempotency-Key: \u00e9\u{1f600}"),
  "a length of nothing": posted("/v1/rooms/tea?id=7", ""),
  "a page of another site": posted("/v1/rooms/tea?id=7", "hello", "Origin: https://evil.example"),
  "a text that is compressed": posted("/v1/rooms/tea?id=7", "hello", "Content-Encoding: gzip"),
  "no route": get("/v1/"),
  "no route at all": get("/v1"),
  "a body for a page of messages": get("/v1/rooms/tea?id=7", "Content-Length: 5") + "hello",
  "a wish for a socket at a room": upgrade({}, "/v1/rooms/tea"),
  "an upgrade to something else": get("/healthz").replace("close", "upgrade, close\r\nUpgrade: h2c"),
  "a blank in a header's name": get("/healthz", "a b: c"),
  "a header without a name": get("/healthz", ": c"),
  "a blank before the colon": "GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n",
  "a NUL in a header": get("/healthz", "a: b\0c"),
  "a socket with a body": upgrade({ "Content-Length": "5" }) + "hello",
  "a socket with an empty body": upgrade({ "Content-Length": "0" }),
  "a socket with a body in pieces": upgrade({ "Transfer-Encoding": "chunked" }) + "0\r\n\r\n",
  "a socket with a length that is none": upgrade({ "Content-Length": "five" }),
  "a socket elsewhere": upgrade({}, "/elsewhere"),
  "a socket with two keys": upgrade({ "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" }),
  "two ways to upgrade": upgrade({ Upgrade: "h2c, websocket" }),
  "an upgrade in capitals": upgrade({ Upgrade: "WebSocket", Connection: "keep-alive, Upgrade" }),
  "no wish to upgrade": upgrade({ Connection: "close" }),
  "odd extensions": upgrade({ "Sec-WebSocket-Extensions": '=;,"' }),
  "an id that there cannot be": upgrade({}, "/ws/%zz"),
  "a long id": upgrade({}, `/ws/${"a".repeat(2_000)}`),
  "a room that there cannot be": upgrade({}, "/ws/ada?room=%00"),
  "a fragment": upgrade({}, "/ws/ada#b"),
  "an empty name in the list of subprotocols": protocol("chat.v1,,x"),
  "a tab in the list": protocol("x,\tchat.v1"),
  "a blank in a name of the list": protocol("a b, chat.v1"),
  "quotes in the list": protocol(',chat.v1 ,"x"'),
  "the same name twice": protocol("chat.v1, chat.v1"),
  "the list in two lines": upgrade({ "Sec-WebSocket-Protocol": "x", "sec-websocket-protocol": "chat.v1" }),
  "a list without our name": protocol("x, y"),
  "an empty list": protocol(""),
};

const COMPARED = [
  "content-type",
  "x-content-type-options",
  "cross-origin-resource-policy",
  "sec-websocket-protocol",
  "allow",
  "cache-control",
  "vary",
  "www-authenticate",
];

interface Answer {
  status: number;
  headers: (string | undefined)[];
  /** Of an error in JSON. */
  code?: string;
  /** What the operator was told. */
  told: Pick<RefusedRequest, "status" | "path">[];
}

/** A request that the parser of a listener refuses has no headers, and nobody is told of it. */
function isParsers({ status, headers, told }: Answer): boolean {
  return status === 400 && told.length === 0 && headers.every((value) => value === undefined);
}

async function answers(listener: Listener): Promise<Record<string, Answer>> {
  listenBy(listener);
  const told: RefusedRequest[] = [];
  await using server = startServer({ onRefused: (refused) => told.push(refused) });
  const all: Record<string, Answer> = {};
  for (const [what, request] of Object.entries(REQUESTS)) {
    told.length = 0;
    using peer = await RawPeer.connect(server.port);
    await peer.write(request);
    let response = await peer.readResponse();
    // One of them says first that a body may come.
    if (response.status === 100) response = await peer.readResponse();
    all[what] = {
      status: response.status,
      code: /"code":"(\w+)"/.exec(response.body)?.[1],
      headers: COMPARED.map((name) => response.headers.get(name)?.toLowerCase()),
      told: told.map(({ status, path }) => ({ status, path })),
    };
  }
  return all;
}

Deno.test("both listeners answer odd requests alike, and tell alike of sockets that they refuse", async () => {
  const plain = await answers("plain");
  const guarded = await answers("guarded");
  for (const what of Object.keys(REQUESTS)) {
    const [one, other] = [plain[what]!, guarded[what]!];
    if (isParsers(one)) assertEquals([what, other.status], [what, one.status]);
    else assertEquals([what, other], [what, one]);
  }
});

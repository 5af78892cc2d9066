/** What is answered to requests that want no socket. @module */

import { Assets } from "../../chat/http/assets.ts";
import { createHandler } from "../../chat/http/handler.ts";
import type { HttpOptions } from "../../chat/http/options.ts";
import { serviceMetrics } from "../../chat/http/metrics.ts";
import { slimPage } from "../../chat/http/slim/slim.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "../lib/assert.ts";
import { PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { textsIn } from "../lib/imports.ts";
import { RawPeer, upgradeHead } from "../lib/raw_peer.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const page = STATIC_FILES["index.html"]!;
const assets = new Assets(STATIC_FILES);
const sheet = await (await assets.respond("style.css", new Request("http://localhost/"))).text();

/** Gets a path as it is written: `fetch` would tidy it. */
function get(server: TestServer, path: string, headers = "", method = "GET"): ReturnType<typeof RawPeer.request> {
  return RawPeer.request(server.port, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
}

/** A handler without a server. */
function makeHandler(options: Partial<HttpOptions> = {}): (request: Request) => Promise<Response> {
  const handler = createHandler({
    manager: { accepts: true, connectMs: () => 0, connect: () => {}, visit: () => undefined, answering: () => {} },
    assets,
    ...options,
  });
  const remoteAddr = { transport: "tcp", hostname: "::1", port: 1 } as const;
  return async (request) => await handler(request, { remoteAddr, completed: Promise.resolve() });
}

/** A page as it is at an address so many folders below the root. */
function seenFrom(depth: number, html: string): string {
  const whole = slimPage(html).replace(
    '<link rel="stylesheet" href="static/style.css">',
    () => `<style>${sheet}</style>`,
  );
  return whole.replaceAll('="static/', `="${"../".repeat(depth)}static/${assets.version}/`);
}

const HTML = "text/html; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";
const ANSWERS: [what: string, status: number, type: string, body: string | RegExp, paths: string[]][] = [
  ["the page", 200, HTML, seenFrom(0, page), ["/", "/wsx", "/static", "/index.html", "/?next=%2Fr%2Fa..b"]],
  ["the page with its files one folder up", 200, HTML, seenFrom(1, page), ["/r/lobby", "//", "/r/a?b=/../c"]],
  ["the page with its files two folders up", 200, HTML, seenFrom(2, page), ["/r/lobby/12", "/anything/at/all"]],
  ["the documentation", 200, HTML, seenFrom(0, STATIC_FILES["docs.html"]), ["/docs"]],
  ["the documentation with its files one folder up", 200, HTML, seenFrom(1, STATIC_FILES["docs.html"]), ["/docs/"]],
  ["the icon", 200, "image/svg+xml", STATIC_FILES["icon.svg"], ["/favicon.ico"]],
  ["the manifest", 200, "application/manifest+json", STATIC_FILES["manifest.webmanifest"], ["/manifest.webmanifest"]],
  [
    "a room for other sites' pages",
    200,
    "text/javascript; charset=utf-8",
    /customElements\.define\("switchboard-room"/,
    [
      "/embed.js",
    ],
  ],
  ["the client for Python", 200, "text/x-python; charset=utf-8", STATIC_FILES["client/switchboard.py"], ["/client.py"]],
  ["the worker", 200, "text/javascript; charset=utf-8", /\blet \w+="[0-9a-f]{12}";/, ["/worker.js"]],
  ["how to get metrics", 404, TEXT, "Metrics are off here: METRICS=on serves them\n", ["/metrics"]],
  ["nothing", 404, TEXT, /^There is no such (file|path)\n$/, [
    "/static/../deno.json",
    "/static/./index.html",
    "/static/..",
    "/..",
    "/../../etc/passwd",
    "/static/%2e%2e/deno.json",
    "/static/%2E%2E%2Fdeno.json",
    "/static/..%2fdeno.json",
    "/static/..%5cdeno.json",
    "/static/..\\deno.json",
    "/static/index.html%00.js",
    "/static//etc/passwd",
    "/static/",
    "/static/nothing.js",
    "/static/index.html/",
    "/static/INDEX.HTML",
    "/static/constructor",
    "/static/0123456789ab/app.js",
    `/static/${assets.version}/nothing.js`,
    `/static/${assets.version}/`,
    "/static/__proto__",
  ]],
];

for (const [what, status, type, body, paths] of ANSWERS) {
  for (const path of paths) {
    Deno.test(`there is ${what} at ${path}`, async () => {
      await using server = startServer();
      const response = await get(server, path);
      assertEquals([response.status, response.headers.get("content-type")], [status, type]);
      if (typeof body === "string") assertEquals(response.body, body);
      else assertMatch(response.body, body);
    });
  }
}

Deno.test("every file of static/ is served, with its type, and static_files.ts names no other", async () => {
  const types: Record<string, string> = {
    html: HTML,
    css: "text/css; charset=utf-8",
    js: "text/javascript; charset=utf-8",
    ts: "application/typescript; charset=utf-8",
    svg: "image/svg+xml",
    py: "text/x-python; charset=utf-8",
    webmanifest: "application/manifest+json",
    base64: "image/png",
  };
  const files = [...textsIn("static/", /./)].map(([path, text]) => [path.slice("static/".length), text] as const);
  assertEquals(Object.keys(STATIC_FILES).sort(), files.map(([name]) => name).sort());
  await using server = startServer();
  for (const [name, text] of files) {
    const response = await fetch(`${server.url}/static/${name}`);
    const bytes = await response.bytes();
    const served = name.endsWith(".base64") ? bytes.toBase64() : new TextDecoder().decode(bytes);
    // Scripts and style sheets come joined, see `join_modules_test.ts`.
    if (/\.(js|css)$/.test(name)) assertEquals([response.status, served.length > 0], [200, true]);
    else if (name.endsWith(".html")) assertEquals(served, seenFrom(0, text));
    else assertEquals(served, text);
    assertEquals(response.headers.get("content-type"), types[name.split(".").at(-1)!]);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  }
});

Deno.test("every file that a page or a script asks for is there", async () => {
  await using server = startServer();
  for (const [name, text] of Object.entries(STATIC_FILES)) {
    const wanted = name.endsWith(".html")
      ? Array.from(text.matchAll(/(?:src|href)="(static\/[^"#?]+)/g), ([, path]) => path!)
      : Array.from(
        text.matchAll(/^(?:import|export) .*?from "(\.[^"]+)"|import\("(\.[^"]+)"\)/gm),
        ([, a, b]) => new URL((a ?? b)!, `${server.url}/static/${name}`).pathname,
      );
    for (const path of wanted) {
      const response = await fetch(new URL(path, server.url));
      await response.body?.cancel();
      assertEquals([name, path, response.status], [name, path, 200]);
    }
  }
});

Deno.test("an address that is deeper than any there is gets the page, and no more copies of it are kept", async () => {
  await using server = startServer();
  const [one, other] = await Promise.all([9, 200].map((depth) => get(server, "/x".repeat(depth))));
  assertEquals([one!.status, one!.body], [200, seenFrom(8, page)]);
  assertEquals([other!.status, other!.headers.get("etag")], [200, one!.headers.get("etag")]);
});

Deno.test("pages forbid whatever they do not need", async () => {
  await using server = startServer();
  for (const path of ["/", "/docs"]) {
    const { headers } = await get(server, path);
    const policy = headers.get("content-security-policy")!;
    for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      assertStringIncludes(policy, rule);
    }
    assert(!/unsafe|\*|https?:/.test(policy), policy);
    assertEquals(headers.get("referrer-policy"), "no-referrer");
  }
});

Deno.test("the page has its style sheet in it, and may have no other: its policy knows the hash", async () => {
  await using server = startServer();
  const { headers, body } = await get(server, "/r/lobby");
  assertStringIncludes(body, `<style>${sheet}</style>`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sheet))).toBase64();
  const stylesOf = (policy: string) => /style-src ([^;]*)/.exec(policy)![1];
  assertEquals(stylesOf(headers.get("content-security-policy")!), `'self' 'sha256-${hash}'`);
  assertEquals(stylesOf((await get(server, "/docs")).headers.get("content-security-policy")!), "'self'");
});

Deno.test("sites that may embed the chat may have it in a frame, and not the page for developers", async () => {
  const embed = ["https://a.example", "http://b.example:81"];
  await using server = startServer({ assets: new Assets(STATIC_FILES, { embed }) });
  const framesOf = async (path: string) =>
    /frame-ancestors ([^;]*)/.exec((await get(server, path)).headers.get("content-security-policy")!)![1];
  assertEquals(await framesOf("/r/support"), "https://a.example http://b.example:81");
  assertEquals(await framesOf("/docs"), "'none'");
});

Deno.test("any page may fetch the room, which carries its style, and ask whether its site is admitted", async () => {
  await using server = startServer({ origins: ["own", "https://a.example"] });
  const script = await get(server, "/embed.js");
  assertEquals(script.headers.get("access-control-allow-origin"), "*");
  assertMatch(script.body, /="[^"]*:root,:host\{/);
  assertEquals(script.body.match(/^import |\bimport\(/gm), null, "it needs no other script");
  for (
    const [origin, admitted] of [["https://a.example", true], ["https://b.example", false], ["null", false]] as const
  ) {
    const { body, headers } = await get(server, "/embed.json", `Origin: ${origin}\r\n`);
    assertEquals([JSON.parse(body), headers.get("access-control-allow-origin")], [{ admitted }, "*"], origin);
  }
});

Deno.test("a browser that has the page already is told so with 304, whether it came compressed or not", async () => {
  await using server = startServer();
  const plain = await get(server, "/");
  const zipped = await get(server, "/", "Accept-Encoding: gzip\r\n");
  const tag = plain.headers.get("etag")!;
  assertEquals(zipped.headers.get("etag"), tag);
  for (const header of [tag, `"other", ${tag}`, "*"]) {
    const { status, body, headers } = await get(server, "/", `If-None-Match: ${header}\r\n`);
    assertEquals([status, body, headers.get("etag")], [304, "", tag]);
  }
  assertEquals((await get(server, "/", 'If-None-Match: W/"other"\r\n')).status, 200);
  assertMatch(plain.headers.get("cache-control")!, /no-cache/);
});

Deno.test("a file at its version's address may be kept for ever; with another content of any file it has another", async () => {
  await using server = startServer();
  const controlOf = async (path: string) => (await get(server, path)).headers.get("cache-control");
  assertMatch((await controlOf(`/static/${assets.version}/app.js`))!, /immutable/);
  for (const path of ["/static/app.js", "/", "/worker.js", "/manifest.webmanifest"]) {
    assertEquals(await controlOf(path), "no-cache", path);
  }
  const other = new Assets({ ...STATIC_FILES, "views/qr.js": `${STATIC_FILES["views/qr.js"]}\n` });
  assert(other.version !== assets.version && new Assets({ ...STATIC_FILES }).version === assets.version);
});

Deno.test("the worker names every file that the page may fetch, and no other", async () => {
  await using server = startServer();
  const { body } = await get(server, "/worker.js");
  const files: string[] = JSON.parse(/=(\["app\.js"[^\]]*\])/.exec(body)![1]!);
  for (
    const name of [
      "app.js",
      "later.css",
      "icon.svg",
      "views/dialogs.js",
      "words/de.js",
      "text/highlight.js",
    ]
  ) {
    assert(files.includes(name), name);
  }
  for (const name of files) {
    assertEquals([name, (await get(server, `/static/${assets.version}/${name}`)).status], [name, 200]);
  }
  // What is in another script or in the page itself, and what the page for developers has, is not fetched.
  assertEquals(files.filter((name) => /^(client\/(?!sha256)|css|docs|style)|html|timeline|limits/.test(name)), []);
});

Deno.test("files are compressed for who takes that, and only then", async () => {
  await using server = startServer();
  const encodingFor = async (accepted: string) =>
    (await get(server, "/", accepted === "" ? "" : `Accept-Encoding: ${accepted}\r\n`)).headers.get("content-encoding");
  assertEquals(await encodingFor("gzip"), "gzip");
  assertEquals(await encodingFor("gzip, deflate, br, zstd"), "br");
  assertEquals(await encodingFor("gzip, br;q=0"), "gzip");
  for (const accepted of ["", "identity", "gzip;q=0"]) assertEquals(await encodingFor(accepted), undefined);
  const response = await fetch(server.url);
  assertEquals(response.headers.get("content-encoding"), "br");
  assertEquals(await response.text(), seenFrom(0, page));
  assertEquals((await get(server, "/")).headers.get("vary"), "accept-encoding");
});

Deno.test("HEAD says what GET would send, without sending it", async () => {
  await using server = startServer();
  for (const headers of ["", "Accept-Encoding: gzip\r\n"]) {
    const asked = await get(server, "/", headers);
    const head = await get(server, "/", headers, "HEAD");
    assertEquals([head.status, head.body], [200, ""]);
    for (const name of ["content-length", "content-type", "etag", "content-encoding"]) {
      assertEquals(head.headers.get(name), asked.headers.get(name), name);
    }
    assert(Number(head.headers.get("content-length")) > 0);
  }
});

for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"]) {
  Deno.test(`${method} is refused with 405 and what is allowed`, async () => {
    await using server = startServer();
    const { status, headers } = await get(server, "/", "Content-Length: 0\r\n", method);
    assertEquals([status, headers.get("allow")], [405, "GET, HEAD"]);
  });
}

Deno.test("a Host that tries to choose the path is refused", async () => {
  await using server = startServer();
  for (
    const host of [
      "a/healthz?",
      "[::1%25a/b]",
      "[::1%25a?b]",
      "[::1%25a#b]",
      "a#",
      "a?b",
      "a@b",
      "a b",
      "a\\b",
      "é",
      "localhost:",
      "localhost:x",
    ]
  ) {
    const { status } = await RawPeer.request(server.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assertEquals([host, status], [host, 400]);
  }
  const zones = ["[fe80::1%25eth0]:8000", "[fe80::1%eth0]", "[fe80::1%25en0.1]"];
  for (const host of ["localhost", "chat.example:8000", "[::1]:80", "127.0.0.1", "a_b.example", ...zones]) {
    const { status } = await RawPeer.request(server.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assertEquals([host, status], [host, 200]);
  }
});

Deno.test("a socket is opened at a Host with a zone", async () => {
  await using server = startServer();
  using peer = await RawPeer.connect(server.port);
  await peer.write(upgradeHead("/ws/ada?room=zone", { Host: "[fe80::1%25eth0]:8000" }));
  assertEquals((await peer.readResponse()).status, 101);
});

Deno.test("a request for a socket at another path is told where sockets are", async () => {
  await using server = startServer();
  for (const path of ["/", "/chat", "/r/lobby", "/items/foo/ws?token=x"]) {
    const { status, headers, body } = await RawPeer.request(server.port, upgradeHead(path));
    assertEquals([path, status, headers.get("content-type")], [path, 404, "text/plain; charset=utf-8"]);
    assertStringIncludes(body, "/ws/ID");
  }
});

Deno.test("every response says that its type is not to be guessed, and that it is for this site", async () => {
  const handle = makeHandler({ metrics: () => "" });
  const tag = (await handle(new Request("http://a/"))).headers.get("etag")!;
  const requests: [string, RequestInit, number][] = [
    ["/", {}, 200],
    ["/", { headers: { "if-none-match": tag } }, 304],
    ["/", { method: "HEAD" }, 200],
    ["/", { method: "POST" }, 405],
    ["/docs", {}, 200],
    ["/static/app.js", {}, 200],
    ["/static/none", {}, 404],
    ["/healthz", {}, 200],
    ["/metrics", {}, 200],
    ["/favicon.ico", {}, 200],
    ["/ws/ada", {}, 426],
  ];
  for (const [path, init, status] of requests) {
    const response = await handle(new Request(`http://a${path}`, init));
    assertEquals([path, response.status], [path, status]);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff", path);
    assertEquals(response.headers.get("cross-origin-resource-policy"), "same-origin", path);
  }
});

Deno.test("a page that came by https keeps windows of other sites apart; over http browsers would only complain", async () => {
  await using server = startServer();
  const policyFor = async (path: string, headers = "") =>
    (await get(server, path, headers)).headers.get("cross-origin-opener-policy");
  for (const path of ["/", "/docs"]) {
    assertEquals(await policyFor(path, "X-Forwarded-Proto: https\r\n"), "same-origin");
    assertEquals(await policyFor(path, "X-Forwarded-Proto: http\r\n"), undefined);
    assertEquals(await policyFor(path), undefined);
  }
  assertEquals(await policyFor("/static/app.js", "X-Forwarded-Proto: https\r\n"), undefined);
  const { headers } = await makeHandler()(new Request("https://a/"));
  assertEquals(headers.get("cross-origin-opener-policy"), "same-origin");
});

Deno.test("/healthz says ok, and 503 once the server is stopping", async () => {
  await using server = startServer();
  assertEquals((await get(server, "/healthz")).status, 200);
  assertEquals((await get(server, "/healthz", "", "HEAD")).status, 200);
  await server.manager.drain();
  assertEquals((await get(server, "/healthz")).status, 503);
  assertEquals((await get(server, "/")).status, 200, "the page is still served");
  const { status, headers } = await RawPeer.request(server.port, upgradeHead("/ws/ada"));
  assertEquals([status, headers.get("retry-after")], [503, "2"]);
  const handle = makeHandler({
    manager: { accepts: false, connectMs: () => 0, connect: () => {}, visit: () => undefined, answering: () => {} },
  });
  assertEquals((await handle(new Request("http://a/healthz"))).status, 503);
});

Deno.test("/metrics is for this machine, and for those who have its token", async () => {
  const handler = (metricsToken?: string) =>
    createHandler({
      manager: { accepts: true, connectMs: () => 0, connect: () => {}, visit: () => undefined, answering: () => {} },
      assets,
      metrics: () => "",
      metricsToken,
    });
  const token = "a token for metrics, of 32 bytes";
  const statusOf = async (hostname: string, headers: HeadersInit = {}, metricsToken?: string) => {
    const remoteAddr = { transport: "tcp", hostname, port: 1 } as const;
    const request = new Request("http://a/metrics", { headers });
    return (await handler(metricsToken)(request, { remoteAddr, completed: Promise.resolve() })).status;
  };
  for (const hostname of ["::1", "127.0.0.1", "127.9.8.7", "::ffff:127.0.0.1"]) {
    assertEquals(await statusOf(hostname), 200, hostname);
    for (const name of ["x-forwarded-for", "forwarded", "via"]) {
      assertEquals(await statusOf(hostname, { [name]: "127.0.0.1" }, token), 401, name);
    }
  }
  for (const hostname of ["10.0.0.1", "2001:db8::1", "::127.0.0.1", "1.127.0.0"]) {
    assertEquals(await statusOf(hostname), 401, hostname);
    assertEquals(await statusOf(hostname, { authorization: "Bearer undefined" }), 401, hostname);
    for (const wrong of ["", token, `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(1)}`]) {
      assertEquals(await statusOf(hostname, { authorization: wrong }, token.replaceAll(" ", "-")), 401, wrong);
    }
    const authorization = `Bearer ${token.replaceAll(" ", "-")}`;
    assertEquals(await statusOf(hostname, { authorization }, token.replaceAll(" ", "-")), 200, hostname);
  }
});

Deno.test("/metrics counts what there is", async () => {
  await using server = startServer();
  await using client = await PlainClient.open(server, "ada");
  client.send("one");
  await client.untilCount(1);
  const clock = new FakeClock();
  const { render: metrics, stop } = serviceMetrics(
    server.manager,
    { troubles: 2, lines: { dropped: 3, waitingBytes: 4 } },
    { total: 5 },
    clock,
  );
  const text = await (await makeHandler({ metrics })(new Request("http://a/metrics"))).text();
  for (
    const line of [
      "connections 1",
      "sockets 1",
      "rooms 1",
      "received_total 1",
      "too_slow_total 0",
      "log_dropped_total 3",
      "refused_total 5",
    ]
  ) {
    assertMatch(text, new RegExp(`^switchboard_${line}$`, "m"));
  }
  assertMatch(text, /^# TYPE switchboard_received_total counter$/m);
  assertEquals(clock.timers, 1);
  stop();
  assertEquals(clock.timers, 0, "the measuring ends");
});

Deno.test("a file of an unknown kind is an error at start, not a surprise later", () => {
  assertThrows(() => new Assets({ "photo.jpeg": "" }), TypeError, "photo.jpeg");
});

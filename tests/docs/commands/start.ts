/** Starting the server, of every way that a document has. @module */

import { assert, assertEquals, assertStringIncludes } from "../../lib/assert.ts";
import { lastingPort } from "../../lib/port.ts";
import { ROOT } from "../../lib/process.ts";
import { Checkout } from "../checkout.ts";
import { adds, asItIs, chats, ends, serves, type Trial, untried } from "./trials.ts";

/** A recipe, which `people_test.ts` of `tests/docs/` runs with what belongs to it. */
function recipe(words: string): Trial {
  return {
    run(command) {
      assertStringIncludes(command, words);
      assertStringIncludes(Deno.readTextFileSync(`${ROOT}tests/docs/people_test.ts`), `commandWith("${words}")`);
      return Promise.resolve();
    },
  };
}

const DEPLOY = untried("it takes an account", {
  document: "README.md",
  words: "We have not tried this on Deno Deploy itself",
});

const CONTAINER = untried(
  "it takes a machine that runs containers; `deployment_test.ts` and `compose_test.ts` of `tests/docs/` run what is in them",
  {
    document: "docs/operators.md",
    words: "none could be built where this was written",
  },
);

/** `telemetry_test.ts` of `tests/service/` starts it with these, before a collector. */
const TELEMETRY: Trial = {
  run(command) {
    const text = Deno.readTextFileSync(`${ROOT}tests/service/telemetry_test.ts`);
    for (const [name] of command.matchAll(/OTEL_\w+(?==)/g)) assertStringIncludes(text, name);
    return Promise.resolve();
  },
};

export const START: Record<string, Trial> = {
  "deno task dev": serves("SIGINT"),
  "deno task dev --host ::": serves("SIGINT"),
  "PORT=8001 npx -y deno@2.9.6 task dev": serves("SIGINT", () => "deno task dev"),
  "deno task start": serves(),
  "ACCESS=known ORIGINS=http://192.168.1.20:8000 deno task start": recipe("ORIGINS="),
  "HOST=127.0.0.1 ACCESS=token IDENTITY_HEADER=Remote-User TRUST_PROXY=127.0.0.1 deno task start": recipe(
    "IDENTITY_HEADER=",
  ),
  "TOKEN_SECRET=$(<secret) TOKEN_AUDIENCE=chat ACCESS=token deno task start": recipe("TOKEN_SECRET="),
  "OTEL_DENO=true OTEL_SERVICE_NAME=switchboard OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 OTEL_TRACES_SAMPLER=always_off deno task start":
    TELEMETRY,
  "deno task start --help": ends(asItIs, ({ out }) => assertStringIncludes(out, "--port NUMBER")),
  "deno run --allow-net --allow-read=data --allow-write=data --allow-sys=systemMemoryInfo --allow-env=PORT,HOST,CHAT_STORE,STORE_BYTES,KEEP_MESSAGES,KEEP_DAYS,TLS_CERT,TLS_KEY,ORIGINS,EMBED,TRUST_PROXY,ACCESS,TOKEN_SECRET,TOKEN_JWKS,TOKEN_AUDIENCE,TOKEN_ISSUER,TOKEN_URL,IDENTITY_HEADER,OWNERS,MEMORY_LIMIT,RATE_LIMIT,ADDRESS_CONNECTIONS,ADDRESS_CONNECTS,ADDRESS_ROOMS,METRICS,METRICS_TOKEN,REUSE_PORT,GUARD,LISTEN,WS_NO_BUFFER_UTIL,PGAPPNAME switchboard.js --listen":
    serves(
      "SIGTERM",
      adds("--port 0"),
    ),
  "exec \"$(npx -y deno@2.9.6 eval 'console.log(Deno.execPath())')\" task start": { ...serves(), needs: ["npm"] },
  "deno serve --port 8000 main.ts": {
    async run(command) {
      await using checkout = await Checkout.make();
      const port = lastingPort();
      // The permissions are named elsewhere.
      const line = command.replace("deno serve", "deno serve -A").replace("8000", `${port}`);
      await using started = await checkout.start(line);
      const { service } = started;
      await chats({ url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` });
      assertEquals(await service.stop(), 0);
    },
  },
  "docker build -t switchboard .": CONTAINER,
  "docker run -p 8000:8000 -v messages:/app/data -e ACCESS=known switchboard": CONTAINER,
  "docker compose -f compose.yaml -f compose.postgres.yaml up -d": CONTAINER,
  "deno task bundle": ends(
    asItIs,
    (_, { path }) => assert(Deno.statSync(`${path}/dist/switchboard.js`).size > 100_000),
  ),
  "journalctl -u switchboard -o cat": untried("it takes systemd"),
  "deno deploy create --org ORG --app APP --source local --runtime-mode dynamic --entrypoint main.ts --region eu --no-wait":
    DEPLOY,
  "deno deploy database provision DB --kind denokv --org ORG": DEPLOY,
  "deno deploy database assign DB --org ORG --app APP": DEPLOY,
  'deno deploy env add CHAT_STORE "postgres://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full" --secret --org ORG --app APP':
    DEPLOY,
  "deno deploy --prod --org ORG --app APP": DEPLOY,
};

/** Proxies before the server, run on the settings that the operators' page gives. @module */

import { assertMatch } from "./assert.ts";
import { pathOf } from "./tools.ts";

/**
 * Starts nginx.
 *
 * @param folder for what it writes
 * @param settings what is in its `http` block
 */
export async function startNginx(folder: string, settings: string): Promise<AsyncDisposable> {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) =>
    `${kind}_temp_path ${folder}/${kind};`
  );
  const config = `daemon off; pid ${folder}/pid; error_log stderr; events {}\n` +
    `http { access_log off; ${temporary.join(" ")}\n${settings}}\n`;
  await Deno.writeTextFile(`${folder}/nginx.conf`, config);
  const args = ["-e", "stderr", "-c", `${folder}/nginx.conf`];
  const test = await new Deno.Command(pathOf("nginx")!, { args: [...args, "-t"] }).output();
  assertMatch(new TextDecoder().decode(test.stderr), /test is successful/);
  return run("nginx", args);
}

/** Starts Caddy. @param folder for what it writes @param settings its Caddyfile */
export async function startCaddy(folder: string, settings: string): Promise<AsyncDisposable> {
  await Deno.writeTextFile(`${folder}/Caddyfile`, `{\n\tadmin off\n}\n${settings}`);
  return run("caddy", ["run", "--adapter", "caddyfile", "--config", `${folder}/Caddyfile`], { HOME: folder });
}

function run(program: "nginx" | "caddy", args: string[], env: Record<string, string> = {}): AsyncDisposable {
  const child = new Deno.Command(pathOf(program)!, { args, env, stdin: "null", stdout: "null", stderr: "null" })
    .spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

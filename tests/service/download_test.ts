/** The cost of a first start: the packages that Deno fetches before the server listens. @module */

import { assert, assertEquals } from "../lib/assert.ts";
import { bytesIn, copyService } from "../lib/files.ts";
import { makeFolder, ROOT, ServiceProcess } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";

/** Where this Deno fetches packages from. */
const REGISTRY = Deno.env.get("NPM_CONFIG_REGISTRY") ?? "https://registry.npmjs.org/";

/** The most that the packages of a start may take on the disk, in bytes. */
const PACKAGES_BYTES = 6_000_000;

for (const task of ["start", "dev"]) {
  testWith("npm", {
    name: `with nothing fetched yet, \`deno task ${task}\` fetches the standard library and no other package`,
    async fn() {
      await using folder = await makeFolder();
      await copyService(`${folder.path}/tree`);
      await using service = await ServiceProcess.start({
        command: [Deno.execPath(), "task", task],
        args: [],
        cwd: `${folder.path}/tree`,
        env: { DENO_DIR: `${folder.path}/deno`, PORT: "0", HOST: "127.0.0.1" },
      });
      assertEquals((await service.event("started")).durability, "fsync");
      service.kill("SIGINT");
      await service.exited;
      const packages = `${folder.path}/deno/npm/${new URL(REGISTRY).host}`;
      assertEquals(Array.from(Deno.readDirSync(packages), ({ name }) => name), ["deno-std"]);
      const bytes = bytesIn(packages);
      assert(bytes < PACKAGES_BYTES, `${bytes} bytes`);
      assertEquals(
        await Deno.readTextFile(`${folder.path}/tree/deno.lock`),
        await Deno.readTextFile(`${ROOT}deno.lock`),
      );
    },
  });
}

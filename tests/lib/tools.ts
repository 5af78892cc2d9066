/**
 * What some tests need of the machine, besides Node and npm: where it is, and how it is had. A test that needs what is not there is
 * left out, and says so; with `CI` set it fails instead.
 *
 * @module
 */

interface Tool {
  /** How it is had, for people. */
  install: string;
  /** Where it is; undefined if it is not here. */
  find(): string | undefined;
}

const TOOLS = {
  chromium: {
    install: "apt install chromium-headless-shell",
    // Without the windows around its pages it takes less than half of the processor's time.
    find: () => firstInPath(Deno.env.get("CHROMIUM") ?? ["chromium-headless-shell", "chromium"]),
  },
  "firefox-esr": {
    install: "apt install firefox-esr",
    find: () => inPath(Deno.env.get("FIREFOX") ?? "firefox-esr"),
  },
  nginx: { install: "apt install nginx", find: () => inPath("nginx") },
  caddy: { install: "apt install caddy", find: () => inPath("caddy") },
  openssl: { install: "apt install openssl", find: () => inPath("openssl") },
  script: { install: "apt install bsdutils", find: () => inPath("script") },
  "python3-websockets": {
    install: "apt install python3-websockets",
    find: () => ["python3", "/usr/bin/python3"].find((python) => succeeds(python, "-c", "import websockets")),
  },
  python3: { install: "apt install python3", find: () => inPath("python3") },
  postgres: { install: "apt install postgresql", find: () => newestPostgres() ?? inPath("initdb") },
  node: { install: "get Node from nodejs.org", find: () => inPath("node") },
  curl: { install: "apt install curl", find: () => inPath("curl") },
  gpg: { install: "apt install gnupg", find: () => inPath("gpg") },
  rsync: { install: "apt install rsync", find: () => inPath("rsync") },
  sqlite3: { install: "apt install sqlite3", find: () => inPath("sqlite3") },
  fuser: { install: "apt install psmisc", find: () => inPath("fuser") },
  setpriv: { install: "apt install util-linux", find: () => inPath("setpriv") },
  root: { install: "run as root, on a system that lets root mount", find: () => canMount() ? "root" : undefined },
  "other owners": { install: "run as root", find: () => canGiveAway() ? "root" : undefined },
  "write protection": {
    install: "run as somebody else than root, or where chattr works",
    find: () => Deno.uid() !== 0 || canSeal() ? "here" : undefined,
  },
  npm: {
    install: "let it reach the registry",
    find: () => succeeds(Deno.execPath(), "eval", REACH) ? "registry" : undefined,
  },
} as const satisfies Record<string, Tool>;

/** Something that some tests need. */
export type ToolName = keyof typeof TOOLS;

/** Ends with 0 if packages can be fetched. */
const REACH =
  `const { ok } = await fetch((Deno.env.get("NPM_CONFIG_REGISTRY") ?? "https://registry.npmjs.org") + "/deno-std");
Deno.exit(ok ? 0 : 1);`;

const found = new Map<ToolName, string | undefined>();

/** Where a tool is; undefined if it is not here. Looked for once. */
export function pathOf(name: ToolName): string | undefined {
  if (!found.has(name)) found.set(name, TOOLS[name].find());
  return found.get(name);
}

/** Where the browser with its windows is; or else the one of the tests. */
export function wholeChromium(): string | undefined {
  return Deno.env.has("CHROMIUM") ? pathOf("chromium") : inPath("chromium") ?? pathOf("chromium");
}

/** The first of these that is not here, with how it is had: `chromium (apt install chromium)`. */
export function missing(...names: ToolName[]): string | undefined {
  const name = names.find((each) => pathOf(each) === undefined);
  return name && `${name} (${TOOLS[name].install})`;
}

/** Registers a test that needs something. `tests/run.ts` reads the names of those that are left out. */
export function testWith(needs: ToolName | ToolName[], test: Deno.TestDefinition): void {
  const lacking = missing(...[needs].flat());
  if (lacking === undefined) return Deno.test(test);
  if (!Deno.env.get("CI")) return Deno.test({ ...test, name: `${test.name} [needs ${lacking}]`, ignore: true });
  Deno.test({
    ...test,
    fn() {
      throw new Error(`It needs ${lacking}, and with CI set nothing may be left out`);
    },
  });
}

function inPath(program: string): string | undefined {
  if (program.includes("/")) return isFile(program) ? program : undefined;
  // Daemons lie where only root's path leads.
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => `${folder}/${program}`).find(isFile);
}

function firstInPath(programs: string | string[]): string | undefined {
  return [programs].flat().map(inPath).find((path) => path !== undefined);
}

/** Debian keeps each version's programs apart, out of the path. */
function newestPostgres(): string | undefined {
  const folder = "/usr/lib/postgresql";
  const versions = isFolder(folder) ? [...Deno.readDirSync(folder)].map(({ name }) => Number(name)) : [];
  return versions.sort((a, b) => b - a).map((version) => `${folder}/${version}/bin/initdb`).find(isFile);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Whether a program ends with 0. One that is not installed does not: `Deno.Command` throws at once then. */
function succeeds(command: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

function canSeal(): boolean {
  const file = Deno.makeTempFileSync({ prefix: "switchboard-seal-" });
  const sealed = succeeds("chattr", "+i", file) && succeeds("chattr", "-i", file);
  Deno.removeSync(file);
  return sealed;
}

function canGiveAway(): boolean {
  const file = Deno.makeTempFileSync({ prefix: "switchboard-owner-" });
  const given = succeeds("chown", "12345:12345", file);
  Deno.removeSync(file);
  return given;
}

function canMount(): boolean {
  const folder = Deno.makeTempDirSync({ prefix: "switchboard-mount-" });
  const mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
  if (mounted) succeeds("umount", folder);
  Deno.removeSync(folder);
  return mounted;
}

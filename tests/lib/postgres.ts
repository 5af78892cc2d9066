/**
 * A real PostgreSQL server for tests: in a folder and on a port of its own, stopped, killed, hung and started again at will.
 *
 * Its locale is not C, as on most servers: what relies on the order of bytes must say so.
 *
 * @module
 */

import { dirname } from "@std/path";
import { eventually } from "./patience.ts";
import { lastingPort } from "./port.ts";
import { missing, pathOf } from "./tools.ts";

const HOST = "127.0.0.1";
const PORTS_TRIED = 20;
/** Without an entry of its own for root: PostgreSQL refuses to run as root. The user `nobody`. */
const NOBODY = 65_534;

/** The role that tests connect as. It may make a schema in its database, and no more. */
const ROLE = "chat";
const PASSWORD = "p@ss/word";

/** How a server is asked to stop: `smart` waits for its clients, `fast` ends them, `immediate` leaves the data as a crash does. */
export type StopMode = "smart" | "fast" | "immediate";

const SIGNALS: Record<StopMode, Deno.Signal> = { smart: "SIGTERM", fast: "SIGINT", immediate: "SIGQUIT" };

/** Ends the server and removes its folder once the standard input ends: when the test is over, or its process, however it ends. */
const WATCHER = `
# Ctrl-C is sent to it as well, and it must outlive the tests.
trap '' HUP INT TERM
read -r _
pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -CONT $pid $(cat "/proc/$pid/task/$pid/children")
  kill -QUIT $pid
  tries=0
  while [ -e "$0/data/postmaster.pid" ] && [ $tries -lt 100 ]; do tries=$((tries + 1)); sleep 0.05; done
  kill -KILL $pid $(cat "/proc/$pid/task/$pid/children")
fi 2>/dev/null
rm -rf "$0"
`;

/** A database in which nothing is. It goes with `await using`. */
export interface Database extends AsyncDisposable {
  /** As in `CHAT_STORE`: of a role that may do as little as is needed. */
  readonly url: string;
  readonly name: string;
}

/** A server. `await using` ends it. */
export class Postgres implements AsyncDisposable {
  readonly #folder: string;
  readonly #watcher: Deno.ChildProcess;
  #port = 0;
  #databases = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#watcher = new Deno.Command("sh", { args: ["-c", WATCHER, folder], stdin: "piped", stdout: "null" }).spawn();
  }

  /**
   * Makes one, and starts it.
   *
   * @param settings more lines of `postgresql.conf`; with `fsync = on` it waits for the disk, as one that is used does
   */
  static async start(...settings: string[]): Promise<Postgres> {
    const folder = await Deno.makeTempDir({ prefix: "switchboard-postgres-" });
    if (Deno.uid() === 0) await Deno.chown(folder, NOBODY, NOBODY);
    const server = new Postgres(folder);
    try {
      await server.#make(settings);
      await server.#findPort();
      await server.#sql("postgres", [`CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}'`]);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What it is, for reports: `PostgreSQL 15.18`. */
  async version(): Promise<string> {
    return `PostgreSQL ${(await this.sql("SHOW server_version")).split(" ")[0]}`;
  }

  /** The number of its first process. @throws if it is not running */
  get pid(): number {
    return Number(Deno.readTextFileSync(`${this.#data}/postmaster.pid`).split("\n", 1)[0]);
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#port;
  }

  /** Where it and its programs may write. */
  get folder(): string {
    return this.#folder;
  }

  /** Runs one of its programs, `pg_dump` for instance. @returns its output @throws with what it says, if it fails */
  run(program: string, ...args: string[]): Promise<string> {
    return run(program, args);
  }

  /** Makes a database. */
  async database(): Promise<Database> {
    const name = `test_${++this.#databases}`;
    await this.sql(`CREATE DATABASE ${name}`, `GRANT CREATE ON DATABASE ${name} TO ${ROLE}`);
    return {
      name,
      url: `postgres://${ROLE}:${encodeURIComponent(PASSWORD)}@${HOST}:${this.#port}/${name}`,
      [Symbol.asyncDispose]: async () => void await this.sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    };
  }

  /** The URL of a database for its superuser. */
  adminUrl(database = "postgres"): string {
    return `postgres://postgres@${HOST}:${this.#port}/${database}`;
  }

  /** Does statements as its superuser, each by itself. @returns what the last ones print: columns divided by `|` */
  sql(...statements: string[]): Promise<string> {
    return this.#sql("postgres", statements);
  }

  /** The same in one database. */
  sqlIn({ name }: Pick<Database, "name">, ...statements: string[]): Promise<string> {
    return this.#sql(name, statements);
  }

  /** Cuts all connections to a database, in the middle of whatever they do. @returns how many */
  async cut({ name }: Pick<Database, "name">): Promise<number> {
    return Number(
      await this.sql(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '${name}'`),
    );
  }

  /** Starts it again, with the data that it has, and waits until it answers. */
  async start(): Promise<void> {
    await run("pg_ctl", ["start", "-w", "-t", "60", "-D", this.#data, "-l", `${this.#folder}/log`]);
  }

  /** Asks it to stop, and waits until it has. */
  async stop(mode: StopMode = "fast"): Promise<void> {
    const pid = this.pid;
    Deno.kill(pid, SIGNALS[mode]);
    await eventually(async () => this.#isDown() && await areOver([pid]), "PostgreSQL's end");
  }

  async restart(mode?: StopMode): Promise<void> {
    await this.stop(mode);
    await this.start();
  }

  /** Ends all of its processes as `kill -9` does, and waits until they are gone. */
  async kill(): Promise<void> {
    const processes = await this.#signal("SIGKILL");
    await eventually(() => areOver(processes), "PostgreSQL's end");
    // A process that nobody has waited for still has its number, and would be taken for a server.
    await Deno.remove(`${this.#data}/postmaster.pid`).catch(() => {});
  }

  /** Has it hang: it keeps its connections, takes others, and answers nobody. */
  async pause(): Promise<void> {
    await this.#signal("SIGSTOP");
  }

  async resume(): Promise<void> {
    await this.#signal("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher.stdin.close();
    await this.#watcher.status;
  }

  get #data(): string {
    return `${this.#folder}/data`;
  }

  async #make(settings: string[]): Promise<void> {
    const locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"];
    const how = ["--no-sync", "--no-instructions", "-E", "UTF8", "-U", "postgres", "-A", "trust"];
    await run("initdb", ["-D", this.#data, ...how, ...locale]);
    const file = (name: string) => `${this.#data}/${name}`;
    const lines = [
      `listen_addresses = '${HOST}'`,
      "unix_socket_directories = ''",
      "shared_buffers = 16MB",
      "fsync = off",
      ...settings,
      "include_if_exists = 'port.conf'",
    ];
    await Deno.writeTextFile(file("postgresql.conf"), `${lines.join("\n")}\n`, { append: true });
    const others = await Deno.readTextFile(file("pg_hba.conf"));
    await Deno.writeTextFile(file("pg_hba.conf"), `host all ${ROLE} ${HOST}/32 scram-sha-256\n${others}`);
  }

  /** PostgreSQL cannot be told to take any port, nor to say which it took. */
  async #findPort(): Promise<void> {
    for (let tries = 1;; tries++) {
      this.#port = lastingPort();
      await Deno.writeTextFile(`${this.#data}/port.conf`, `port = ${this.#port}\n`);
      try {
        return await this.start();
      } catch (error) {
        const log = await Deno.readTextFile(`${this.#folder}/log`).catch(() => "");
        if (tries === PORTS_TRIED || !log.includes("in use")) throw new Error(`${(error as Error).message}${log}`);
      }
    }
  }

  async #sql(database: string, statements: string[]): Promise<string> {
    const how = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", HOST, "-p", `${this.#port}`, "-U", "postgres"];
    return (await run("psql", [...how, "-d", database, ...statements.flatMap((one) => ["-c", one])])).trimEnd();
  }

  #isDown(): boolean {
    try {
      return !this.pid;
    } catch {
      return true;
    }
  }

  /** Sends a signal to all of its processes. @returns their numbers */
  async #signal(signal: Deno.Signal): Promise<number[]> {
    const pid = this.pid;
    // From here on it makes no more of them.
    Deno.kill(pid, "SIGSTOP");
    const processes = [pid, ...await childrenOf(pid)];
    for (const each of processes) send(each, signal);
    return processes;
  }
}

/** The server for all tests of a file, started as it is loaded; undefined where there is no PostgreSQL. */
export async function postgresOfFile(...settings: string[]): Promise<Postgres | undefined> {
  if (missing("postgres") !== undefined) return undefined;
  const server = await Postgres.start(...settings);
  Deno.test.afterAll(async () => await server[Symbol.asyncDispose]());
  return server;
}

function programs(): string {
  return dirname(Deno.realPathSync(pathOf("postgres")!));
}

/** Not as root, as which most of them refuse to run. */
async function run(program: string, args: string[]): Promise<string> {
  const path = `${programs()}/${program}`;
  const other = Deno.uid() === 0
    ? [pathOf("setpriv")!, `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", path]
    : [path];
  const { success, stdout, stderr } = await new Deno.Command(other[0]!, {
    args: [...other.slice(1), ...args],
    cwd: "/",
    // Without the variables by which somebody's own database is found.
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", LC_ALL: "C.UTF-8" },
    stdin: "null",
  }).output();
  if (!success) throw new Error(`${program}: ${decode(stderr)}${decode(stdout)}`);
  return decode(stdout);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

// By another program: Deno lets none read there that may not do everything.

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/task/${pid}/children`] }).output();
  return decode(stdout).split(" ").filter((child) => child !== "").map(Number);
}

/** Ends with 0 if all of these processes have ended, be it that the parent of one has not looked yet. */
const ARE_OVER = `for pid; do
  case $(cut -d ' ' -f 3 "/proc/$pid/stat" 2>/dev/null) in ""|Z) ;; *) exit 1 ;; esac
done`;

async function areOver(pids: number[]): Promise<boolean> {
  const { success } = await new Deno.Command("sh", { args: ["-c", ARE_OVER, "sh", ...pids.map(String)] }).output();
  return success;
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

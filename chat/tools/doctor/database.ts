/** The database that the store is in: whether it can be used, and how safely it keeps. @module */

import { isLocal } from "../../base/addresses.ts";
import { reasonOf } from "../../base/errors.ts";
import { type Survey, survey } from "../../stores/postgres/survey.ts";
import { broken, type Finding, note, ok, unsafe } from "./finding.ts";

/** Reads from it, and has it write to its log, but to no table. @param shown the store's name, as it may be printed */
export async function judgeDatabase(store: string, shown: string): Promise<Finding[]> {
  try {
    return judge(await survey(store), shown);
  } catch (error) {
    return [broken(`The store ${shown} cannot be reached: ${reasonOf(error, "--allow-net --allow-env=PGAPPNAME")}`)];
  }
}

function judge(found: Survey, shown: string): Finding[] {
  const { version, commitMs, address: { schema, host, path, tls } } = found;
  if (found.isStandby) {
    return [broken(`The store ${shown} is on a standby, where nothing can be stored: name the primary`)];
  }
  if (found.encoding !== "UTF8") {
    return [broken(`The texts of ${shown} are ${found.encoding}: make the database with ENCODING 'UTF8'`)];
  }
  if (!found.mayWrite) {
    return [
      broken(`In ${shown} this role may not make the schema ${schema}, or not write in it: GRANT CREATE ON DATABASE`),
    ];
  }
  const findings = [ok(
    `The store ${shown} can be used: PostgreSQL ${version}. A commit takes ${
      commitMs.toFixed(2)
    } ms, so that there are ` +
      `about ${
        Math.floor(1000 / commitMs)
      } a second for each process; each takes all messages that have come meanwhile`,
  )];
  if (!found.syncs) {
    findings.push(note("Its fsync or its synchronous_commit is off: power loss costs the newest messages"));
  }
  if (!tls && path === undefined && host !== "localhost" && !isLocal({ hostname: host, port: 0 })) {
    findings.push(unsafe(
      `The way to ${shown} is not encrypted: everybody on it can read along. Put ?sslmode=verify-full behind its name`,
    ));
  }
  return findings;
}

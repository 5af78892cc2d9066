/** A certificate for localhost, made for a test. @module */

import { makeFolder, run } from "./process.ts";
import { pathOf } from "./tools.ts";

/** A folder with `cert.pem` and `key.pem`; needs openssl. */
export async function makeCertificate(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await makeFolder();
  const subject =
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE";
  const files = `-keyout ${folder.path}/key.pem -out ${folder.path}/cert.pem`;
  const request = `req -x509 -newkey rsa:2048 -nodes -days 2 ${subject} ${files}`;
  await run(pathOf("openssl")!, ...request.split(" "));
  return folder;
}

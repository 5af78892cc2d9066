/**
 * The certificate and its key.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { reasonOf, SettingError } from "../base/errors.ts";

/** Contents of a certificate, with its chain, and of its key, in PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

/**
 * Reads them.
 *
 * @param paths where they are
 * @throws {SettingError} if they are missing, invalid, or do not belong together
 */
export function readTlsFiles(paths: TlsFiles): TlsFiles {
  const cert = read("TLS_CERT", paths.cert);
  const key = read("TLS_KEY", paths.key);
  const certificate = parse(
    () => new X509Certificate(block("CERTIFICATE", cert)),
    `TLS_CERT: ${paths.cert} holds no certificate in PEM`,
  );
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key)) {
    throw new SettingError(`Cannot use TLS_KEY: ${paths.key} needs a password: save the key without one`);
  }
  const privateKey = parse(
    () => createPrivateKey(block("PRIVATE KEY", key)),
    `TLS_KEY: ${paths.key} holds no private key in PEM`,
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new SettingError(`Cannot use TLS_KEY: ${paths.key} is not the key of the certificate ${paths.cert}`);
  }
  return { cert, key };
}

function read(setting: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new SettingError(`Cannot use ${setting}: ${path} cannot be read: ${reasonOf(error, `--allow-read=${path}`)}`);
  }
}

/** The first block of such a kind: a file may hold the certificate, its chain and the key. */
function block(kind: string, pem: string): string {
  return new RegExp(`-----BEGIN ([A-Z]+ )?${kind}-----.*?-----END ([A-Z]+ )?${kind}-----`, "s").exec(pem)![0];
}

function parse<T>(parse: () => T, otherwise: string): T {
  try {
    return parse();
  } catch {
    throw new SettingError(`Cannot use ${otherwise}`);
  }
}

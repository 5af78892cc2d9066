/** The certificate. @module */

import { X509Certificate } from "node:crypto";
import { SettingError } from "../../base/errors.ts";
import { readTlsFiles, type TlsFiles } from "../../listen/tls_files.ts";
import { broken, type Finding, note, ok } from "./finding.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const SOON_DAYS = 14;

export function judgeCertificate(paths: TlsFiles, now = Date.now()): Finding {
  try {
    const { validFrom, validTo } = new X509Certificate(readTlsFiles(paths).cert);
    const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
    if (days < 0) return broken(`The certificate ${paths.cert} ended on ${validTo}: browsers refuse it`);
    if (Date.parse(validFrom) > now) {
      return broken(`The certificate ${paths.cert} begins on ${validFrom}: browsers refuse it`);
    }
    const text = `The certificate and its key belong together, and are good for ${days} days`;
    return days < SOON_DAYS ? note(`${text}: renew it, and restart`) : ok(text);
  } catch (error) {
    if (error instanceof SettingError) return broken(error.message);
    throw error;
  }
}

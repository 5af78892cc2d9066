import type { Clock } from "../base/clock.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { INCIDENT_OVER_MS } from "./bounds.ts";

/** Something that goes wrong for a while: the operator is told when it begins and when it ends, however often it happens. */
export interface Incident {
  begin(cause: unknown): void;
  end(): void;
}

/**
 * @param begun the sentence when it begins @param ended the sentence when it ends
 * @param clock if what fails may work and fail by turns: the incident then ends by a success that comes {@linkcode INCIDENT_OVER_MS} after the first
 *   one, without a failure between them. No timer waits for that.
 */
export function incident(report: ReportTrouble, begun: string, ended: string, clock?: Clock): Incident {
  let isUnderWay = false;
  /** When it first went well after it last failed. */
  let wellSinceMs: number | undefined;
  return {
    begin(cause) {
      if (!isUnderWay) report(begun, cause);
      isUnderWay = true;
      wellSinceMs = undefined;
    },
    end() {
      if (!isUnderWay) return;
      if (clock !== undefined) {
        wellSinceMs ??= clock.elapsed();
        if (clock.elapsed() - wellSinceMs < INCIDENT_OVER_MS) return;
      }
      report(ended);
      isUnderWay = false;
    },
  };
}

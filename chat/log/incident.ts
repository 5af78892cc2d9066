import type { ReportTrouble } from "../logging/logger.ts";

/** Something that goes wrong for a while: the operator is told when it begins and when it ends, however often it happens. */
export interface Incident {
  begin(cause: unknown): void;
  end(): void;
}

/** @param begun the sentence when it begins @param ended the sentence when it ends */
export function incident(report: ReportTrouble, begun: string, ended: string): Incident {
  let isUnderWay = false;
  return {
    begin(cause) {
      if (!isUnderWay) report(begun, cause);
      isUnderWay = true;
    },
    end() {
      if (isUnderWay) report(ended);
      isUnderWay = false;
    },
  };
}

/** The client of those who made the Durable Streams protocol; see `packages.ts` for why it is named here. @module */

export { stream } from "npm:@durable-streams/client@0.2.7";

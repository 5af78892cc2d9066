/** The log in PostgreSQL, against the contract. @module */

import { postgresOfFile } from "../../lib/postgres.ts";
import { testContract } from "../contract.ts";
import { placeIn } from "./place.ts";

const server = await postgresOfFile();

testContract({
  name: "postgres",
  needs: "postgres",
  persistent: true,
  shared: true,
  lists: true,
  begin: () => placeIn(server!),
});

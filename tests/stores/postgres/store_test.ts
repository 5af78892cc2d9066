/** The log in PostgreSQL, against the contract. @module */

import { postgresOfFile } from "../../lib/postgres.ts";
import { testContract } from "../contract.ts";
import { placesIn } from "./place.ts";

const server = await postgresOfFile();
const begin = server ? await placesIn(server) : () => Promise.reject(new Error("There is no PostgreSQL"));

testContract({
  name: "postgres",
  needs: "postgres",
  persistent: true,
  shared: true,
  lists: true,
  begin,
});

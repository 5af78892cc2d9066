/** Two servers on one Postgres database. @module */

import { postgresOfFile } from "../../lib/postgres.ts";
import { testServers } from "../servers.ts";
import { placesIn } from "./place.ts";

const server = await postgresOfFile();
const begin = server ? await placesIn(server) : () => Promise.reject(new Error("There is no PostgreSQL"));

testServers({ name: "postgres", needs: ["postgres"], begin });

// The same with Switchboard. In a project of your own: import { connect } from "http://localhost:8000/client.js"
import { connect } from "../static/client/connect.js";

const chat = connect(Deno.args[0] ?? "http://localhost:8000", { name: "Bob" });
for await (const event of chat.room("lobby", { after: "start" })) {
  if (event.type === "message") console.log(`${event.name} says: ${event.text}`);
  if (event.type === "gap") console.log(`${event.missed ?? "Some"} messages are missing: ${event.reason}`);
}

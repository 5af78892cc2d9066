/**
 * The console of the page for developers: one socket to this server, driven by hand. It shows every line that goes up or comes
 * down, and fills in commands; by itself it only says hello, if asked to, so it shows the protocol as it is.
 *
 * @module
 */

import { SOCKETS } from "./address.js";
import { byId } from "./dom.js";
import { CONSOLE_CHARACTERS, CONSOLE_HEARD_MS, CONSOLE_LINES } from "./limits.js";
import { isComposing } from "./written.js";

const state = byId("state");
const frames = byId("frames");
const lines = byId("lines");
const heard = byId("heard");
const text = byId("text");
const send = byId("send");
const connectButton = byId("connect");

/** @type {WebSocket | undefined} */
let socket;
/** The last position that this console has seen of the room in the field: "resume" joins from it. */
let position = { room: "", epoch: "", seq: 0 };
/** The newest message that it has seen: the commands that change one name it. */
let newest = { seq: 1, version: 0 };
let refs = 0;

// Connecting.

const chosen = () => byId("connect-form").elements.dialect.value;

byId("connect-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (socket) socket.close(1000);
  else connect(chosen(), byId("id").value, byId("room").value);
});

/** @param {string} dialect @param {string} id @param {string} room */
function connect(dialect, id, room) {
  const url = dialect === "echo" ? `${SOCKETS}/ws` : `${SOCKETS}/ws/${encodeURIComponent(id)}?room=${room}`;
  show("note", `Connecting to ${url}${dialect === "chat.v1" ? " with the subprotocol chat.v1" : ""}`);
  socket = dialect === "chat.v1" ? new WebSocket(url, "chat.v1") : new WebSocket(url);
  let opened = false;
  socket.onopen = () => {
    opened = true;
    setState("connected");
    if (dialect === "chat.v1" && byId("greet").checked) transmit(JSON.stringify(TEMPLATES.hello()));
  };
  socket.onmessage = ({ data }) => {
    for (const line of dialect === "chat.v1" ? data.split("\n") : [data]) receive(dialect, line);
  };
  socket.onclose = ({ code, reason }) => {
    socket = undefined;
    setState("not connected");
    const why = reason ||
      (opened ? "no reason was given" : "the server refused, or is not there; browsers do not tell which");
    show(code === 1000 ? "note" : "bad", `Closed: ${code}, ${why}`);
  };
  setState("connecting");
}

/** @param {"connecting" | "connected" | "not connected"} now */
function setState(now) {
  const free = now === "not connected";
  state.textContent = now;
  connectButton.textContent = free ? "Connect" : "Close";
  send.disabled = now !== "connected";
  byId("dialects").disabled = !free;
  byId("id").disabled = !free;
  // In chat.v1 the room is chosen by command.
  byId("room").disabled = !free && chosen() !== "chat.v1";
}

function offerCommands() {
  const speaksChat = chosen() === "chat.v1";
  byId("templates").hidden = !speaksChat;
  byId("greet-label").hidden = !speaksChat;
}

byId("dialects").addEventListener("change", offerCommands);
// A browser may have restored what was chosen before a reload.
offerCommands();
setState("not connected");

// Sending.

/** Commands to start from, filled in from the fields. */
const TEMPLATES = {
  hello: () => ({ type: "hello", ref: ref(), name: "Ada", features: ["changes"] }),
  join: () => ({ type: "join", ref: ref(), room: byId("room").value }),
  publish: () => ({ type: "publish", ref: ref(), room: byId("room").value, nonce: nonce(), text: "Hello" }),
  answer: () => ({ ...TEMPLATES.publish(), text: "Yes", reply: newest.seq }),
  react: () => ({ ...change("react"), emoji: "👍", on: true }),
  reactors: () => ({ type: "reactors", ref: ref(), room: byId("room").value, target: newest.seq, emoji: "👍" }),
  rooms: () => ({ type: "rooms", ref: ref() }),
  edit: () => ({ ...change("edit"), version: newest.version, text: "Hello again" }),
  delete: () => change("delete"),
  resume: () => {
    const { epoch, seq } = position.room === byId("room").value ? position : { epoch: "not-joined-yet", seq: 0 };
    return { type: "join", ref: ref(), room: byId("room").value, after: { epoch, seq } };
  },
  history: () => ({ type: "history", ref: ref(), room: byId("room").value, limit: 10 }),
  typing: () => ({ type: "typing", ref: ref(), room: byId("room").value }),
  rename: () => ({ type: "rename", ref: ref(), name: "Countess" }),
  ping: () => ({ type: "ping", ref: ref() }),
  leave: () => ({ type: "leave", ref: ref(), room: byId("room").value }),
};

/** @param {"edit" | "delete" | "react"} type */
const change = (type) => ({ type, ref: ref(), room: byId("room").value, nonce: nonce(), target: newest.seq });
const ref = () => String(++refs);
// Not `randomUUID`, which pages over plain http do not have.
const nonce = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

for (const [name, make] of Object.entries(TEMPLATES)) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.onclick = () => {
    text.value = JSON.stringify(make());
    text.focus();
  };
  byId("templates").append(button);
}

byId("send-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (text.value === "" || socket?.readyState !== WebSocket.OPEN) return;
  transmit(text.value);
  text.value = "";
  text.focus();
});

text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
  event.preventDefault();
  byId("send-form").requestSubmit();
});

/** @param {string} frame */
function transmit(frame) {
  socket?.send(frame);
  for (const line of chosen() === "chat.v1" ? frame.split("\n") : [frame]) show("up", line);
}

// Receiving.

/** @param {string} dialect @param {string} line */
function receive(dialect, line) {
  show("down", line);
  announce(line);
  if (dialect !== "chat.v1") return;
  const { type, room, epoch, seq, head, recovered, messages, ...event } = JSON.parse(line);
  if (type === "joined") {
    messages.forEach(see);
    position = { room, epoch, seq: recovered ? messages.at(-1)?.seq ?? position.seq : seq };
  } else if (room === position.room && (type === "message" || type === "change")) {
    see({ seq, ...event });
    position.seq = seq;
  } else if (room === position.room && type === "reset") {
    position = { room, epoch, seq: head };
  }
}

/** @param {{ seq: number, kind?: string, target?: number, version?: number }} event */
function see({ seq, kind, target, version = 0 }) {
  if (kind === undefined) newest = { seq, version };
  else if (kind === "edit" && target === newest.seq) newest.version = version;
}

/** @type {string | undefined} */
let unheard;
let resting = false;

/** Tells a screen reader the newest line, no more often than a listener can follow. @param {string} line */
function announce(line) {
  unheard = line;
  if (resting) return;
  resting = true;
  heard.textContent = `Received: ${unheard.slice(0, 200)}`;
  unheard = undefined;
  setTimeout(() => {
    resting = false;
    if (unheard !== undefined) announce(unheard);
  }, CONSOLE_HEARD_MS);
}

// Showing: once per frame of the display, however much comes, and never more lines than are kept.

/** @type {Record<"up" | "down" | "note" | "bad", [arrow: string, said: string]>} */
const WAYS = { up: ["↑", "Sent"], down: ["↓", "Received"], note: ["·", "Note"], bad: ["·", "Note"] };
/** @type {HTMLLIElement[]} */
let waiting = [];

/** @param {keyof typeof WAYS} way @param {string} line */
function show(way, line) {
  if (waiting.length === 0) requestAnimationFrame(flush);
  waiting.push(row(way, line));
  if (waiting.length > CONSOLE_LINES) waiting.shift();
}

/** @param {keyof typeof WAYS} way @param {string} line */
function row(way, line) {
  const item = document.createElement("li");
  const time = document.createElement("time");
  const arrow = document.createElement("span");
  const said = document.createElement("span");
  const body = document.createElement("bdi");
  const now = new Date();
  time.textContent = `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, "0")}`;
  [arrow.textContent, said.textContent] = WAYS[way];
  arrow.setAttribute("aria-hidden", "true");
  arrow.className = "way";
  said.className = "unseen";
  const cut = line.length - CONSOLE_CHARACTERS;
  body.textContent = cut > 0 ? `${line.slice(0, CONSOLE_CHARACTERS)}… (${cut} more characters)` : line;
  item.className = way;
  item.append(time, arrow, said, body);
  return item;
}

function flush() {
  const pinned = frames.scrollHeight - frames.scrollTop - frames.clientHeight < 8;
  lines.append(...waiting);
  waiting = [];
  while (lines.childElementCount > CONSOLE_LINES) lines.firstElementChild?.remove();
  if (pinned) frames.scrollTop = frames.scrollHeight;
}

byId("clear").addEventListener("click", () => lines.replaceChildren());

/** Calls somebody back who looks elsewhere: by the device, by a sound, and by a dot on the tab. @module */

import { FILES } from "../address.js";
import { byId } from "../dom.js";
import { excerptOf } from "../excerpt.js";
import { levelOf } from "../levels.js";
import { CLAIM_MS, NOTIFY_MS, SOUND_MS } from "../limits.js";
import { isDirect } from "../room_names.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { later } from "./later.js";

/** @import { Item, Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function notify(page) {
  /** What somebody is to be told of, the newest of each room. @type {Map<Room, Item>} */
  const waiting = new Map();
  let timer = 0;
  page.on("arrived", ({ room, item }) => {
    const level = levelOf(page, room.name);
    if (level === "none" || (level === "mentions" && !isDirect(room.name) && !item.mentions?.includes(page.me.id))) {
      return;
    }
    waiting.set(room, item);
    // A moment later: in another tab it may be read by now, or told of.
    timer ||= setTimeout(() => {
      timer = 0;
      for (const [room, item] of waiting) {
        if (page.reading.of(room).unread > 0) claim(page, room, item, () => (tick(page), show(page, room, item)));
      }
      waiting.clear();
    }, NOTIFY_MS);
  });
  byId("bell").addEventListener("click", () => later(page, "bell", ({ showBell }) => showBell(page)));
  for (const type of /** @type {const} */ (["settings", "room"])) page.on(type, () => showLevel(page));
  page.on("rooms", () => showCount(page));
  showLevel(page);
  showCount(page);
  // Browsers let a page make sounds once somebody has touched it.
  const untouched = new AbortController();
  const { signal } = untouched;
  for (const type of ["pointerdown", "keydown"]) {
    addEventListener(type, () => (untouched.abort(), allowSound()), { signal });
  }
}

/** Of several tabs one tells. @param {PageState} page @param {Room} room @param {Item} item @param {() => void} tell */
function claim({ storage }, room, item, tell) {
  const claimed = `${room.name} ${room.epoch} ${item.seq}`;
  if (storage.get("notified") === claimed) return;
  storage.set("notified", claimed);
  // Browsers have locks on secure origins only.
  if (navigator.locks === undefined) return tell();
  // What one tab stores, another may see too late: the lock is held until it does.
  navigator.locks.request(`switchboard ${claimed}`, { ifAvailable: true }, (lock) => {
    if (lock === null) return;
    tell();
    return new Promise((resolve) => setTimeout(resolve, CLAIM_MS));
  }).catch(() => {});
}

/** @param {PageState} page @param {Room} room @param {Item} item */
function show(page, room, { name, text }) {
  if (page.settings.of("notify") !== "on" || !("Notification" in globalThis)) return;
  if (Notification.permission !== "granted") return;
  const title = isDirect(room.name) ? name : word("saysIn", { name, room: labelOf(page, room.name) });
  const options = {
    body: excerptOf(text),
    tag: room.name,
    icon: `${FILES}icon.svg`,
    lang: "",
  };
  try {
    const notification = new Notification(title, options);
    notification.onclick = () => {
      notification.close();
      focus();
      page.go(room.name);
    };
  } catch {
    // Phones show only those of a worker.
    navigator.serviceWorker?.ready.then((worker) => worker.showNotification(title, options)).catch(() => {});
  }
}

let isAllowed = false;
/** Made for the first sound: it takes a tenth of a second, for which no key should wait. @type {AudioContext | undefined} */
let audio;
let tickedMs = -Infinity;

function allowSound() {
  isAllowed = true;
  // Safari, which alone has no idle time to ask for, lets one sound only if it was made in the very touch.
  if (globalThis.requestIdleCallback === undefined) audio = new AudioContext();
}

/** Two short tones, made here: a file would have to be fetched. @param {PageState} page */
function tick({ settings }) {
  if (!isAllowed || settings.of("sound") === "off" || performance.now() - tickedMs < SOUND_MS) return;
  tickedMs = performance.now();
  audio ??= new AudioContext();
  for (const [after, hertz] of [[0, 660], [0.09, 880]]) {
    const begin = audio.currentTime + (after ?? 0);
    const tone = new OscillatorNode(audio, { type: "sine", frequency: hertz });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.linearRampToValueAtTime(0.12, begin + 0.01);
    loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.16);
    tone.connect(loudness).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.18);
  }
}

/** @param {PageState} page */
function showLevel(page) {
  byId("bell").dataset.level = levelOf(page, page.room.name);
}

/** A dot on the tab's icon, and a number on the app's. @param {PageState} page */
function showCount(page) {
  const told = [...page.rooms].filter(({ name }) => levelOf(page, name) !== "none");
  const count = told.reduce((sum, room) => sum + page.reading.of(room).unread, 0);
  const icon = `${FILES}${count > 0 ? "icon_dot.svg" : "icon.svg"}`;
  const link = document.querySelector('link[rel="icon"]');
  if (link?.getAttribute("href") !== icon) link?.setAttribute("href", icon);
  // Only an installed page has a badge.
  const set = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  set?.catch(() => {});
}

/** Whether the reader is looking at the newest message. @module */

/** @param {import("../page_state.js").PageState} page */
export function watchAttention(page) {
  const { reading } = page;
  const watch = () => {
    const looks = document.visibilityState === "visible" && document.hasFocus();
    reading.set(page.room, page.timeline.follow && looks);
  };
  // The reader's place is stored from time to time, not with each message: it goes to the disk.
  const note = () => reading.set(page.room, reading.of(page.room).now);
  page.on("room", watch);
  page.on("follow", watch);
  for (const type of ["focus", "blur", "visibilitychange"]) addEventListener(type, watch);
  addEventListener("pagehide", note);
  setInterval(note, 1000);
}

/** Taking rooms in turn. @module */

import { FollowedRooms } from "../../../chat/stores/redis/followed_rooms.ts";
import { assertEquals } from "../../lib/assert.ts";

Deno.test("followed rooms come in turn, each once before any comes again, however many are asked for", () => {
  const rooms = new FollowedRooms();
  assertEquals(rooms.next(3), []);
  const cancels = ["a", "b", "c", "d", "e"].map((room) => rooms.add(room));
  assertEquals([rooms.next(2), rooms.next(2), rooms.next(2)], [["a", "b"], ["c", "d"], ["e", "a"]]);
  assertEquals(rooms.next(9).toSorted(), ["a", "b", "c", "d", "e"]);
  cancels.slice(1).forEach((cancel) => cancel());
  assertEquals([rooms.next(1), rooms.next(1), rooms.next(5)], [["a"], ["a"], ["a"]]);
});

Deno.test("a room that is followed is news only when it has grown", () => {
  const rooms = new FollowedRooms();
  assertEquals(rooms.advance("a", 5), false);
  rooms.add("a");
  assertEquals([rooms.advance("a", 5), rooms.advance("a", 5), rooms.advance("a", 4), rooms.advance("a", 6)], [
    true,
    false,
    false,
    true,
  ]);
  rooms.forget();
  assertEquals(rooms.advance("a", 1), true);
});

/** The commands that change messages: each is an event, and its type is the event's kind. @module */

import type { ChangeKind, NewChange } from "../event/event.ts";
import type { ChangeCommand } from "../wire/lines.ts";
import { append } from "./append.ts";
import type { Caller, Chat, Handlers } from "./handler.ts";

export const changeCommands: Handlers<ChangeKind> = {
  edit: change,
  delete: change,
  react: change,
};

function change(chat: Chat, caller: Caller, { type: kind, ref, room, epoch, ...fields }: ChangeCommand): void {
  const { id, name } = caller.session;
  append(chat, caller, {
    ref,
    room,
    epoch,
    event: { kind, id, name, ...fields } as NewChange,
    permit: (access) => access.permit(caller.session, kind),
  });
}

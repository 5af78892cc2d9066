/** Some fields of an event. @module */

/** The event with these fields and no others. */
export function only<Event extends object, Field extends keyof Event>(
  event: Event,
  fields: readonly Field[],
): Pick<Event, Field> {
  const kept = fields.filter((field) => field in event).map((field) => [field, event[field]]);
  return Object.fromEntries(kept) as Pick<Event, Field>;
}

/** The event without these fields. Its type still names them: the caller knows that nobody reads them. */
export function without<Event extends object>(event: Event, fields: readonly string[] = []): Event {
  if (fields.length === 0) return event;
  return Object.fromEntries(Object.entries(event).filter(([field]) => !fields.includes(field))) as Event;
}

/** The bounds of what is kept about clients. @module */

/** Buckets of people, addresses and rooms: some 20 MB. */
export const QUOTA_BUCKETS = 100_000;
/** Buckets that are looked at to find one that is full. */
export const QUOTA_LOOKS = 16;

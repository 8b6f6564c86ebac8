/** A timer may ring so many milliseconds before its time by the monotonic clock; what it ends is late all the same. */
export const EARLY_MS = 5

/** A value, or a promise of it where something has to be waited for. */
export type Awaitable<Value> = Value | Promise<Value>

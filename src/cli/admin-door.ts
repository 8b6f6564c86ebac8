import type { Json } from '../std/json.ts'

/** The admin API of one Orion, wherever it is. */
export interface AdminDoor extends AsyncDisposable {
  /** For messages: `the server at https://...`. */
  readonly name: string
  /** `path` is below `/api/v1/admin/`. Rejects with a line that says what would be right when there is no answer. */
  ask(method: 'GET' | 'POST', path: string, body?: string): Promise<AdminAnswer>
}

export interface AdminAnswer {
  readonly status: number
  /** What the body says; an object when it is that of Orion. */
  readonly body: Json
}

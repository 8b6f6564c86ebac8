import { OrionError } from '../errors.ts'

/** What was read, or undefined when the stored row cannot be read: what is broken can still be deleted. */
export async function readable<Row>(read: Promise<Row | undefined>): Promise<Row | undefined> {
  try {
    return await read
  } catch (error) {
    if (error instanceof OrionError && error.code === 'INTERNAL_ERROR') return undefined
    throw error
  }
}

import { count, section } from '../kinds.ts'

export const query = section('What one answer of a database may hold. More is refused, never cut.', {
  max_limit: count('Rows.', { minimum: 1, default: 1000 }),
  max_bytes: count('Bytes of all values as the database sends them.', { minimum: 1, default: 10_485_760 }),
})

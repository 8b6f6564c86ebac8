import { section, text } from '../kinds.ts'

export const connectors = section('What connectors may reach on this machine.', {
  sqlite_dir: text(
    'Folder whose SQLite files connectors may open, those in folders below it too; empty: none. The own database of the server is never opened.',
    { default: '' },
  ),
})

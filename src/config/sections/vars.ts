import { settingMap } from '../kinds.ts'

export const vars = settingMap(
  'Settings that workflows see as `metadata.vars`, by name: any values under `[vars]` in the file, texts from variables.',
)

import { readReference, SECRET_NAME } from '../reference.ts'
import type { Config } from '../schema.ts'
import { readSecretKey } from '../secret-key.ts'
import { type Rule, rule } from './rule.ts'

const HOW = '32 bytes as base64 or as 64 hexadecimal digits, such as `openssl rand -base64 32` prints'

export const secretRules: readonly Rule[] = [
  rule(
    ['secrets.key'],
    ({ secrets }) => secrets.key.reveal() !== '' && readSecretKey(secrets.key.reveal()) === undefined,
    () => `secrets.key must be ${HOW}`,
  ),
  rule(
    ['secrets.previous_keys'],
    ({ secrets }) => secrets.previous_keys.some(key => readSecretKey(key.reveal()) === undefined),
    () => `each of secrets.previous_keys must be ${HOW}`,
  ),
  rule(
    ['secrets.file_dirs'],
    ({ secrets }) => secrets.file_dirs.some(folder => !/^\/[^/]/.test(folder)),
    () => 'each of secrets.file_dirs must be the absolute path of a folder below /, such as /run/secrets',
  ),
  { keys: ['secrets.values'], check: config => valueProblems(config) },
]

function valueProblems({ secrets }: Config): string[] {
  return Object.entries(secrets.values).flatMap(([name, value]) => {
    const key = `secrets.values.${name}`
    if (!SECRET_NAME.test(name)) {
      return [
        `${key}: a name of a secret begins with a letter or _, then letters, digits, _ . - follow, 128 at most`,
      ]
    }
    const text = value.reveal()
    if (text === '') return [`${key} is empty`]
    const reference = readReference(text)
    if (reference === undefined) return []
    if ('problem' in reference) return [`${key}: ${reference.problem}`]
    return reference.scheme === 'secret' ? [`${key} cannot be a reference to another secret`] : []
  })
}

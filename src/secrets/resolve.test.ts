import { describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../std/json.ts'
import { resolveReferences, type SecretSources } from './resolve.ts'

const SOURCES: SecretSources = {
  env: {
    TOKEN: 'zz-token',
    EMPTY: '',
    TRICK: `env://TOKEN \${TOKEN}`,
    ORION_ADMIN_AUTH__API_KEY: 'zz-admin',
  },
  fileDirs: [],
  secret: name => (name === 'crm' ? { value: 'zz-crm' } : { problem: `there is no secret '${name}'` }),
}

function resolved(config: JsonObject, sources = SOURCES) {
  return resolveReferences(config, { path: 'config', placeholders: true }, sources)
}

function problems(config: JsonObject, sources = SOURCES): string[] {
  return resolved(config, sources).problems.map(({ stage, message }) => `${stage} ${message}`)
}

describe('references', () => {
  test('are replaced wherever they stand, and what they give is not looked into', () => {
    const config = { a: [{ b: 'env://TOKEN' }], c: 'secret://crm', d: 'env://TRICK', n: 1, t: 'plain' }
    const { value, places } = resolved(config)
    expect(value).toEqual({
      a: [{ b: 'zz-token' }],
      c: 'zz-crm',
      d: `env://TOKEN \${TOKEN}`,
      n: 1,
      t: 'plain',
    })
    expect(places).toEqual([
      { path: 'config.a[0].b', reference: 'env://TOKEN' },
      { path: 'config.c', reference: 'secret://crm' },
      { path: 'config.d', reference: 'env://TRICK' },
    ])
  })

  test.each([
    ['env://NOWHERE', 'env://NOWHERE: the environment variable NOWHERE is not set'],
    ['env://EMPTY', 'env://EMPTY: the environment variable EMPTY is empty'],
    ['secret://other', "secret://other: there is no secret 'other'"],
    [
      'Bearer env://TOKEN',
      'env://, file:// and secret:// stand for a whole value and cannot be a part of one',
    ],
    ['ENV://NOWHERE', 'env://NOWHERE: the environment variable NOWHERE is not set'],
    ['env://a-b', 'env:// is followed by the name of an environment variable, such as env://API_TOKEN'],
    ['file://relative', 'file:// is followed by an absolute path, such as file:///run/secrets/api-token'],
  ])('%s leads nowhere', (text, message) => {
    expect(problems({ a: text })).toEqual([`secret_resolution config.a: ${message}`])
    expect(resolved({ a: text }).value).toEqual({ a: '' })
  })

  test('of variables of the server itself lead nowhere', () => {
    const why = 'variables of the server itself (ORION_SECTION__KEY) are none of a definition'
    const name = 'ORION_ADMIN_AUTH__API_KEY'
    expect(problems({ a: `env://${name}`, b: `\${${name}}` })).toEqual([
      `secret_resolution config.a: env://${name}: ${why}`,
      `env_substitution config.b: \${${name}}: ${why}`,
    ])
  })
})

describe('placeholders', () => {
  test('are replaced inside texts', () => {
    const config = { a: `https://u:\${TOKEN}@h/\${NOWHERE:-x}`, b: '5$$ 6$' }
    expect(resolved(config).value).toEqual({ a: 'https://u:zz-token@h/x', b: '5$ 6$' })
  })

  test('that lead nowhere tell no value, not even in their own words', () => {
    const told = problems({ a: `\${NOWHERE:?\${TOKEN}}`, b: `zz-secret\${-`, c: `\${EMPTY:?}` })
    expect(told).toEqual([
      'env_substitution config.a: the environment variable NOWHERE is not set',
      `env_substitution config.b: "\${" begins a reference that is not understood; write \${NAME}, \${NAME:-default}, or $$ for a dollar sign`,
      'env_substitution config.c: the environment variable EMPTY is not set',
    ])
  })

  test('are left alone where they mean nothing', () => {
    const options = { path: 'auth', placeholders: false, except: ['rule'] }
    const auth = { key: `\${TOKEN}$$`, rule: 'env://TOKEN' }
    expect(resolveReferences(auth, options, SOURCES).value).toEqual(auth)
  })
})

describe('files', () => {
  function inFolder(check: (folder: string, sources: SecretSources) => void): void {
    const folder = mkdtempSync(join(tmpdir(), 'orion-secrets-'))
    try {
      mkdirSync(join(folder, 'open'))
      writeFileSync(join(folder, 'outside'), 'zz-outside')
      check(join(folder, 'open'), { ...SOURCES, fileDirs: [join(folder, 'open')] })
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test('lose the line break at their end, and are followed by links within the folder', () => {
    inFolder((folder, sources) => {
      writeFileSync(join(folder, 'real'), 'zz-a\nzz-b\n')
      symlinkSync('real', join(folder, 'link'))
      expect(resolved({ a: `file://${folder}/link` }, sources).value).toEqual({ a: 'zz-a\nzz-b' })
    })
  })

  test('are read in the named folders alone', () => {
    inFolder((folder, sources) => {
      symlinkSync('../outside', join(folder, 'link'))
      const outside = 'the file is in none of the folders of secrets.file_dirs'
      for (const path of [`${folder}/link`, `${folder}/../outside`, '/etc/passwd', `${folder}x`]) {
        const [problem = ''] = problems({ a: `file://${path}` }, sources)
        expect(problem.endsWith(outside) || problem.endsWith('(ENOENT)')).toBeTrue()
      }
      const [none = ''] = problems({ a: `file://${folder}/link` })
      expect(none).toContain('no files may be read; secrets.file_dirs')
    })
  })

  test('have to be regular, in UTF-8, neither empty nor large', () => {
    inFolder((folder, sources) => {
      writeFileSync(join(folder, 'empty'), '\n')
      writeFileSync(join(folder, 'large'), 'z'.repeat(65_537))
      writeFileSync(join(folder, 'bytes'), new Uint8Array([0xff, 0xfe]))
      mkdirSync(join(folder, 'folder'))
      Bun.spawnSync(['mkfifo', join(folder, 'pipe')])
      const told = ['empty', 'large', 'bytes', 'folder', 'pipe', 'none'].map(name => {
        const [problem = ''] = problems({ a: `file://${folder}/${name}` }, sources)
        return problem.split(`${name}: `)[1]
      })
      expect(told).toEqual([
        'the file is empty',
        'the file has more than 65536 bytes',
        'the file cannot be read (not UTF-8)',
        'this is no regular file',
        'this is no regular file',
        'the file cannot be read (ENOENT)',
      ])
    })
  })
})

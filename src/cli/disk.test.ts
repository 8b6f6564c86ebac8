import { describe, expect, test } from 'bun:test'
import { chmod, mkdir, readlink, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { tempFolder } from '../../tests/harness/temp-folder.ts'
import { NotUtf8 } from '../std/utf8.ts'
import { isFolder, readFile, readFolder, writeFile } from './disk.ts'

const everything = (folder: string) =>
  Array.fromAsync(new Bun.Glob('**').scan({ cwd: folder, dot: true })).then(found => found.sort())

describe('writing a file', () => {
  test('makes the folders around it, and leaves nothing beside it', async () => {
    await using folder = await tempFolder()
    await writeFile(join(folder.path, 'a/b/c.json'), 'ö')
    expect(await readFile(join(folder.path, 'a/b/c.json'))).toBe('ö')
    expect(await everything(folder.path)).toEqual(['a/b/c.json'])
  })

  test('keeps its permissions, and a link that leads to it', async () => {
    await using folder = await tempFolder()
    const [file, link] = [join(folder.path, 'file'), join(folder.path, 'link')]
    await Bun.write(file, 'before')
    await chmod(file, 0o640)
    await symlink('file', link)
    await writeFile(link, 'after')
    expect([await readFile(file), (await stat(file)).mode & 0o777, await readlink(link)]).toEqual([
      'after',
      0o640,
      'file',
    ])
  })

  test('leaves nothing where it cannot be written', async () => {
    await using folder = await tempFolder()
    await mkdir(join(folder.path, 'taken/inside'), { recursive: true })
    await expect(writeFile(join(folder.path, 'taken'), 'x')).rejects.toThrow()
    expect(await everything(folder.path)).toEqual([])
    expect(await isFolder(join(folder.path, 'taken/inside'))).toBe(true)
  })
})

describe('reading', () => {
  test('keeps a byte order mark, and says where a text is no UTF-8', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'file')
    await Bun.write(file, '\ufeffa')
    expect(await readFile(file)).toBe('\ufeffa')
    await Bun.write(file, Buffer.concat([Buffer.from('ö�\nö�'), Buffer.from([0xe2, 0x82]), Buffer.from('x')]))
    const error = await readFile(file).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NotUtf8)
    expect(error).toMatchObject({ place: { line: 2, column: 3 }, text: 'ö�\nö��x' })
  })

  test('a folder gives its files in order, and is told from a file', async () => {
    await using folder = await tempFolder()
    for (const name of ['b.json', 'a/z.json', 'a.json', '.hidden/x.json']) {
      await writeFile(join(folder.path, name), 'xy')
    }
    expect(await readFolder(folder.path)).toEqual(
      ['a.json', 'a/z.json', 'b.json'].map(path => ({ path, bytes: 2, leadsOutside: false })),
    )
    expect([await isFolder(folder.path), await isFolder(join(folder.path, 'b.json'))]).toEqual([true, false])
    await expect(readFolder(join(folder.path, 'b.json'))).rejects.toThrow(/ENOTDIR/)
  })
})

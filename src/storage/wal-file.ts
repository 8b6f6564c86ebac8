import { closeSync, openSync, readSync, statSync } from 'node:fs'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** Magic number of a WAL whose checksums read words in little-endian order; the next one is for big-endian. */
const MAGIC_LITTLE_ENDIAN = 0x377f0682
const SMALLEST_PAGE = 512
const LARGEST_PAGE = 65_536

/**
 * Whether a WAL file holds a whole transaction, read as https://sqlite.org/fileformat2.html#walformat has it. One that
 * was begun anew, or whose writer was killed in its first transaction, holds none: then all there is lies in the database.
 * SQLite itself, asked through a connection that cannot write, tries for ten seconds and fails ("locking protocol").
 */
export function holdsTransaction(path: string): boolean {
  if (sizeOf(path) <= HEADER_BYTES) return false
  const file = openSync(path, 'r')
  try {
    return hasCommit((length, position) => bytesAt(file, length, position))
  } finally {
    closeSync(file)
  }
}

/** 0 when there is no such file. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

type Read = (length: number, position: number) => Buffer | undefined

function bytesAt(file: number, length: number, position: number): Buffer | undefined {
  const bytes = Buffer.alloc(length)
  return readSync(file, bytes, 0, length, position) === length ? bytes : undefined
}

/** Walks the frames that belong together, each by salt and checksum, up to the first that ends a transaction. */
function hasCommit(read: Read): boolean {
  const header = read(HEADER_BYTES, 0)
  if (header === undefined) return false
  const pageSize = header.readUInt32BE(8)
  if (pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE) return false
  const littleEndian = header.readUInt32BE(0) === MAGIC_LITTLE_ENDIAN
  const salts = header.subarray(16, 24)
  let sums: Checksums = [0, 0]
  sums = added(sums, header.subarray(0, 24), littleEndian)
  if (!isWritten(sums, header, 24)) return false
  for (let at = HEADER_BYTES; ; at += FRAME_HEADER_BYTES + pageSize) {
    const frame = read(FRAME_HEADER_BYTES + pageSize, at)
    if (frame === undefined || !frame.subarray(8, 16).equals(salts)) return false
    sums = added(sums, frame.subarray(0, 8), littleEndian)
    sums = added(sums, frame.subarray(FRAME_HEADER_BYTES), littleEndian)
    if (!isWritten(sums, frame, 16)) return false
    if (frame.readUInt32BE(4) !== 0) return true
  }
}

type Checksums = readonly [number, number]

function added([first, second]: Checksums, bytes: Buffer, littleEndian: boolean): Checksums {
  let one = first
  let two = second
  for (let at = 0; at < bytes.length; at += 8) {
    one = (one + word(bytes, at, littleEndian) + two) >>> 0
    two = (two + word(bytes, at + 4, littleEndian) + one) >>> 0
  }
  return [one, two]
}

function word(bytes: Buffer, at: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
}

function isWritten([one, two]: Checksums, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === one && bytes.readUInt32BE(at + 4) === two
}

import { accessMiddle } from './access-middle.ts'
import type { AccessLine, LogFields, LogLevel } from './log.ts'

/** How lines look; `at` is an RFC 3339 time stamp. */
export interface LineFormat {
  line(at: string, level: LogLevel, target: string, message: string, fields: LogFields | undefined): string
  access(at: string, line: AccessLine): string
}

const ACCESS_MESSAGE = 'HTTP request'
const ACCESS_TARGET = 'orion::http'

/** One object a line: `{"timestamp","level","fields":{"message",...},"target"}`. */
export const jsonFormat: LineFormat = {
  line(at, level, target, message, fields) {
    let text = `{"timestamp":"${at}","level":"${LABELS[level]}","fields":{"message":${JSON.stringify(message)}`
    for (const key in fields) {
      const value = fields[key]
      if (value !== undefined) text += `,${JSON.stringify(key)}:${JSON.stringify(value)}`
    }
    return `${text}},"target":${JSON.stringify(target)}}\n`
  },
  access: (at, line) =>
    `{"timestamp":"${at}","level":"INFO","fields":{"message":"${ACCESS_MESSAGE}","request_id":${JSON.stringify(line.requestId)}` +
    `${jsonMiddle(line.method, line.route, line.status)}${line.responseLength ?? '"-"'}` +
    `,"duration_ms":${twoDecimals(line.durationMs)}},"target":"${ACCESS_TARGET}"}\n`,
}

const jsonMiddle = accessMiddle(
  (method, route, status) =>
    `,"http.method":${JSON.stringify(method)},"http.route":${JSON.stringify(route)},"http.status_code":${status}` +
    ',"http.response_content_length":',
)

/** `TIMESTAMP LEVEL target: message key=value`, one line whatever the values hold. */
export function prettyFormat(colour: boolean): LineFormat {
  const dim = colour ? (text: string) => `\x1b[2m${text}\x1b[0m` : (text: string) => text
  const labels = colour ? COLOURED : PADDED
  const head = `${labels.info} ${dim(`${ACCESS_TARGET}:`)} ${ACCESS_MESSAGE} ${dim('request_id=')}`
  const duration = dim('duration_ms=')
  const middle = accessMiddle(
    (method, route, status) =>
      ` ${dim('http.method=')}${shown(method)} ${dim('http.route=')}${shown(route)}` +
      ` ${dim('http.status_code=')}${status} ${dim('http.response_content_length=')}`,
  )
  return {
    line(at, level, target, message, fields) {
      let text = `${dim(at)} ${labels[level]} ${dim(`${target}:`)} ${oneLine(message)}`
      for (const key in fields) {
        const value = fields[key]
        if (value !== undefined) text += ` ${dim(`${key}=`)}${shown(value)}`
      }
      return `${text}\n`
    },
    access: (at, line) =>
      `${dim(at)} ${head}${shown(line.requestId)}${middle(line.method, line.route, line.status)}` +
      `${line.responseLength ?? '-'} ${duration}${twoDecimals(line.durationMs)}\n`,
  }
}

const LABELS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
} as const satisfies Record<LogLevel, string>

const PADDED: Record<LogLevel, string> = { ...LABELS, info: ' INFO', warn: ' WARN' }

const COLOURED: Record<LogLevel, string> = {
  trace: '\x1b[35mTRACE\x1b[0m',
  debug: '\x1b[34mDEBUG\x1b[0m',
  info: '\x1b[32m INFO\x1b[0m',
  warn: '\x1b[33m WARN\x1b[0m',
  error: '\x1b[31mERROR\x1b[0m',
}

/** `0.42`, `12.00`; three times as fast as toFixed. */
function twoDecimals(value: number): string {
  const hundredths = Math.round(value * 100)
  const rest = hundredths % 100
  return `${(hundredths - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`
}

/** Needs no quotes: no white space, and nothing that a terminal would obey. */
const PLAIN = /^[^\s"=\p{Cc}\p{Cf}\u2028\u2029]+$/u

/** A value of a caller may hold line breaks and escape sequences: then it is quoted like JSON. */
function shown(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value)
  return PLAIN.test(value) ? value : quoted(value)
}

function oneLine(message: string): string {
  return /[\p{Cc}\u2028\u2029]/u.test(message) ? quoted(message) : message
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, escapeCharacter)
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

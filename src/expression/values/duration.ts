/** A duration is a number of seconds: whole as it is read, perhaps with a fraction after a multiplication. */

const UNIT_SECONDS = new Map([
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
])

/** `1d:2h:3m:4s` (parts in any subset, signed, unreadable ones ignored) or `1d2h3m` (no sign). undefined when it is neither. */
export function parseDuration(text: string): number | undefined {
  return text.includes(':') ? colonForm(text) : compactForm(text)
}

/** Any text with a unit's letter in it is one, of no length when nothing can be read. */
function colonForm(text: string): number | undefined {
  if (!/[dhms]/.test(text)) return undefined
  let seconds = 0
  for (const part of text.split(':')) {
    const unit = UNIT_SECONDS.get(part.slice(-1))
    const count = part.slice(0, -1)
    if (unit !== undefined && /^[+-]?\d{1,15}$/.test(count)) seconds += Number(count) * unit
  }
  return seconds
}

const COMPACT = /^(?:\d{1,15}[dhms])+$/

function compactForm(text: string): number | undefined {
  if (!COMPACT.test(text)) return undefined
  let seconds = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([dhms])/g)) {
    seconds += Number(count) * (UNIT_SECONDS.get(unit ?? '') ?? 0)
  }
  return seconds
}

/** `1d:2h:3m:4s`; every part of a negative duration has its sign. */
export function durationText(seconds: number): string {
  const whole = Math.trunc(seconds)
  const days = Math.trunc(whole / 86_400)
  const hours = Math.trunc(whole / 3_600) % 24
  const minutes = Math.trunc(whole / 60) % 60
  return `${days + 0}d:${hours + 0}h:${minutes + 0}m:${(whole % 60) + 0}s`
}

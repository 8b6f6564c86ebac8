import type { Presented, Verdict, Verifier } from './verifier.ts'

/** Headers for tests; names in lower case. */
export function presented(headers: Readonly<Record<string, string>>): Presented {
  return { header: name => headers[name] ?? null }
}

/** The text with each of its bits changed in turn; what is in it are characters of one byte. */
export function withOneBitChanged(text: string): string[] {
  return [...text].flatMap((_, at) =>
    Array.from({ length: 8 }, (_, bit) => {
      const changed = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit))
      return text.slice(0, at) + changed + text.slice(at + 1)
    }),
  )
}

/** The verdict of a verifier that has nothing to wait for. */
export function promptVerdict(verifier: Verifier, ...asked: Parameters<Verifier['verify']>): Verdict {
  const verdict = verifier.verify(...asked)
  if (verdict instanceof Promise) throw new Error('it waits for something')
  return verdict
}

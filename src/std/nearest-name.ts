/** The known name closest to `name` by edit distance, when it is close enough to be a typing error. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(2, Math.floor(name.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const candidate of known) {
    const distance = distanceOf(name.toLowerCase(), candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** A name that was cut short or written on (`timeout` for `timeout_ms`) is as near as one typing error. */
function distanceOf(name: string, candidate: string, limit: number): number {
  const extended =
    Math.min(name.length, candidate.length) >= 4 && (candidate.startsWith(name) || name.startsWith(candidate))
  return extended ? Math.min(1, limit) : editDistance(name, candidate, limit)
}

/** Damerau-Levenshtein (adjacent swaps count one), cut off at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let value = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1)
      }
      row.push(value)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? limit
}

/** The end of a message that says what was probably meant, and the field of a detail that carries it. */
export function didYouMean(
  name: string,
  known: Iterable<string>,
): { hint: string; field: { suggestion?: string } } {
  const suggestion = nearestName(name, known)
  if (suggestion === undefined) return { hint: '', field: {} }
  return { hint: `; did you mean "${suggestion}"?`, field: { suggestion } }
}

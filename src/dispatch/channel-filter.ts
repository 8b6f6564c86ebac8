/** Which channels this server serves, by name: `channels.include` (empty is all), then `channels.exclude`. */
export interface ChannelFilter {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

/** In a pattern `*` stands for any run of characters, also none; everything else stands for itself. */
export function channelFilter({ include, exclude }: ChannelFilter): (name: string) => boolean {
  const included = include.map(globOf)
  const excluded = exclude.map(globOf)
  return name => {
    const subject = withoutSlashes(name)
    return (
      (included.length === 0 || included.some(glob => glob.match(subject))) &&
      !excluded.some(glob => glob.match(subject))
    )
  }
}

/** The library takes time in proportion to name and pattern, whatever they are. */
function globOf(pattern: string): Bun.Glob {
  return new Bun.Glob(withoutSlashes(pattern).replace(/[\\?[\]{}!]/g, '\\$&'))
}

/** Globs are about paths, whose `*` ends at a slash. NUL, which no name holds, takes its place. */
function withoutSlashes(text: string): string {
  return text.replaceAll('/', '\0')
}

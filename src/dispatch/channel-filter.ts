/** Which channels this server serves, by name: `channels.include` (empty is all), then `channels.exclude`. */
export interface ChannelFilter {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

/** In a pattern `*` stands for any run of characters, also none; everything else stands for itself. */
export function channelFilter({ include, exclude }: ChannelFilter): (name: string) => boolean {
  const included = include.map(globToRegExp)
  const excluded = exclude.map(globToRegExp)
  return name =>
    (included.length === 0 || included.some(pattern => pattern.test(name))) &&
    !excluded.some(pattern => pattern.test(name))
}

function globToRegExp(glob: string): RegExp {
  const parts = glob.split(/\*+/).map(part => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}

/** `config.explain` of the channel, and `tracing.debug_profile_enabled`. */
export interface Offers {
  readonly explain: boolean
  readonly profile: boolean
}

/** What a request gets of what it asks for beside its answer; undefined when that is nothing. */
export function granted(asked: Offers | undefined, offers: Offers): Offers | undefined {
  if (asked === undefined) return undefined
  const explain = asked.explain && offers.explain
  const profile = asked.profile && offers.profile
  return explain || profile ? { explain, profile } : undefined
}

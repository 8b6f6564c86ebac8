/** `config.explain` of the channel, and `tracing.debug_profile_enabled`. */
export interface Offers {
  readonly explain: boolean
  readonly profile: boolean
}

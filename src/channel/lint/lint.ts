import type { JsonObject } from '../../std/json.ts'
import { errorOf, type Finding, findWarnings } from '../../versioning/finding.ts'
import { channelProblems, normalizeChannel } from '../check.ts'
import { channelRules } from './index.ts'
import { openSubject } from './open-subject.ts'
import type { ChannelLintNeeds } from './subject.ts'

/** Everything wrong or doubtful about a channel: what it would be refused for, then what its guards are silent on. */
export function* lintChannel(document: JsonObject, needs: ChannelLintNeeds): Generator<Finding[]> {
  const channel = normalizeChannel(document)
  const problems = channelProblems(channel, needs.limits).map(errorOf)
  yield problems
  const told = new Set(problems.map(({ path }) => path))
  for (const warnings of findWarnings(channelRules, openSubject(channel, needs))) {
    // What is refused has to be written anew anyway.
    yield warnings.filter(({ path }) => !told.has(path))
  }
}

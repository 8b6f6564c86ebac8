import {
  type Decision,
  label,
  noDraft,
  refuse,
  type Subject,
  type VersionState,
  withStatus,
} from './lifecycle.ts'

/** Whether the draft, which `isShadow` or is not, may begin or end to run beside what is active. */
export function decideShadow(
  subject: Subject,
  states: readonly VersionState[],
  { isShadow, shadow }: { readonly isShadow: boolean; readonly shadow: boolean },
): Decision<{ readonly version: number }> {
  const [draft] = withStatus(states, 'draft')
  if (draft === undefined) return noDraft(subject)
  if (!shadow && !isShadow) {
    const message = `${label(subject)} has no shadow that could end; to activate the draft, leave "shadow" out`
    return refuse('BAD_REQUEST', message)
  }
  if (shadow && withStatus(states, 'active').length === 0) {
    const message = `No active version found for ${subject.kind} '${subject.id}' that its draft could run beside`
    return refuse('BAD_REQUEST', message)
  }
  return draft
}

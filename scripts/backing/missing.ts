import type { Backing } from './backing.ts'

/** How to go on without a service: a line to install it, a line to use another. */
export function adviceOn(missing: readonly Backing[]): string {
  const lines = missing.flatMap(({ title, packages, urlVariable, scheme }) => [
    `  ${title}: install ${packages.join(' ')} (Debian, Ubuntu; as root "./scripts/services install" does),`,
    `    or point at one of your own: export ${urlVariable}=${scheme}://USER:PASSWORD@HOST:PORT/DATABASE`,
  ])
  return lines.join('\n')
}

/** A tester's own service, which is used instead of one that we would start. */
export function ownUrl({ urlVariable }: Backing): string | undefined {
  return process.env[urlVariable] || undefined
}

/** Services that are neither on this machine nor given by a tester. */
export function missingOf(backings: readonly Backing[]): Backing[] {
  return backings.filter(backing => ownUrl(backing) === undefined && backing.find() === undefined)
}

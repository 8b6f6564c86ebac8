import type { Build } from '../telemetry/events.ts'

export function versionText(build: Build, long: boolean): string {
  const short = `orion-server ${build.version}\n`
  return long ? `${short}git hash:  ${build.gitHash}\nbuilt:     ${build.builtAt}\n` : short
}

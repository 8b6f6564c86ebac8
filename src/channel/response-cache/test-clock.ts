/** Stands still unless it is moved. */
export function testClock() {
  let elapsed = 0
  return {
    monotonic: () => elapsed,
    advance(ms: number) {
      elapsed += ms
    },
  }
}

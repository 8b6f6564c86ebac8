/** Whether an answer of this status has no body (RFC 9110, 15). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

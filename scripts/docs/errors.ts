import { ERRORS } from '../../src/errors.ts'

/** Answers that Bun gives before Orion sees a request; each was provoked over a raw socket. Their body is empty. */
const BY_BUN: readonly (readonly [number, string])[] = [
  [
    400,
    'A request line, a header, `content-length` or a chunk is malformed; `host` is missing or sent twice.',
  ],
  [400, 'Both `content-length` and `transfer-encoding`, or an encoding other than `chunked`; `OPTIONS *`.'],
  [413, 'The body is far beyond the limit: up to there Orion answers `PAYLOAD_TOO_LARGE` itself.'],
  [431, 'Path and headers are larger than 64 KiB together, or there are more than 198 headers.'],
  [505, 'Not HTTP/1.0 or 1.1, or a space or NUL byte in the path.'],
]

const INTRODUCTION = `# Errors

Generated from \`src/errors.ts\` by \`bun run docs\`.

Every error has the same envelope, on every route:

\`\`\`json
{"error":{"code":"VALIDATION_ERROR","message":"name: \\"name\\" is required","request_id":"0199...","details":[]}}
\`\`\`

\`code\` is stable and meant for programs, \`message\` for people. \`request_id\` is also the \`x-request-id\` header and
stands in the server's log, where the cause of a 5xx is. \`details\` is there when the request itself is wrong, and lists
every problem of it: \`{path, code, message, expected?, got?, suggestion?}\` with \`path\` dotted from the root of the body.`

/** The text of docs/errors.md. */
export function errorsDocument(): string {
  const codes = Object.entries(ERRORS).map(
    ([code, { status, retryable, meaning }]) =>
      `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${meaning} |`,
  )
  return [
    INTRODUCTION,
    '',
    '| code | status | retry | meaning |',
    '| ---- | ------ | ----- | ------- |',
    ...codes,
    '',
    '_retry_: the same request may succeed later, unchanged.',
    '',
    '## Answers without the envelope',
    '',
    'Bun refuses these before Orion sees a request; the answer has no body and the connection is closed:',
    '',
    '| status | when |',
    '| ------ | ---- |',
    ...BY_BUN.map(([status, when]) => `| ${status} | ${when} |`),
    '',
    'A method that HTTP does not know (`FOO`, or `get` in lower case) closes the connection without an answer.',
    'So does a second request on a connection whose first one is not answered yet (pipelining).',
    '',
  ].join('\n')
}
